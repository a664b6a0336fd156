"""What a line of a story may do: one table of verbs, each the act of the same name with what the line says.

Invariants: a verb does nothing that its act does not; whoever a line names acts with their own posts and mandates, so a line that breaks the law cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from tongban.cases import acts, reads
from tongban.cases.core.ratings import Said
from tongban.cases.errors import CaseNotFoundError
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.files import acts as files
from tongban.house.population import change_register
from tongban.house.stories import at_counter
from tongban.house.stories.drawing import drawing
from tongban.house.stories.reading import Line, Story, dated
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal


@dataclass
class Scene:
    """A story while it is told: its case, once there is one."""

    story: Story
    case_id: UUID | None = None
    linked: UUID | None = None
    """The case about it that a line opened last."""
    among: Mapping[str, Scene] = field(default_factory=dict)
    """All stories that are told with it, by id."""

    @property
    def case(self) -> UUID:
        """The case's id; a story whose draft was not begun has none."""
        assert self.case_id is not None
        return self.case_id

    def at(self, line: Line) -> Scene:
        """What a line is about: the case; with `case: linked` the case about it, with `part` that part of a bundle. Raises KeyError for a part that has no case."""
        alias = line.told.get("part")
        if alias is not None:
            parts = reads.lookup(str(self.case), actor_of(self.story.by)).parts
            return replace(self, case_id=UUID({one.part: one.id for one in parts if one.id}[alias]))
        return replace(self, case_id=self.linked) if line.told.get("case") == "linked" else self

    def actor(self, line: Line, n: int = 0) -> Actor:
        """Who acts in a line: who is named, else the applicant's side."""
        return actor_of(line.by[n] if line.by else self.story.by)

    def version(self, actor: Actor) -> int:
        """The version that somebody on the applicant's side sees now: in the form, or once it is with the office."""
        try:
            return reads.form_view(self.case, actor).version
        except CaseNotFoundError:
            return reads.case_view(self.case, actor).version

    def at_desk(self, actor: Actor) -> int:
        """The version that an official sees now."""
        return reads.desk_case(self.case, actor).case.version

    def task(self, actor: Actor, step: str) -> UUID:
        """The open task that an official may do; `step` names one of several. Raises KeyError where there is none."""
        for one in reads.desk_case(self.case, actor).tasks:
            if one.may_do and step in ("", one.step):
                return one.id
        raise KeyError(step or "task")

    def photos(self, line: Line, picture: bytes) -> list[str]:
        """The picture kept with the case, if the line says that one was taken."""
        if line.told.get("photo") != "yes":
            return []
        return [str(files.keep(picture, name="现场.jpg", accept=("jpg",), max_bytes=10**7, owner=self.case).id)]


def actor_of(login: str) -> Actor:
    """Somebody of the cast. Raises KeyError for a login that nobody has."""
    account = parties.account(login)
    if account is None:
        raise KeyError(login)
    return parties.actor(account)


def begin(scene: Scene) -> None:
    """The draft: the answers, what the registers say, the papers. What an office begins has none."""
    story = scene.story
    if catalogue.city().services[story.service].initiative != "applicant":
        return
    actor = actor_of(story.by)
    side = side_of(story, actor)
    done = acts.hand_in(
        story.service,
        dated(story.answers),
        actor=actor,
        key=_key(),
        principal_kind=side.kind,
        principal_id=side.id,
        situation=story.situation,
        send_it=False,
    )
    scene.case_id = UUID(done.case_id)
    for paper in story.papers:
        acts.attach(scene.case, paper, drawing(), f"{paper}.jpg", actor=actor)


def side_of(story: Story, actor: Actor) -> Principal:
    """Whom a story is told of, as somebody acts for them. Raises StopIteration for a name for which they may not act."""
    sides = parties.principals(actor.person_id)
    if not story.side:
        return next(one for one in sides if one.is_self)
    return next(one for one in sides if one.name == story.side and one.allows(story.service))


