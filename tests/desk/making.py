"""Applications of the cast, made by the acts that the portal uses; and officials' acts, to bring a case to where a test begins."""

from __future__ import annotations

from uuid import UUID

from tests.files.making import jpg
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

SERVICE = "food-business-licence"
ANSWERS = {
    "business": "restaurant",
    "cold_dishes": "yes",
    "fresh_juice": "no",
    "raw_seafood": "no",
    "property_no": "云(2021)江北区不动产权第0010086号",
    "safety_officer": "赵建国",
    "staff_count": "1",
}
FIT = {"layout": "fit", "hygiene": "fit", "storage": "fit"}


class Town:
    """The cast at work."""

    def actor(self, login: str) -> Actor:
        return parties.actor(parties.account(login))

    def apply(self, login: str = "chen-xiao", firm: str = "味来") -> UUID:
        """A restaurant's application for its food licence, sent."""
        actor = self.actor(login)
        principal = next(one for one in parties.principals(actor.person_id) if firm in one.name and one.allows(SERVICE))
        case_id = acts.start(SERVICE, actor=actor, principal_kind="firm", principal_id=principal.id)
        acts.save(case_id, ANSWERS, actor=actor, version=1)
        for number, question in enumerate(("kitchen_plan", "cold_room_plan")):
            acts.attach(case_id, question, jpg(40 + number), "图.jpg", actor=actor)
        acts.gather(case_id, actor=f"account:{actor.account_id}")
        acts.send(case_id, actor=actor, key=str(uuid7()), version=1)
        return case_id

    def accept(self, case_id: UUID, by: str = "liu-yang") -> None:
        actor = self.actor(by)
        acts.accept(case_id, actor=actor, key=str(uuid7()), version=self.version(case_id, actor))

    def step(self, case_id: UUID, by: str, records: dict[str, str] | None = None, photos: tuple[str, ...] = ()) -> None:
        actor = self.actor(by)
        task = next(task for task in cases.desk_case(case_id, actor).tasks if task.may_do)
        acts.complete_step(task.id, actor=actor, key=str(uuid7()), outcome="pass", words="", records=records or {}, photos=photos)

    def to_site(self, case_id: UUID) -> None:
        """Accepted and reviewed: the inspectors' turn."""
        self.accept(case_id)
        self.step(case_id, "liu-yang")

    def to_decision(self, case_id: UUID) -> None:
        """Checked on site by two: the decider's turn."""
        from tongban.files import acts as files

        self.to_site(case_id)
        photo = files.keep(jpg(), name="现场.jpg", accept=("jpg",), max_bytes=10_000_000, owner=case_id)
        for inspector in ("wu-qiang", "zheng-jie"):
            self.step(case_id, inspector, FIT, (str(photo.id),))

    def version(self, case_id: UUID, actor: Actor) -> int:
        return cases.desk_case(case_id, actor).case.version

    def site_task(self, case_id: UUID) -> UUID:
        return next(task.id for task in cases.desk_case(case_id, self.actor("wu-qiang")).tasks)
