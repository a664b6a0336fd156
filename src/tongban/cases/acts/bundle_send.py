"""Send a bundle: its own case, and in the same transaction a case for each part that is needed and waits for nothing.

Invariants: the bundle and all of its first parts are sent, or nothing is; a part that waits for another's result has its place and its id, and no case yet;
a part that is not needed stands there as left out, so that the page can say so.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongban.cases.acts.bundle_dates import project_bundle
from tongban.cases.acts.bundle_parts import Making, Whole, make_parts, new_row, papers_of
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.principal import tell_principal
from tongban.cases.acts.record import GO_ON, Doing, Done, advance, keep
from tongban.cases.core.facts import to_json
from tongban.cases.models import Case
from tongban.catalogue.core.bundles import needed
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.pinned import Pinned
from tongban.exchange.core.answers import Answer as Found
from tongban.jobs.acts import enqueue
from tongban.rules.core import Answer, Facts

MESSAGE = "bundle-received"
ACT = "send"


def send_bundle(case: Case, pinned: Pinned, doing: Doing, facts: Facts, found: Mapping[str, Found]) -> Done:
    """Send a bundle whose case was received and found complete; called by `send`, in its transaction. A part that may be needed is sent: people will say if it is not."""
    assert pinned.bundle is not None, "called for a bundle only"
    whole = Whole(case, pinned, facts, found, papers_of(case), is_new=True)
    wanted = {alias for alias, answer in needed(pinned.bundle, facts).items() if answer != Answer.NO}
    makings: list[Making] = []
    for alias, part in pinned.bundle.parts.items():
        waits = any(other in wanted for other in part.after)
        row = new_row(case, alias, part, "left-out" if alias not in wanted else "waiting", doing)
        if alias in wanted and not waits:
            makings.append(Making(row, part, pinned.parts[alias], {}))
    before = advance(case, pinned.procedures[case.procedure], ACT)
    case.way, case.step = pinned.service.ways[0].id, ""
    assert case.received_on is not None, "received by the caller"
    make_parts(whole, makings, doing, case.received_on)
    project_bundle(case, pinned, [making.case for making in makings])
    data = {"parts": {making.row.alias: making.case.number for making in makings}, "needed": sorted(wanted)}
    data |= {"delivery": case.delivery} if case.delivery else {}
    explanation = assess(pinned.service, facts)
    told = tell_principal(case, pinned.service, "sent-for-you")
    tell(case, pinned.service, MESSAGE, doing, but_not=told)
    enqueue(GO_ON, {"bundle": str(case.id)}, rows=doing.rows)
    return keep(case, doing, before, data=data, facts=to_json(pinned.service, facts), explanation=explanation.to_json())
