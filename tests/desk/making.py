"""Applications of the cast, made by the acts that the portal uses; and officials' acts, to bring a case to where a test begins."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.files.making import jpg
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.exchange import acts as exchange
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal
from tongban.parties.models import Mandate

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
        return self.send(actor, next(one for one in parties.principals(actor.person_id) if firm in one.name and one.allows(SERVICE)))

    def send(self, actor: Actor, principal: Principal, answers: dict[str, str] = ANSWERS) -> UUID:
        """An application of that firm."""
        case_id = acts.start(SERVICE, actor=actor, principal_kind="firm", principal_id=principal.id)
        acts.save(case_id, answers, actor=actor, version=1)
        for number, question in enumerate(("kitchen_plan", "cold_room_plan")):
            acts.attach(case_id, question, jpg(40 + number), "图.jpg", actor=actor)
        acts.gather(case_id, actor=f"account:{actor.account_id}")
        acts.send(case_id, actor=actor, key=str(uuid7()), version=cases.form_view(case_id, actor).version)
        return case_id

    def claim(self) -> UUID:
        """An old-age allowance that people have to look at, because the household register is silent."""
        actor = self.actor("li-min")
        mother = next(one for one in parties.principals(actor.person_id) if one.kind == "person" and not one.is_self)
        exchange.suspend("public-security/household")
        case_id = acts.start("old-age-allowance", actor=actor, principal_kind="person", principal_id=mother.id)
        acts.save(case_id, {"bank_account": "6228480402564890018"}, actor=actor, version=1)
        acts.gather(case_id, actor=f"account:{actor.account_id}")
        acts.send(case_id, actor=actor, key=str(uuid7()), version=cases.form_view(case_id, actor).version)
        exchange.resume("public-security/household")
        return case_id

    def fill(self, count: int = 9) -> UUID:
        """Applications of several firms on several days: some are late, some are corrected, one waits to be checked. Returns a late one."""
        firms = sorted((pair for pair in self._represented() if "味来" not in pair[1].name), key=lambda pair: "餐饮" not in pair[1].name)[
            :count
        ]
        late: UUID | None = None
        for number, (actor, firm) in enumerate(firms):
            case_id = self.send(actor, firm, ANSWERS | ({} if number % 3 else {"property_no": "云(2020)江北区不动产权第0000001号"}))
            late = late or case_id
            if number == 2:
                self.to_site(case_id)
            elif number == 4:
                officer = self.actor("liu-yang")
                acts.ask_correction(
                    case_id,
                    actor=officer,
                    key=str(uuid7()),
                    version=self.version(case_id, officer),
                    questions=["kitchen_plan"],
                    words="请补画洗消间的位置。",
                )
            if number % 2:
                clock.move_by(timedelta(days=3 if number < 6 else 1))
        assert late is not None
        return late

    def _represented(self) -> list[tuple[Actor, Principal]]:
        holders = {
            one.holder_id: one.firm_id
            for one in Mandate.objects.filter(kind="legal-representative", firm__isnull=False).order_by("firm_id")
        }
        found = []
        for person, firm in holders.items():
            principal = parties.principal(person, "firm", firm)
            if principal is not None:
                found.append((Actor(uuid7(), person, parties.names("person", [person])[person]), principal))
        return found

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
