"""Licences and letters as files: their columns, and their rows page by page of the rooms' own reads."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.cases.reads import DeliveryRow, Parcel
from tongban.credentials.core.credential import STATES, Credential
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen


def licences(rows: Iterable[Credential], t: Screen, title: str) -> Table:
    """Licences, or the versions of one."""
    columns = (
        Column(t.col_title),
        Column(t.number),
        Column(t.col_version, "whole"),
        Column(t.identifier),
        Column(t.col_holder),
        Column(t.col_issued, "instant"),
        Column(t.col_from, "day"),
        Column(t.col_until, "day"),
        Column(t.col_state),
    )
    return Table(title, columns, (_licence(one) for one in rows))


def parcels(rows: Iterable[Parcel], t: Screen, title: str) -> Table:
    """What waits to be posted or collected, a line for each case."""
    columns = (
        Column(t.col_case),
        Column(t.col_service),
        Column(t.col_who),
        Column(t.col_letters),
        Column(t.col_licences),
        *_addressed(t),
        Column(t.col_came_back),
    )
    return Table(title, columns, (_parcel(one) for one in rows))


def on_the_way(rows: Iterable[DeliveryRow], t: Screen, title: str) -> Table:
    """What is in the post."""
    columns = (
        Column(t.col_case),
        Column(t.col_who),
        Column(t.col_letters),
        *_addressed(t),
        Column(t.col_posted, "instant"),
        Column(t.carrier),
        Column(t.col_tracking),
    )
    return Table(title, columns, (_delivery(one) for one in rows))


def _licence(one: Credential) -> tuple[object, ...]:
    state = STATES[one.state(clock.today())]
    return (
        one.type_title,
        one.serial,
        one.version,
        one.identifier,
        one.holder_name,
        one.issued_at,
        one.valid_from,
        one.valid_until,
        state,
    )


def _addressed(t: Screen) -> tuple[Column, ...]:
    return Column(t.col_name), Column(t.col_phone), Column(t.col_address)


def _parcel(one: Parcel) -> tuple[object, ...]:
    letters = _listed((letter.number, letter.title) for letter in one.letters)
    licences = ", ".join(licence.serial for licence in one.licences)
    return (
        one.case_number,
        one.service,
        one.applicant_name,
        letters,
        licences,
        one.to.name,
        one.to.phone,
        one.to.address,
        one.came_back,
    )


def _delivery(one: DeliveryRow) -> tuple[object, ...]:
    letters = _listed(one.letters)
    return (
        one.case_number,
        one.applicant_name,
        letters,
        one.to.name,
        one.to.phone,
        one.to.address,
        one.at,
        one.carrier,
        one.tracking,
    )


def _listed(letters: Iterable[tuple[str, Text]]) -> Text:
    told = list(letters)
    return Text("；".join(f"{title.zh} {number}" for number, title in told), "; ".join(f"{title.en} {number}" for number, title in told))
