"""Licences, letters and messages."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.text import Text


@dataclass(frozen=True)
class CredentialType:
    """A kind of licence: GB/T 36903 names; `valid` in months; `fields` maps a printed field to the fact it shows."""

    id: str
    title: Text
    type_code: str
    defined_by: str
    valid_months: int | None
    fields: tuple[tuple[str, Text, str], ...]
    """(field, label, fact)."""


@dataclass(frozen=True)
class LetterType:
    """A letter's declared template: paragraphs with `{placeholders}` that are facts or the case's own words."""

    id: str
    title: Text
    paragraphs: tuple[Text, ...]
    sealed: bool
    mark: str = ""
    """Its part of a document number, after the department's: 许准 in 云市监许准〔2026〕318号."""
    attachments: tuple[Text, ...] = ()
    """What comes with it; one whose words are all empty is left out."""
    replaces: tuple[str, ...] = ()
    """The letters of the same case that no longer stand once this one is written, because it stands in their place."""
    annuls: tuple[str, ...] = ()
    """The same, because it says that they are void."""
    whole_numbers: bool = False
    """It needs identity numbers whole; any other letter masks them."""


@dataclass(frozen=True)
class MessageType:
    """A message template: `{number}`, `{service}`, `{due}` and `{city}` only; nothing personal."""

    id: str
    text: Text
    urgent: bool = False
