"""What may be done with a case, a verb each.

Every act reads downwards: load and lock · may this person? · pure core · keep, with its ledger entry and job rows · return. Registers are read
before, outside any lock (`gather`).
"""

from __future__ import annotations

from tongban.cases.acts.accept import accept, not_accept
from tongban.cases.acts.aftercheck import check_promise
from tongban.cases.acts.annul import annul, be_heard
from tongban.cases.acts.apply import attach, detach, discard, save, start
from tongban.cases.acts.assign import assign
from tongban.cases.acts.attend import check_document, enter, leave, look_up, search
from tongban.cases.acts.by_system import enter_by_hand, push_again
from tongban.cases.acts.collect import collect, print_result
from tongban.cases.acts.confirm import MailTo, confirm, keep_signature, see_original
from tongban.cases.acts.correct import ask_correction
from tongban.cases.acts.decide import decide
from tongban.cases.acts.deliver import open_letter, receive
from tongban.cases.acts.entrust import entrust, entrustable, record_letter, take_back
from tongban.cases.acts.extend import extend
from tongban.cases.acts.gather import gather
from tongban.cases.acts.hand_in import hand_in, send_filled
from tongban.cases.acts.linked import start_about
from tongban.cases.acts.mailing import mail_arrived, mail_returned, post_result
from tongban.cases.acts.move import move
from tongban.cases.acts.owed import hand_in_owed
from tongban.cases.acts.pace import check_asking, check_uploads
from tongban.cases.acts.promise import choose_promise
from tongban.cases.acts.rate import RatedDone, rate, rate_by_link, rate_for
from tongban.cases.acts.record import Done
from tongban.cases.acts.send import send
from tongban.cases.acts.step import complete_step
from tongban.cases.acts.stops import resume, stop
from tongban.cases.acts.withdraw import withdraw

__all__ = [
    "Done",
    "MailTo",
    "RatedDone",
    "accept",
    "annul",
    "ask_correction",
    "assign",
    "attach",
    "be_heard",
    "check_asking",
    "check_document",
    "check_promise",
    "check_uploads",
    "choose_promise",
    "collect",
    "complete_step",
    "confirm",
    "decide",
    "detach",
    "discard",
    "enter",
    "enter_by_hand",
    "entrust",
    "entrustable",
    "extend",
    "gather",
    "hand_in",
    "hand_in_owed",
    "keep_signature",
    "leave",
    "look_up",
    "mail_arrived",
    "mail_returned",
    "move",
    "not_accept",
    "open_letter",
    "post_result",
    "print_result",
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
    "withdraw",
]
