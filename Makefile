# Tongban: one command to see it (make demo), one to prove it (make test), one to hold its shape (make check).
# 一条命令看演示（make demo），一条命令跑测试（make test），一条命令查规矩（make check）。

PORT   ?= 8000
PEOPLE ?= 2000
BIN    := .venv/bin
PYTHON := $(shell for candidate in $(BIN)/python python3.14 python3.13 python3.12 python3.11 python3 python; do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$candidate"; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help python setup setup-dev demo demo-reset test check fmt bench clean

help: ## What can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

python:
ifeq ($(PYTHON),)
	@echo '需要 Python 3.11 或更新的版本，本机没有找到。请先安装（Debian/Ubuntu：apt install python3 python3-venv；macOS：brew install python）。' >&2
	@echo 'Python 3.11 or newer is needed and none was found. Install it first (Debian/Ubuntu: apt install python3 python3-venv; macOS: brew install python).' >&2
	@exit 1
endif

setup: python ## Install what running needs, from the hash-pinned lock
	@$(PYTHON) src/tongban/house/install.py runtime

setup-dev: python ## Install what developing needs as well
	@$(PYTHON) src/tongban/house/install.py dev

demo: setup ## Start the demo city (PORT=8000, PEOPLE=2000)
	@$(BIN)/tongban demo --port $(PORT) --people $(PEOPLE)

demo-reset: setup ## Forget the demo city's data
	@$(BIN)/tongban demo-reset

test: setup-dev ## Run every test; the browser stories need Chromium
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m $(if $(ARGS),pytest -q $(ARGS),tests.halves)

check: setup-dev ## Format, lint, types, floors, the declared city, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tongban check cities/yunchuan
	$(BIN)/tongban docs cities/yunchuan --check
	$(BIN)/python -m pytest -q tests/architecture

fmt: setup-dev ## Put code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev ## Measure one part (NAME=ledger)
	@$(BIN)/tongban bench $(NAME)

clean: ## Remove what can be made again; the demo's data stays (make demo-reset forgets it)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
