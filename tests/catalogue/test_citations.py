"""A provision is given by one text, or in both languages; nothing else is one."""

from __future__ import annotations

import pytest

from tests.catalogue.small_city import FILES, SERVICE, changed
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.errors import CityFaults


def cited(text: str) -> list[tuple[str, str]]:
    line = next(line for line in FILES[SERVICE].splitlines() if line.strip().startswith("cite:"))
    city = read_files(changed(SERVICE, line, line.split("cite:")[0] + f"cite: {text}"))
    (service,) = city.services.values()
    return [(clause.cite, clause.cited.en) for clause in service.rules]


def test_a_provision_in_one_language_stands_on_every_page() -> None:
    assert ("某法 第三条", "某法 第三条") in cited("某法 第三条")


def test_a_provision_in_both_languages_stands_in_each_on_its_own() -> None:
    assert ("某法 第三条", "Some Law, article 3") in cited("{zh: 某法 第三条, en: 'Some Law, article 3'}")


@pytest.mark.parametrize("text", ["{zh: 某法 第三条}", "[某法]", "''"])
def test_half_a_provision_is_a_fault(text: str) -> None:
    with pytest.raises(CityFaults):
        cited(text)
