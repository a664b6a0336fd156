"""A letter speaks to a person: words, the department that says so and the day, never a code."""

from __future__ import annotations

import pytest

from tests.cases.test_hands import to_site
from tests.cases.test_lifecycle import key, photo, restaurant, version
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Case

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
UNFIT = {"layout": "unfit", "hygiene": "fit", "storage": "fit"}


def test_a_refusal_tells_each_condition_that_is_not_met_with_its_facts_in_words(town: Town) -> None:
    case_id = restaurant(town, staff_count="4000")
    site = to_site(town, case_id)
    for login in ("wu-qiang", "zheng-jie"):
        acts.complete_step(site.id, actor=town.actor(login), key=key(), records=UNFIT, photos=[photo(case_id)])
    acts.decide(case_id, "refuse", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="布局不合要求。")
    letter = Case.objects.get(pk=case_id).letters.order_by("id").last()
    conditions = next(one for one in letter.paragraphs if "项条件中" in one["zh"])
    assert "布局和流程：生熟分开，加工不走回头路为“不符合”（现场核查）" in conditions["zh"]
    assert "接触直接入口食品的有几人为“4000”" in conditions["zh"]
    assert "“Unfit” (On-site check)" in conditions["en"]
    assert "（卫生健康委，截至2026年" in conditions["zh"]
    for code in ("unfit", "restaurant", "2027-"):
        assert code not in conditions["zh"], code
