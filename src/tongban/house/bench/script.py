"""What one lifecycle is: whom it takes and which calls, read from the city's `demo/bench.yaml`, so that nothing of a city stands here.

Invariants: whoever measures makes the same calls in the same order; an applicant's key is fresh each time.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from tongban.kernel.ids import uuid7

BOUNDARY = "tongban-bench"
DRAWING = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR42mP4DwUMlDEA98A/wa9cD80AAAAASUVORK5CYII=")
"""A PNG of eight by eight pixels: storing a paper is measured, not its size."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is applied for."""

    service: str
    situation: str
    answers: Mapping[str, str]
    papers: Sequence[str]
    words: str
    crew: Mapping[str, str]
    """The roles of those who handle it: `accept` (and the first step), `decide`."""
    short: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Applicant:
    """A firm, and the token of the one who represents it."""

    token: str
    firm: str
    filled: Mapping[str, str]
    """What stands for `{name}` in the plan's answers."""


@dataclass(frozen=True, slots=True)
class Crew:
    """The tokens of those who handle it: who accepts and reviews, who decides."""

    reviewer: str
    decider: str


class Call(Protocol):
    """One call of the interface, under the name of its act."""

    def __call__(self, act: str, token: str, method: str, path: str, body: Any = None, file: bytes | None = None) -> dict[str, Any]:
        """The answer; raises where it is not one of success."""


def read_plan(city: Path) -> Plan:
    """The plan of a city. Raises OSError, KeyError where it has none."""
    told = yaml.load((city / "demo" / "bench.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts only, no objects
    return Plan(told["service"], told["situation"], told["answers"], tuple(told["papers"]), told["words"], told["crew"], told["short"])


def shortened(files: Mapping[str, bytes], plan: Plan) -> dict[str, bytes]:
    """The city's files with the plan's service cut down to one step and no paper, and without the bundles that merge it as it was. Raises ValueError where a line to be cut is not there."""
    name = plan.short["file"]
    text = files[name].decode()
    for change in plan.short["replace"]:
        if change["find"] not in text:
            raise ValueError(change["find"])
        text = text.replace(change["find"], change["put"])
    alone = {path: content for path, content in files.items() if not path.startswith("bundles/")}
    return {**alone, name: text.encode()}


def lifecycle(call: Call, plan: Plan, applicant: Applicant, crew: Crew, *, short: bool) -> str:
    """Apply, accept, the steps, decide, look up; returns the case's number."""
    answers = {name: text.format(**applicant.filled) for name, text in plan.answers.items()}
    body = {
        "service": plan.service,
        "principal": {"kind": "firm", "id": applicant.firm},
        "situation": plan.situation,
        "answers": answers,
    }
    if not short:
        draft = call("draft", applicant.token, "POST", "/cases", body | {"send": False})
        for question in plan.papers:
            call("paper", applicant.token, "POST", f"/cases/{draft['case_id']}/papers/{question}", file=DRAWING)
    done = call("apply", applicant.token, "POST", "/cases", body)
    at = f"/cases/{done['case_id']}"
    done = call("accept", crew.reviewer, "POST", f"{at}/accept", {"version": done["version"]})
    if not short:
        (task,) = call("open", crew.reviewer, "GET", at)["tasks"]
        done = call("step", crew.reviewer, "POST", f"{at}/steps/{task['id']}", {})
    done = call("decide", crew.decider, "POST", f"{at}/decide", {"version": done["version"], "answer": "grant", "words": plan.words})
    seen = call("look up", applicant.token, "GET", f"/cases/{done['number']}")
    if seen["state"] != "granted":
        raise RuntimeError(seen)
    return str(done["number"])


def headers(token: str) -> dict[str, str]:
    """The headers of one call."""
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid7())}


def multipart(content: bytes) -> bytes:
    """A form with one file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="drawing.png"\r\nContent-Type: image/png\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
