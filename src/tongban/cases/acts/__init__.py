"""What may be done with a case, a verb each.

Every act reads downwards: load and lock · may this person? · pure core · keep, with its ledger entry and job rows · return. Registers are read
before, outside any lock (`gather`).
"""

from __future__ import annotations

from tongban.cases.acts.accept import accept, not_accept
from tongban.cases.acts.aftercheck import check_promise
from tongban.cases.acts.annul import annul
from tongban.cases.acts.apply import attach, detach, discard, save, start
from tongban.cases.acts.appoint import HALVES, appoint
from tongban.cases.acts.assign import assign
from tongban.cases.acts.attend import check_document, enter, leave, look_up, search
from tongban.cases.acts.bundle_go_on import go_on
from tongban.cases.acts.by_system import enter_by_hand, push_again
from tongban.cases.acts.charge import mark_paid
from tongban.cases.acts.confirm import confirm, keep_signature, see_original
from tongban.cases.acts.correct import ask_correction
from tongban.cases.acts.decide import decide
from tongban.cases.acts.deliver import hand_out, open_letter, print_result, receive
from tongban.cases.acts.ending import propose_ending
from tongban.cases.acts.entrust import entrust, entrustable, record_letter, take_back
from tongban.cases.acts.extend import extend
from tongban.cases.acts.gather import gather
from tongban.cases.acts.hand_in import hand_in, send_filled
from tongban.cases.acts.hearing import be_heard
from tongban.cases.acts.linked import start_about
from tongban.cases.acts.move import move
from tongban.cases.acts.on_the_spot import correct_on_the_spot
from tongban.cases.acts.owed import hand_in_owed
from tongban.cases.acts.pace import check_asking, check_uploads
from tongban.cases.acts.post import arrived, come_back, post
from tongban.cases.acts.promise import choose_promise
from tongban.cases.acts.rate import RatedDone, rate, rate_by_link, rate_for
from tongban.cases.acts.record import Done
from tongban.cases.acts.redeem import Redeeming, move_redemption, open_redemption, take_up_redemption, tell_of_redemption
from tongban.cases.acts.send import send
from tongban.cases.acts.step import complete_step
from tongban.cases.acts.stops import resume, stop
from tongban.cases.acts.tell_city import tell_city
from tongban.cases.acts.wish import choose_delivery, wish_delivery
from tongban.cases.acts.withdraw import withdraw
from tongban.cases.core.delivery import Handed, Wish

__all__ = [
    "HALVES",
    "Done",
    "Handed",
    "RatedDone",
    "Redeeming",
    "Wish",
    "accept",
    "annul",
    "appoint",
    "arrived",
    "ask_correction",
    "assign",
    "attach",
    "be_heard",
    "check_asking",
    "check_document",
    "check_promise",
    "check_uploads",
    "choose_delivery",
    "choose_promise",
    "come_back",
    "complete_step",
    "confirm",
    "correct_on_the_spot",
    "decide",
    "detach",
    "discard",
    "enter",
    "enter_by_hand",
    "entrust",
    "entrustable",
    "extend",
    "gather",
    "go_on",
    "hand_in",
    "hand_in_owed",
    "hand_out",
    "keep_signature",
    "leave",
    "look_up",
    "mark_paid",
    "move",
    "move_redemption",
    "not_accept",
    "open_letter",
    "open_redemption",
    "post",
    "print_result",
    "propose_ending",
    "push_again",
    "rate",
    "rate_by_link",
    "rate_for",
    "receive",
    "record_letter",
    "resume",
    "save",
    "search",
    "see_original",
    "send",
    "send_filled",
    "start",
    "start_about",
    "stop",
    "take_back",
    "take_up_redemption",
    "tell_city",
    "tell_of_redemption",
    "wish_delivery",
    "withdraw",
]
