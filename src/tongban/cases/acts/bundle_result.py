"""End a bundle: one letter that lists what came of every part, one message, one day on which all was settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tongban.cases.acts.charge import due
from tongban.cases.acts.letters import drafted
from tongban.cases.acts.outputs import keep_letter, letter_values, tell
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, Done, advance, keep
from tongban.cases.core.bundle import Ending, Result, letter_of, outcome_of, told_outcome
from tongban.cases.core.fees import Due
from tongban.cases.core.fees import told as told_fees
from tongban.cases.models import BundlePart, Case, Charge, Event
from tongban.cases.reads import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.pinned import Pinned
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.kernel.text import Text

_WITH_REASONS = ("refused", "not-accepted", "not-needed", "annulled")
_NOT_STARTED = Text("没有办理，因“{other}”未办成", "not started, because “{other}” did not come out well")
_WITHDRAWN = Text("没有办理，已按申请人要求撤回", "not started, withdrawn by the applicant")


def end_bundle(
    case: Case,
    pinned: Pinned,
    rows: Sequence[BundlePart],
    cases: Mapping[UUID, Case],
    ending: Ending | str,
    doing: Doing,
    data: Mapping[str, Any],
    words: str = "",
) -> Done:
    """Settle a locked bundle by `ending`, the act of its procedure, and write its one letter."""
    procedure = pinned.procedures[case.procedure]
    before = advance(case, procedure, ending)
    case.decided_on, case.step = clock.local_date(doing.at), ""
    project(case, pinned.service, pinned.service.limits, procedure)
    results = results_of(pinned, rows, cases)
    told = dict(data) | {"ending": ending, "results": {alias: result.outcome.en for alias, result in results.items()}}
    for name in pinned.service.gives.letters:
        told["letter"] = _write(case, pinned, name, list(results.values()), doing)
    tell(case, pinned.service, f"bundle-{case.state}", doing)
    return keep(case, doing, before, words=words, data=told)


def results_of(pinned: Pinned, rows: Sequence[BundlePart], cases: Mapping[UUID, Case]) -> dict[str, Result]:
    """What came of each part that was needed, in the order of the definition."""
    known = _Known(_reasons(list(cases)), credentials.by_case(cases), _fees(pinned, cases))
    return {row.alias: _result(pinned, row, cases.get(row.case_id), known) for row in rows if row.standing != "left-out"}


@dataclass(frozen=True)
class _Known:
    """What the letter needs of all parts, read at once."""

    reasons: Mapping[UUID, str]
    licences: Mapping[UUID, Sequence[Credential]]
    fees: Mapping[UUID, Text]


def _result(pinned: Pinned, row: BundlePart, case: Case | None, known: _Known) -> Result:
    service = pinned.parts[row.alias]
    department = catalogue.city().departments[service.department].short
    if case is None:
        other = pinned.parts[row.because].title if row.because else None
        return Result(service.title, department, _NOT_STARTED.format(other=other) if other else _WITHDRAWN)
    procedure = ground_of(case).procedure
    came_to = outcome_of(procedure, case.state)
    explains = came_to in _WITH_REASONS
    return Result(
        title=service.title,
        department=department,
        outcome=told_outcome(procedure, case.state),
        number=case.number or "",
        licences=tuple((one.type_title, one.serial) for one in known.licences.get(case.id, ())),
        reason=known.reasons.get(case.id, "") if explains else "",
        remedies=service.remedies if explains else None,
        fees=known.fees.get(case.id),
    )


def _fees(pinned: Pinned, cases: Iterable[UUID]) -> dict[UUID, Text]:
    """What is due on each part; no statement where nothing is charged."""
    if not any(service.fees for service in pinned.parts.values()):
        return {}
    found: defaultdict[UUID, list[Due]] = defaultdict(list)
    for row in Charge.objects.filter(case_id__in=list(cases)).order_by("id"):
        found[row.case_id].append(due(row))
    return {case_id: told_fees(dues) for case_id, dues in found.items()}


def _reasons(case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What officials wrote when they did not grant."""
    acts = ("refuse", "not-accept", "not-needed", "annul")
    rows = Event.objects.filter(case_id__in=case_ids, act__in=acts).order_by("id").values_list("case_id", "words")
    return dict(rows)


def _write(case: Case, pinned: Pinned, name: str, results: Sequence[Result], doing: Doing) -> str:
    """The one letter, numbered and signed like any other; returns its id."""
    declared, department = pinned.letters[name], catalogue.city().departments[case.department]
    values = letter_values(case, pinned.service, department, declared)
    letter = drafted(case, declared, department, values, doing.at)
    letter.paragraphs = letter_of(declared, results, values)
    return str(keep_letter(case, letter, doing).id)