def _send(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    if line.told.get("promise") == "yes":
        acts.choose_promise(scene.case, actor=actor, chosen=True)
    acts.send(scene.case, actor=actor, key=_key(), version=scene.version(actor), tolerate=line.told.get("tolerate") == "yes")


def _correct(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    acts.save(scene.case, dated(line.told.get("answers", {})), actor=actor, version=scene.version(actor))
    for paper in line.told.get("papers", ()):
        acts.attach(scene.case, paper, drawing(), f"{paper}.jpg", actor=actor)
    _look_again(scene, actor)
    _send(scene, line)


def _accept(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    _look_again(scene, actor)
    acts.accept(scene.case, actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words)


def _not_accept(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    _look_again(scene, actor)
    answer = line.told["answer"]
    acts.not_accept(scene.case, answer, actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words)


def _ask_correction(scene: Scene, line: Line) -> None:
    actor, questions = scene.actor(line), line.told.get("questions", ())
    acts.ask_correction(scene.case, actor=actor, key=_key(), version=scene.at_desk(actor), questions=questions, words=line.words)


def _withdraw(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    acts.withdraw(scene.case, actor=actor, key=_key(), version=scene.version(actor), words=line.words)


def _stop(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    days = int(line.told["days"])
    acts.stop(scene.case, line.told["kind"], actor=actor, key=_key(), version=scene.at_desk(actor), days=days, words=line.words)


def _resume(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    acts.resume(scene.case, actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words)


def _extend(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    acts.extend(scene.case, actor=actor, key=_key(), version=scene.at_desk(actor), days=int(line.told["days"]), words=line.words)


def _step(scene: Scene, line: Line) -> None:
    """Everybody named signs the same record; `step` names one of several that are open."""
    for actor, task in _signers(scene, line):
        outcome, records = line.told.get("outcome", "pass"), line.told.get("records", {})
        photos = scene.photos(line, drawing())
        acts.complete_step(task, actor=actor, key=_key(), outcome=outcome, words=line.words, records=records, photos=photos)


def _by_hand(scene: Scene, line: Line) -> None:
    """What another body's system would have recorded, entered from paper."""
    actor = scene.actor(line)
    task = next(one.task_id for one in reads.desk_case(scene.case, actor).systems if one.may_by_hand)
    acts.enter_by_hand(task, actor=actor, key=_key(), records=line.told["records"], words=line.words)


def _check(scene: Scene, line: Line) -> None:
    for actor, task in _signers(scene, line):
        records, photos = line.told.get("records", {}), scene.photos(line, drawing())
        acts.check_promise(task, actor=actor, key=_key(), words=line.words, records=records, photos=photos)


def _signers(scene: Scene, line: Line) -> Iterator[tuple[Actor, UUID]]:
    for n in range(len(line.by)):
        actor = scene.actor(line, n)
        yield actor, scene.task(actor, line.told.get("step", ""))


def _decide(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    _look_again(scene, actor)
    answer = line.told["answer"]
    acts.decide(scene.case, answer, actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words)


def _receive(scene: Scene, line: Line) -> None:
    """On the applicant's own page; or over the department's counter, to the applicant (`handed_out`)."""
    if line.told.get("handed_out") == "yes":
        handed = acts.Handed(reads.desk_case(scene.case, scene.actor(line)).case.row.applicant_name)
        acts.hand_out(scene.case, actor=scene.actor(line), key=_key(), handed=handed)
    else:
        acts.receive(scene.case, actor=scene.actor(line), key=_key())


def _read(scene: Scene, line: Line) -> None:
    """The applicant's side opens every letter there is."""
    actor = scene.actor(line)
    for letter in reads.case_view(scene.case, actor).letters:
        acts.open_letter(letter.id, actor=actor)


def _hand_in_owed(scene: Scene, line: Line) -> None:
    paper = line.told["paper"]
    acts.hand_in_owed(scene.case, paper, drawing(), f"{paper}.jpg", actor=scene.actor(line), key=_key())


def _be_heard(scene: Scene, line: Line) -> None:
    acts.be_heard(scene.case, actor=scene.actor(line), key=_key(), words=line.words)


def _annul(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    acts.annul(scene.case, line.told["answer"], actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words)


def _rate(scene: Scene, line: Line) -> None:
    indices = {name: int(value) for name, value in line.told.get("indices", {}).items()}
    said = Said(int(line.told["level"]), indices, line.words, is_named=line.told.get("named") == "yes")
    scene.linked = acts.rate(scene.case, said, actor=scene.actor(line), key=_key()).redress_id


def _appeal(scene: Scene, line: Line) -> None:
    """Open a case about this one, answer its questions and send it."""
    actor = scene.actor(line)
    scene.linked = acts.start_about(line.told["service"], scene.case, actor=actor)
    about = replace(scene, case_id=scene.linked)
    acts.save(about.case, line.told["answers"], actor=actor, version=about.version(actor))
    acts.send(about.case, actor=actor, key=_key(), version=about.version(actor))


def _propose_ending(scene: Scene, line: Line) -> None:
    """The latest licence of whom the story is about; its answers are the ground and the facts."""
    side, actor, story = side_of(scene.story, actor_of(scene.story.by)), scene.actor(line), scene.story
    held = next(one for one in credentials.of_holder(side.kind, side.id) if one.ended is None and one.replaced_by is None)
    done = acts.propose_ending(held.id, story.situation, story.answers, actor=actor, key=_key())
    scene.case_id = UUID(done.case_id)
    _look_again(scene, actor)


def _register(scene: Scene, line: Line) -> None:
    """A department changes a row of its own register, or strikes it off; `{id_number}` and `{uscc}` are the applicant's."""
    side = side_of(scene.story, actor_of(scene.story.by))
    known = parties.identifiers(side.kind, side.id)
    row = {name: value.format_map(known) for name, value in dated(line.told["row"]).items()}
    change_register(line.told["table"], row, gone=line.told.get("gone") == "yes")


def _take_in(scene: Scene, line: Line) -> None:
    scene.case_id = at_counter.take_in(scene.story, line, scene.actor(line))


def _hand_out(scene: Scene, line: Line) -> None:
    at_counter.hand_out(scene.case, scene.story, line, scene.actor(line))


def _mail(scene: Scene, line: Line) -> None:
    at_counter.mail(scene.case, line, scene.actor(line))


def _look_again(scene: Scene, actor: Actor) -> None:
    """What the departments say now, as the page of an act asks them."""
    acts.gather(scene.case, actor=f"account:{actor.account_id}")


def _key() -> str:
    return str(uuid7())


VERBS: Final[Mapping[str, Callable[[Scene, Line], None]]] = {
    "send": _send,
    "correct": _correct,
    "accept": _accept,
    "not-accept": _not_accept,
    "ask-correction": _ask_correction,
    "withdraw": _withdraw,
    "stop": _stop,
    "resume": _resume,
    "extend": _extend,
    "step": _step,
    "by-hand": _by_hand,
    "check": _check,
    "decide": _decide,
    "receive": _receive,
    "read": _read,
    "hand-in-owed": _hand_in_owed,
    "be-heard": _be_heard,
    "annul": _annul,
    "rate": _rate,
    "appeal": _appeal,
    "propose-ending": _propose_ending,
    "register": _register,
    "take-in": _take_in,
    "hand-out": _hand_out,
    "mail": _mail,
}
"""By the word that stands after `do`."""
