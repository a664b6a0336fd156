"""Whatever stands in a file, reading ends in a city or in faults with real places."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue.small_bundle import PATH as BUNDLE
from tests.catalogue.small_bundle import bundled_city
from tests.catalogue.small_city import FILES, SERVICE, small_city
from tests.catalogue.test_policies import AT as POLICY
from tests.catalogue.test_policies import files as with_policies
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.reading.nodes import Scalar, read_document
from tongban.catalogue.core.reading.places import place
from tongban.rules.core import Fault

PATHS = sorted(FILES)
PIECES = st.sampled_from([
    "", " ", "\n", "\n  ", ":", ": ", "- ", "{", "}", "[", "]", "'", '"', "|", ">-", "#", "&a", "*a", "!x", "%", "@", "`", "\\", "{x}", "{x", "\t", "\r", "\0",
    "\ufeff", "\u2028", "小", "🀄", "yes", "no", "none", "unknown", "null", "0", "-1", "1e9", "999999999999999999999", "2026-02-30", "10 working days",
    "0 working days", "form.cooks", "firm.status", "has(", "&&", "||", "!", "==", "/ 0", "yuan(1)", 'date("2026-01-01")', "applicant.age", "route", "a.b", "{0}", "{!r}",
    "{x:>9}", "{{", "~", "?", "? ", "---", "...", "<<", "<<: x", "=", "''", '""',
])  # fmt: skip


def check(files: dict[str, bytes]) -> tuple[Fault, ...]:
    """Examine, and insist that every fault has a place in its file and both languages."""
    faults = examine(files).faults
    for fault in faults:
        content = files.get(fault.path, b"")
        lines = content.decode("utf-8", "replace").split("\n")
        assert 1 <= fault.line <= len(lines) + 1
        assert fault.column >= 1
        assert fault.message.zh
        assert fault.message.en
    return faults


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([SERVICE, *PATHS]), st.data())
def test_a_mutated_file_reads_or_faults(path: str, data: st.DataObject) -> None:
    text = FILES[path]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(PIECES) + text[end:]
    check(small_city() | {path: text.encode()})


BUNDLED = {path: content.decode() for path, content in bundled_city().items()}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([BUNDLE, BUNDLE, "services/permit.yaml", "services/water.yaml", "procedures/bundle.yaml"]), st.data())
def test_a_mutated_bundle_or_part_reads_or_faults(path: str, data: st.DataObject) -> None:
    text = BUNDLED[path]
    words = sorted({word for word in text.replace(",", " ").split() if len(word) < 40})
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(st.one_of(PIECES, st.sampled_from(words))) + text[end:]
    check(bundled_city() | {path: text.encode()})


WITH_POLICIES = {path: content.decode() for path, content in with_policies().items()}
CELLS = st.sampled_from(
    [
        '"> 4"',
        '"<= 4"',
        "any",
        "-",
        "none",
        "1 .. 9",
        "9 .. 1",
        "[1, 9]",
        "[none, 3]",
        "firm.founded",
        "fire.passed",
        "table.by_staff",
        "table.other",
    ]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([POLICY, POLICY, POLICY, "profiles/firm.yaml", "pools.yaml"]), st.data())
def test_a_mutated_policy_profile_or_pool_reads_or_faults(path: str, data: st.DataObject) -> None:
    text = WITH_POLICIES[path]
    words = sorted({word for word in text.replace(",", " ").split() if len(word) < 40})
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(st.one_of(PIECES, CELLS, st.sampled_from(words))) + text[end:]
    check(with_policies() | {path: text.encode()})


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_word_of_a_policy_in_another_place_reads_or_faults(data: st.DataObject) -> None:
    tokens = WITH_POLICIES[POLICY].split(" ")
    words = st.one_of(st.sampled_from(sorted({*tokens})), CELLS)
    for _ in range(data.draw(st.integers(1, 4))):
        tokens[data.draw(st.integers(0, len(tokens) - 1))] = data.draw(words)
    check(with_policies() | {POLICY: " ".join(tokens).encode()})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATHS), st.data())
def test_a_value_in_another_place_reads_or_faults(path: str, data: st.DataObject) -> None:
    """Lines and words swapped between places: well-formed more often than not, and wrong in meaning."""
    words = sorted({word for text in FILES.values() for word in text.replace(",", " ").split() if len(word) < 40})
    text = FILES[path]
    tokens = text.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        tokens[data.draw(st.integers(0, len(tokens) - 1))] = data.draw(st.sampled_from(words))
    check(small_city() | {path: " ".join(tokens).encode()})


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PATHS), st.binary(max_size=200), st.integers(0, 2000))
def test_any_bytes_read_or_fault(path: str, noise: bytes, at: int) -> None:
    content = FILES[path].encode()
    check(small_city() | {path: content[:at] + noise + content[at:]})


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(PATHS), st.data())
def test_a_file_without_one_line_reads_or_faults(path: str, data: st.DataObject) -> None:
    lines = FILES[path].split("\n")
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    check(small_city() | {path: "\n".join(lines).encode()})


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\x85\ufeff\ufffe\uffff"),
    min_size=1,
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(["'", '"', "|", ">-"]))
def test_every_character_of_a_scalar_is_found_again_in_its_file(lines: list[str], style: str) -> None:
    lines = [line.strip() or "x" for line in lines]
    if style == "'":
        raw = "'" + " ".join(lines).replace("'", "''") + "'"
    elif style == '"':
        raw = '"' + " ".join(lines).replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        raw = style + "\n" + "\n".join("    " + line for line in lines)
    text = f"# 注\nkey: {raw}\n"
    faults: list[Fault] = []
    document = read_document("x.yaml", text.encode(), faults)
    if document is None:
        assert faults
        return
    scalar = document.node("key")
    assert isinstance(scalar, Scalar)
    shown = text.split("\n")
    for offset, character in enumerate(scalar.value):
        if character.isspace() or character in "\\'\"":
            continue
        before = scalar.value[:offset]
        line, column = place(text, scalar, before.count("\n") + 1, offset - before.rfind("\n"))
        assert shown[line - 1][column - 1] == character
