"""A restaurant's bundle, act by act: what several tests of bundles do on their way."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from tests.cases.test_lifecycle import key, photo, plan
from tests.town import Town
from tongban.cases import acts
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import BundlePart, Case, Task

BUNDLE = "open-restaurant"
PREMISES = "云(2021)江北区不动产权第0010086号"
DAILY = {"cold_dishes": "yes", "fresh_juice": "no", "raw_seafood": "no", "eat_in": "yes", "hang_sign": "yes"}
SHOP = {"property_no": PREMISES, "safety_officer": "赵建国", "staff_count": "1"}
SIGN = {"own_shop": "yes", "on_roof": "no", "wording": "味来餐饮", "area_m2": "4.8", "screen": "no"}
FIRE = {"storey": "1", "seats": "40", "exits": "2", "gas": "piped"}
PAPERS = ("shop_plan", "cold_room_plan", "fire_rules", "effect_drawing", "structure_drawing")
FIT = {"layout": "fit", "hygiene": "fit", "storage": "fit"}
SAFE = {"ways": "clear", "equipment": "fit", "staff": "met"}
REVIEWERS = {"food": "liu-yang", "sign": "han-lei", "fire": "tian-yu"}
DECIDERS = {"food": "sun-lihua", "sign": "yang-fan", "fire": "gu-qing"}
INSPECTORS = {"food": ("wu-qiang", "zheng-jie"), "fire": ("luo-gang", "pan-wei")}


def draft(town: Town, **answers: str) -> UUID:
    """A filled-in bundle, its registers asked."""
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start(BUNDLE, actor=actor, principal_kind="firm", principal_id=firm.id)
    posted = DAILY | SHOP | SIGN | FIRE | answers
    acts.save(case_id, posted, actor=actor, version=version(case_id))
    acts.save(case_id, posted, actor=actor, version=version(case_id))
    for question in PAPERS:
        with suppress(CaseNotFoundError):  # not asked, given these answers
            acts.attach(case_id, question, plan(), f"{question}.jpg", actor=actor)
    acts.gather(case_id, actor="test")
    return case_id


def send(town: Town, case_id: UUID) -> acts.Done:
    return acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))


def sent(town: Town, **answers: str) -> UUID:
    """A bundle that was sent."""
    case_id = draft(town, **answers)
    send(town, case_id)
    return case_id


def version(case_id: UUID) -> int:
    return Case.objects.get(pk=case_id).version


def part(bundle_id: UUID, alias: str) -> Case:
    """One part's case."""
    return Case.objects.get(pk=BundlePart.objects.get(bundle_id=bundle_id, alias=alias).case_id)


def standings(bundle_id: UUID) -> dict[str, str]:
    return dict(BundlePart.objects.filter(bundle_id=bundle_id).values_list("alias", "standing"))


def task(case_id: UUID, step: str) -> Task:
    return Task.objects.filter(case_id=case_id, step=step, is_open=True).latest("id")


def accept(town: Town, bundle_id: UUID, alias: str) -> None:
    case = part(bundle_id, alias)
    acts.accept(case.id, actor=town.actor(REVIEWERS[alias]), key=key(), version=case.version)


def review(town: Town, bundle_id: UUID, alias: str) -> None:
    acts.complete_step(task(part(bundle_id, alias).id, "review").id, actor=town.actor(REVIEWERS[alias]), key=key())


def inspect(town: Town, bundle_id: UUID, alias: str, records: dict[str, str] | None = None) -> None:
    case = part(bundle_id, alias)
    step = "site" if alias == "food" else "inspection"
    records = records or (FIT if alias == "food" else SAFE)
    for officer in INSPECTORS[alias]:
        acts.complete_step(
            task(case.id, step).id,
            actor=town.actor(officer),
            key=key(),
            records=records,
            photos=[photo(case.id)] if officer == INSPECTORS[alias][0] else [],
        )


def decide(town: Town, bundle_id: UUID, alias: str, answer: str = "grant", words: str = "核查合格") -> None:
    case = part(bundle_id, alias)
    acts.decide(case.id, answer, actor=town.actor(DECIDERS[alias]), key=key(), version=case.version, words=words)  # type: ignore[arg-type]


def through(town: Town, bundle_id: UUID, alias: str, answer: str = "grant", words: str = "核查合格") -> None:
    """One part from acceptance to its decision."""
    accept(town, bundle_id, alias)
    review(town, bundle_id, alias)
    if alias in INSPECTORS:
        inspect(town, bundle_id, alias)
    decide(town, bundle_id, alias, answer, words)


def go_on(bundle_id: UUID) -> None:
    """What the worker does for a bundle."""
    acts.go_on(bundle_id)
