"""What a life of an entitlement is told with: the small town, a firm and who represents it, an official of its department, and a bank in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tests.benefits.conftest import BIG, GOOD, Town
from tests.catalogue.test_policies import POLICY, POOLS, files
from tongban.benefits import acts
from tongban.benefits.acts import going
from tongban.benefits.acts.whose import subject_of
from tongban.benefits.models import Match, Order
from tongban.catalogue.acts import publish_texts
from tongban.docking.core.bank_files import write_answers
from tongban.house.worker import round_once
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import acts as party_acts
from tongban.parties import reads as parties
from tongban.parties.acts.mandates import record_mandates
from tongban.parties.core.mandates import MandateTerms
from tongban.parties.core.people import Actor, NewFirm, NewPerson

ACCOUNT = "6222020000001234"
BANK = """\
system: bank
title: {zh: 银行, en: Bank}
department: market
connector: {kind: bank-file}
timeout: 5 seconds
poll: 10 minutes
patience: 1 day
reconcile: "19:00"
"""
QUICK = POLICY.replace("redeem: unasked", "redeem: quick").replace("publicity: {within: 5 working days, objections: market}\n", "")


@dataclass
class Life:
    """The town with people in it."""

    town: Town
    ann: Actor
    firms: dict[str, UUID]
    official: Actor

    def publish(self, policy: str = QUICK, *, pool: str = "amount: yuan(50000)", exhausted: str = "stop", **more: str) -> None:
        pools = POOLS.replace("amount: yuan(50000)", pool).replace("exhausted: stop", f"exhausted: {exhausted}, bank: bank")
        texts = {"pools.yaml": pools, "systems/bank.yaml": BANK, **more}
        publish_texts(files(policy, **texts), "ann")

    def match(self, key: str = GOOD, policy: str = "stall-aid") -> UUID:
        subject = subject_of("firm", self.firms[key], "uscc")
        return Match.objects.filter(policy=policy, subject=subject).latest("id").pk

    def claim(self, key: str = GOOD, **answers: str) -> acts.Claimed:
        return acts.claim(self.match(key), self.ann, answers={"account": ACCOUNT, **answers}, key=str(uuid7()))

    def work(self) -> None:
        """Let the worker do all that is due, and time's own acts."""
        for _ in range(20):
            if not round_once() + going.sweep():
                return

    def bank_says(self, outcome: str, key: str = GOOD, *, reason: str = "") -> None:
        """A file of outcomes comes from the bank."""
        row = Order.objects.filter(match=self.match(key)).latest("id")
        folder = Path(settings.DATA) / "bank" / "bank" / "in"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{uuid7()}.csv").write_bytes(write_answers({row.id: (outcome, "R1", reason)}))
        Order.objects.filter(pk=row.pk, next_at__isnull=False).update(next_at=clock.now())

    def state(self, key: str = GOOD, policy: str = "stall-aid") -> str:
        return Match.objects.get(pk=self.match(key, policy)).state


def _person(name: str, number: str) -> UUID:
    id_ = uuid7()
    party_acts.enter_people([NewPerson(id_, name, number, "990201")], by="tests", source="tests")
    return id_


def people(town: Town) -> Life:
    """Ann represents two firms; Bo is an official who decides."""
    ann, bo = _person("安安", "990101195207300021"), _person("薄波", "990103199701013125")
    firms = {key: uuid7() for key in (GOOD, BIG)}
    party_acts.enter_firms([NewFirm(id_, f"铺{key[-3:]}", key, "990201") for key, id_ in firms.items()], by="tests", source="tests")
    terms = [MandateTerms("legal-representative", "firm", id_, ann, date(2026, 1, 1)) for id_ in firms.values()]
    record_mandates(terms, by="tests", basis="tests")
    accounts = {who: party_acts.open_account(person_id=who, login=str(who)[-12:], by="tests") for who in (ann, bo)}
    party_acts.appoint(person_id=bo, department="market", role="decider", area="990200", by=None)
    life = Life(town, parties.actor(accounts[ann]), firms, parties.actor(accounts[bo]))
    life.publish()
    town.match()
    return life
