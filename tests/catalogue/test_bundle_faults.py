"""Every fault of a bundle is told at its place, with the nearest right word. `¦` marks where."""

from __future__ import annotations

import pytest

from tests.catalogue.small_bundle import BUNDLE, PATH, SIGN_FORM, WATER_FORM, bundled_city, service
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.errors import CityFaults
from tongban.rules.core import Fault

TABLE = [
    ("bundle: open-stall", "bundle: ¦open-stal", "differs from its file's name", "open-stall"),
    ("limit: 8 working days", "limit: ¦eight days", "must be written as", None),
    ("limit: 8 working days", "limit: ¦7 working days", "take 8 days together, more than the 7 promised", None),
    ("limit: 8 working days\n", "", "lacks “limit”", None),
    ("audience: [firm]", "audience: ¦[firm, person]", "“person” is not in the audience of “permit”", None),
    ("mandates: [agent]", "mandates: ¦[agent, bookkeeper-agent]", "is not in the mandates of “permit”", None),
    ("procedure: bundle", "procedure: ¦licence", "the procedure “licence” has no finish transition", None),
    ("letters: [decision]", "letters: [¦decisions]", "there is no letter “decisions”", "decision"),
    ("department: market", "department: ¦markt", "there is no department “markt”", "market"),
    ("permit: {service: permit}", "permit: {service: ¦permitt}", "there is no service “permitt”", "permit"),
    ("permit: {service: permit}", "permit: {service: permit, situation: ¦change}", "must be one of: new, extend", None),
    ("permit: {service: permit}", "permit: {service: permit, after: [water]}", "wait for one another: permit → water", None),
    ("permit: {service: permit}", "permit: {service: permit, after: [¦watr]}", "must be one of", "water"),
    ("permit: {service: permit}", "permit: {service: permit, ¦whn: form.hang_sign}", "“whn” is not known", "when"),
    (
        "sign: {service: sign, when: form.hang_sign}",
        "sign: {service: sign, when: ¦form.hang_sgn}",
        "no fact “form.hang_sgn”",
        "form.hang_sign",
    ),
    ("sign: {service: sign, when: form.hang_sign}", "sign: {service: sign, after: [sign]}", "cannot wait for itself", None),
    ("sign: {service: sign, when: form.hang_sign}", "sign: {service: ¦permit, when: form.hang_sign}", "already is the part “permit”", None),
    ("optional: yes", "optional: ¦maybe", "must be yes or no", None),
    ("sketch: [permit.plan, water.drawing]", "sketch: [permit.plan, ¦watr.drawing]", "there is no part “watr”", "water"),
    ("sketch: [permit.plan, water.drawing]", "sketch: [permit.plan, ¦water.drawin]", "has no question “drawin”", "water.drawing"),
    ("sketch: [permit.plan, water.drawing]", "¦sketch: [permit.plan]", "takes two questions to be one", None),
    ("sketch: [permit.plan, water.drawing]", "¦sketch: [permit.place, water.drawing]", "types differ (text, file)", None),
    ("water.spot: form.place", "¦water.spt: form.place", "has no question “spt”", "water.spot"),
    ("water.spot: form.place", "water.spot: ¦form.cooks", "is needed here", None),
    ("water.spot: form.place", "water.spot: form.place\n  water.permit_no: form.place", "is answered under “answers” already", None),
    ("water.spot: form.place", "water.spot: form.place\n  water.drawing: ¦form.place", "a paper cannot be answered by an expression", None),
    ("permit.credential", "¦permit.licence", "is wrong: write", None),
    ("permit.credential", "¦permt.credential", "there is no part “permt”", "permit"),
    ("permit.credential", "¦permit.records.site.look", "records no “site.look”", None),
    ("permit.credential", "¦permit.answer.cooks", "of different types", None),
    ("[permit.site, water.site]", "[permit.site, ¦water.sites]", "has no step “sites”", "water.site"),
    ("[permit.site, water.site]", "[permit.site, ¦water.decide]", "is no on-site check", None),
    ("[permit.site, water.site]", "[permit.site]", "of at least two parts", None),
    ("asks: [place, cooks]", "asks: [place, ¦cook]", "must be one of", "cooks"),
    ("papers: 0", "¦paper: 0", "there is no clause “paper”", "papers"),
    (
        "received: 2026-12-07\n    given: {form.hang_sign: no",
        "received: ¦2031-12-07\n    given: {form.hang_sign: no",
        "no calendar for 2031",
        None,
    ),
    ("form:\n  daily:", "form:\n  ¦water:", "already names a page", None),
]


def faults(files: dict[str, bytes]) -> tuple[Fault, ...]:
    return examine(files).faults


@pytest.mark.parametrize(("old", "new", "says", "near"), TABLE, ids=[row[2] for row in TABLE])
def test_a_fault_is_told_at_its_place_with_the_nearest_right_word(old: str, new: str, says: str, near: str | None) -> None:
    assert old in BUNDLE
    marked = BUNDLE.replace(old, new, 1)
    found = [fault for fault in faults(bundled_city(marked.replace("¦", ""))) if says in fault.message.en]
    assert found, [fault.message.en for fault in faults(bundled_city(marked.replace("¦", "")))]
    assert found[0].path == PATH
    assert near is None or found[0].nearest == near
    assert found[0].message.zh != found[0].message.en
    if "¦" in new:
        before = marked[: marked.index("¦")]
        assert (found[0].line, found[0].column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_one_mistake_is_told_once() -> None:
    for old, new, says, _ in TABLE:
        found = faults(bundled_city(BUNDLE.replace(old, new.replace("¦", ""), 1)))
        assert 1 <= len(found) <= 4, (says, [fault.message.en for fault in found])


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (SIGN_FORM.replace("place: {type: text, max: 30", "place: {type: yes-no"), "types differ (text, yes-no)"),
        (SIGN_FORM.replace("max: 30,", "max: 30, required: no,"), "one is required and the other is not"),
    ],
)
def test_two_questions_of_one_id_that_differ_are_no_one_question(form: str, says: str) -> None:
    found = [fault for fault in faults(bundled_city(sign=service("sign", form, department="fire"))) if says in fault.message.en]
    assert len(found) == 1
    assert found[0].path == PATH


def test_papers_that_no_kind_of_file_fits_are_not_one_paper() -> None:
    water = service("water", WATER_FORM.replace("[jpg, png]", "[png]"))
    assert any("no kind of file fits both" in fault.message.en for fault in faults(bundled_city(water=water)))


def test_a_question_may_not_depend_on_what_comes_only_later() -> None:
    water = service("water", WATER_FORM.replace("drawing: {type: file,", 'drawing: {type: file, show: form.permit_no != "x",'))
    assert any("known only once another part is done" in fault.message.en for fault in faults(bundled_city(water=water)))


def test_a_bundle_may_not_have_the_name_of_a_service() -> None:
    files = bundled_city()
    files["bundles/permit.yaml"] = files.pop(PATH).replace(b"bundle: open-stall", b"bundle: permit")
    assert any("already names a service" in fault.message.en for fault in faults(files))


def test_a_bundle_is_not_blamed_for_a_service_that_cannot_be_read() -> None:
    files = bundled_city() | {"services/sign.yaml": b"a: b: c"}
    assert {fault.path for fault in faults(files)} == {"services/sign.yaml"}


def test_a_city_with_a_faulty_bundle_is_not_yielded() -> None:
    with pytest.raises(CityFaults):
        read_files(bundled_city(BUNDLE.replace("limit: 8 working days", "limit: 2 working days")))
