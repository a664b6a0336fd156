"""Lines that happen at a counter: an application taken in with somebody, a result handed out or mailed. Whoever has no account is in such stories alone."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from PIL import Image, ImageDraw

from tongban.cases import acts, reads
from tongban.cases.core.counter import ASSISTED
from tongban.house.population.cast import read_cast
from tongban.house.stories.drawing import drawing
from tongban.house.stories.reading import Line, Story, dated
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor


def take_in(story: Story, line: Line, clerk: Actor) -> UUID:
    """A whole application, from the look at the card (`document`; over which `channel`) to what was signed and sent; returns the case."""
    person = attend(story, clerk, line.told.get("channel", "window"), line.told.get("document", "id-card"))
    side = next(one for one in parties.principals(person.person_id) if one.name == story.side or (not story.side and one.is_self))
    case_id = acts.start(story.service, actor=person, principal_kind=side.kind, principal_id=side.id, situation=story.situation)
    _fill(case_id, story, person)
    wish = acts.Wish.of("mail" if "address" in line.told else "collect", name=side.name, address=line.told.get("address", ""))
    how = line.told.get("how", "pad")
    acts.confirm(
        case_id,
        actor=person,
        version=reads.form_view(case_id, person).version,
        how=how,
        signature=acts.keep_signature(case_id, signature(), actor=person) if how == "pad" else None,
        copy_at=line.told.get("kept", ""),
        wish=wish,
    )
    acts.send(case_id, actor=person, key=str(uuid7()), version=reads.form_view(case_id, person).version)
    return case_id


def hand_out(case_id: UUID, story: Story, line: Line, clerk: Actor) -> None:
    """The result, to the person, who signs in the book."""
    person = attend(story, clerk, "window", line.told.get("document", "id-card"))
    acts.hand_out(case_id, actor=person, key=str(uuid7()), handed=acts.Handed(copy_at=line.told.get("kept", "领取登记册")))


def mail(case_id: UUID, line: Line, clerk: Actor) -> None:
    """Posted; or come back, with why; or taken in, by whom (`arrived`)."""
    if "carrier" in line.told:
        acts.post(case_id, actor=clerk, key=str(uuid7()), carrier=line.told["carrier"], tracking=line.told["tracking"])
        return
    sent = reads.sending_of(case_id).rows[-1]
    if "why" in line.told:
        acts.come_back(sent.id, actor=clerk, key=str(uuid7()), words=line.told["why"])
    else:
        acts.arrived(sent.id, actor=clerk, key=str(uuid7()), received_by=line.told["arrived"], on=clock.today())


def attend(story: Story, clerk: Actor, channel: str, document: str) -> Actor:
    """The person of the story, with the clerk."""
    person = next(one.person_id for one in read_cast().players if one.login == story.by)
    number = parties.identifiers("person", person)["id_number"]
    attendance = acts.look_up(number, clerk=clerk, channel=channel)
    assert attendance is not None
    acts.check_document(attendance, document if channel in ASSISTED and ASSISTED[channel] == "counter" else _heard(channel), clerk=clerk)
    return reads.attended(attendance, clerk)


def signature() -> bytes:
    """A name on the pad, as nobody could read it."""
    page = Image.new("RGBA", (600, 180), (0, 0, 0, 0))
    draw = ImageDraw.Draw(page)
    draw.line([(60 + 16 * n, 90 + (n * 37) % 60 - 30) for n in range(28)], fill=(27, 36, 48, 255), width=4)
    out = BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def _fill(case_id: UUID, story: Story, person: Actor) -> None:
    _ask(case_id, person)
    acts.save(case_id, dated(story.answers), actor=person, version=reads.form_view(case_id, person).version)
    for paper in story.papers:
        acts.attach(case_id, paper, drawing(), f"{paper}.jpg", actor=person)
        acts.see_original(case_id, paper, actor=person, seen=True)
    _ask(case_id, person)


def _ask(case_id: UUID, person: Actor) -> None:
    assert person.assistant is not None
    acts.gather(case_id, actor=f"account:{person.account_id}", department=person.assistant.department)


def _heard(channel: str) -> str:
    return "spoken" if channel == "phone" else "copy"
