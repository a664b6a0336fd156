"""The template city as the catalogue reads it: a fault in any of its files fails every test here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.catalogue.core.definition import City
from tongban.catalogue.core.reading import read_city

FOLDER = Path(__file__).parents[2] / "cities" / "yunchuan"


@pytest.fixture(scope="session")
def city() -> City:
    return read_city(FOLDER)


@pytest.fixture(scope="session")
def folder() -> Path:
    return FOLDER
