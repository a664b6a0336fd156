"""The acts that are cut off, on a case that is ready for each; and what the database holds before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from django.db import connection
from PIL import Image

from tests.counter.making import attend, confirm, fill, taken_in
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.acts import tickets
from tongban.cases.models import Case, Task
from tongban.kernel.ids import uuid7

SIGN = {
    "property_no": "云(2021)江北区不动产权第0010086号",
    "own_shop": "yes",
    "on_roof": "no",
    "wording": "晓晓面馆",
    "area_m2": "4.80",
    "screen": "no",
}
TABLES = (
    "cases_case",
    "cases_task",
    "cases_event",
    "cases_letter",
    "cases_arrival",
    "cases_ticket",
    "cases_letterseries",
    "ledger_entry",
    "ledger_pending",
    "messages_message",
    "jobs_job",
    "credentials_credential",
    "credentials_serial",
    "cases_bundlepart",
    "cases_upload",
    "exchange_answer",
    "files_file",
)


@dataclass(frozen=True)
class Trial:
    """One act on one case, under one key."""

    case_id: UUID
    event: str
    do: Callable[[], acts.Done]


def everything(tables: tuple[str, ...] = TABLES) -> dict[str, str]:
    """A digest of every row of the tables that an act writes."""
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            found[table] = str(cursor.fetchone())
    return found


def key() -> str:
    return str(uuid7())


def version(case_id: UUID) -> int:
    return Case.objects.get(pk=case_id).version


def draft(town: Town) -> UUID:
    """An allowance, filled in, that meets every condition."""
    actor, mother = town.actor("li-min"), town.parent("li-min")
    case_id = acts.start("old-age-allowance", actor=actor, principal_kind="person", principal_id=mother.id)
    acts.gather(case_id, actor="test")
    form = reads.form_view(case_id, actor)
    posted = {view.question.id: _answer(view.question) for part in form.sections for view in part.questions}
    acts.save(case_id, posted, actor=actor, version=form.version)
    acts.gather(case_id, actor="test")
    return case_id


def _answer(question: object) -> str:
    kind = question.type  # type: ignore[attr-defined]
    return {"bank-account": "6222020000000000001", "yes-no": "yes"}.get(kind) or (
        question.options[0].id if kind == "choice" else "13800000000"
    )  # type: ignore[attr-defined]


def received(town: Town) -> acts.Done:
    """A sign that needs a licence, sent with its drawings, not yet accepted."""
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    case_id = acts.start("outdoor-sign", actor=actor, principal_kind="firm", principal_id=firm.id)
    acts.save(case_id, SIGN | {"area_m2": "12.00"}, actor=actor, version=version(case_id))
    for question in ("effect_drawing", "structure_drawing"):
        acts.attach(case_id, question, out.getvalue(), "图.png", actor=actor)
    acts.gather(case_id, actor="test")
    return acts.send(case_id, actor=actor, key=key(), version=version(case_id))


def to_send(town: Town) -> Trial:
    """An allowance that a machine grants as it is sent: the most that one sending can do."""
    case_id, actor, once = draft(town), town.actor("li-min"), key()
    seen = version(case_id)
    return Trial(case_id, "send", lambda: acts.send(case_id, actor=actor, key=once, version=seen))


def to_accept(town: Town) -> Trial:
    done, actor, once = received(town), town.actor("han-lei"), key()
    case_id = UUID(done.case_id)
    return Trial(case_id, "accept", lambda: acts.accept(case_id, actor=actor, key=once, version=done.version))


def to_decide(town: Town) -> Trial:
    done, reviewer, decider, once = received(town), town.actor("han-lei"), town.actor("yang-fan"), key()
    case_id = UUID(done.case_id)
    acts.accept(case_id, actor=reviewer, key=key(), version=done.version)
    review = Task.objects.get(case_id=case_id, is_open=True)
    seen = acts.complete_step(review.id, actor=reviewer, key=key())
    return Trial(case_id, "grant", lambda: acts.decide(case_id, "grant", actor=decider, key=once, version=seen.version, words="符合规定"))


def to_send_bundle(town: Town) -> Trial:
    """A restaurant's bundle: a case of its own and one for each of three parts, one of which a machine grants."""
    from tests.cases.bundling import draft as bundle

    case_id, actor, once = bundle(town), town.actor("chen-xiao"), key()
    seen = version(case_id)
    return Trial(case_id, "send", lambda: acts.send(case_id, actor=actor, key=once, version=seen))


def to_withdraw_bundle(town: Town) -> Trial:
    """The same, sent, with one part accepted and one already filed."""
    from tests.cases.bundling import accept, sent

    case_id, actor, once = sent(town), town.actor("chen-xiao"), key()
    accept(town, case_id, "food")
    seen = version(case_id)
    return Trial(case_id, "withdraw", lambda: acts.withdraw(case_id, actor=actor, key=once, version=seen))


def to_send_with_help(town: Town) -> Trial:
    """The same allowance, taken in at a counter."""
    elder = attend(town)
    case_id, once = fill(elder), key()
    confirm(case_id, elder)
    seen = version(case_id)
    return Trial(case_id, "send", lambda: acts.send(case_id, actor=elder, key=once, version=seen))


def to_hand_out(town: Town) -> Trial:
    """Its result, handed out across the counter."""
    elder, once = attend(town), key()
    case_id = UUID(taken_in(elder).case_id)
    return Trial(case_id, "deliver", lambda: acts.hand_out(case_id, actor=elder, key=once, handed=acts.Handed(copy_at="A3")))


def told(town: Town, login: str) -> UUID:
    """Something is wrong in the street, and somebody has told the city."""
    actor = town.actor(login)
    matter = {"what": "路灯不亮", "category": "road-parts", "danger": "no", "kind": "help", "area": "990101002", "address": "望江路"}
    return UUID(acts.tell_city("citizen-request", matter, {}, actor=actor, key=key()).case_id)


def to_answer(town: Town) -> Trial:
    """A ticket that another is handled with: answering asks for that one to be told too."""
    case_id, other, handler, once = told(town, "li-min"), told(town, "zhou-minhua"), town.actor("guo-tao"), key()
    tickets.merge(other, case_id, actor=town.actor("luo-qian"), key=key(), version=version(other))
    seen = version(case_id)
    return Trial(
        case_id, "answer", lambda: tickets.answer(case_id, "solved", actor=handler, key=once, version=seen, words="已换灯泡", record="3号")
    )


def to_merge(town: Town) -> Trial:
    """Two tickets under two locks."""
    case_id, other, dispatcher, once = told(town, "li-min"), told(town, "zhou-minhua"), town.actor("luo-qian"), key()
    seen = version(other)
    return Trial(other, "merge", lambda: tickets.merge(other, case_id, actor=dispatcher, key=once, version=seen))


TRIALS: dict[str, Callable[[Town], Trial]] = {
    "send": to_send,
    "accept": to_accept,
    "decide": to_decide,
    "send a bundle": to_send_bundle,
    "withdraw a bundle": to_withdraw_bundle,
    "send with help": to_send_with_help,
    "hand out": to_hand_out,
    "answer": to_answer,
    "merge": to_merge,
}
