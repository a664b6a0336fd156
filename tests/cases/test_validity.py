"""How long a licence is valid may follow from a rule of its service: here six years for a screen, two for any other sign (declared demonstration values)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, plan, send, version
from tests.cases.test_situations import APPLICANT, SIGN, begin, fill
from tests.cases.walking import the_case
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.core.words import term
from tongban.cases.models import Letter, Task
from tongban.catalogue.core.reading import read_city
from tongban.catalogue.errors import CityFaults
from tongban.credentials import reads as credentials

database = pytest.mark.django_db(databases=["default", "registers"])
BOARD = {"own_shop": "yes", "on_roof": "no", "area_m2": "30", "wording": "味来小馆", "property_no": "云(2021)江北区不动产权第0010086号"}


def granted(town: Town, screen: str) -> UUID:
    """A sign of the restaurant's, reviewed and granted; what its page said of the validity before is asserted on the way."""
    case_id = fill(town, begin(town, SIGN, "new"), **BOARD, screen=screen)
    for section in reads.form_view(case_id, town.actor(APPLICANT)).sections:
        for one in section.questions:
            if one.question.type == "file":
                acts.attach(case_id, one.question.id, plan(), "图.jpg", actor=town.actor(APPLICANT))
    send(town, case_id, APPLICANT)
    said = reads.case_view(case_id, town.actor(APPLICANT)).term
    assert said is not None
    assert said.zh == ("6年" if screen == "yes" else "2年")
    acts.accept(case_id, actor=town.actor("han-lei"), key=key(), version=version(case_id))
    acts.complete_step(Task.objects.get(case_id=case_id, is_open=True).id, actor=town.actor("han-lei"), key=key())
    acts.gather(case_id, actor="test")
    acts.decide(case_id, "grant", actor=town.actor("yang-fan"), key=key(), version=version(case_id), words="符合规定。")
    return case_id


@database
@pytest.mark.parametrize(("screen", "years"), [("yes", 6), ("no", 2)])
def test_a_screen_is_licensed_for_six_years_and_any_other_sign_for_two(town: Town, screen: str, years: int) -> None:
    case_id = granted(town, screen)
    assert the_case(case_id).state == "granted"
    (licence,) = credentials.of_case(case_id)
    assert licence.valid_until is not None
    months = (licence.valid_until.year - licence.valid_from.year) * 12 + licence.valid_until.month - licence.valid_from.month
    assert months in (years * 12, years * 12 - 1)
    letter = Letter.objects.get(case_id=case_id, type="decision-grant")
    assert f"计{years}年" in "".join(part["zh"] for part in letter.paragraphs)
    assert f"for {years} years" in "".join(part["en"] for part in letter.paragraphs)


@pytest.mark.parametrize(
    ("start", "until", "says"),
    [
        (date(2026, 3, 2), date(2028, 3, 1), "，计2年"),
        (date(2026, 3, 2), date(2026, 9, 1), "，计6个月"),
        (date(2026, 3, 2), date(2026, 9, 5), ""),
        (date(2026, 3, 2), None, ""),
    ],
)
def test_a_letter_says_whole_months_and_years_and_nothing_else(start: date, until: date | None, says: str) -> None:
    assert term(start, until).zh == says


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("has(form.screen) && form.screen ? 72 : 24", "form.no_such ? 72 : 24", "form.no_such"),
        ("has(form.screen) && form.screen ? 72 : 24", "form.screen", ""),
        ("      validity: after             # 自原证期满的次日起接续", "      validity: kept", "valid_months"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_when_the_city_is_read(tmp_path: Path, old: str, new: str, says: str) -> None:
    city = Path(copytree(CITY, tmp_path / "city"))
    service = city / "services" / SIGN / "service.yaml"
    text = service.read_text(encoding="utf-8")
    assert old in text
    service.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CityFaults) as found:
        read_city(city)
    assert any(says in repr(fault) for fault in found.value.faults)
