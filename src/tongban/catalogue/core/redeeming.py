"""The form of a service whose cases redeem policies: which questions it has, and that it has them.

Invariant: nobody types into it; the engine opens such a case with the answers below, and `confirmed` is what the single evaluator said.
"""

from __future__ import annotations

from typing import Final

from tongban.catalogue.core.definition import Service

REDEMPTION: Final = "redemption"
"""The initiative of such a service."""
POLICY: Final = "policy"
CONFIRMED: Final = "confirmed"
AMOUNT: Final = "amount"
ACCOUNT: Final = "account"
QUESTIONS: Final = {POLICY: "choice", CONFIRMED: "choice", AMOUNT: "money", ACCOUNT: "text"}
"""By id, the type of the question."""
YES, NO, QUEUED = "yes", "no", "queued"
ANSWERS: Final = (YES, NO, QUEUED)
"""What `confirmed` may be: every condition is met; one is not; met, and the money has to come back first. Left out where it is not clear."""


def lacking(service: Service) -> tuple[str, ...]:
    """The questions that a redeeming service should have and has not, or not of their type, and the answers that `confirmed` does not know."""
    found = {question.id: question for question in service.questions}
    lacks = [name for name, kind in QUESTIONS.items() if name not in found or found[name].type != kind]
    if CONFIRMED not in lacks:
        lacks += [f"{CONFIRMED}.{answer}" for answer in ANSWERS if answer not in {option.id for option in found[CONFIRMED].options}]
    return tuple(lacks)
