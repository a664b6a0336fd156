"""Questions about cases. Answers are values, never rows that somebody could save."""

from __future__ import annotations

from tongban.cases.reads.attending import attendance, attendances_of, attended, open_attendances, service_in_attendance, waiting_for
from tongban.cases.reads.benefit import benefit, counted_until
from tongban.cases.reads.bundle import belonging, bundle_of, bundle_parts, parts_of
from tongban.cases.reads.bundle_form import bundle_form
from tongban.cases.reads.desk import DeskCase, case_of_task, colleagues, desk_case, is_on_site
from tongban.cases.reads.entrusted import done_under, given, held
from tongban.cases.reads.form import FormView, Paper, Prefilled, QuestionView, form_view
from tongban.cases.reads.ground import (
    Ground,
    gathered,
    ground_of,
    known_facts,
    labels_of,
    may_ask,
    offered,
    register_key,
    service_of,
    silence_passed,
)
from tongban.cases.reads.letters import LetterRow, LetterStanding, standing_of, text_on_record, token_of
from tongban.cases.reads.licence import granting_cases, licence_items, licence_of, licences_for
from tongban.cases.reads.licences import LicenceFile, ending_form, find_licences, licence_file, licences_of_office
from tongban.cases.reads.linked import (
    Openable,
    concerned,
    concerned_on_desk,
    linked_on_desk,
    linked_on_my_side,
    linked_with,
    openable,
)
from tongban.cases.reads.lookup import Found, lookup
from tongban.cases.reads.mine import case_view, my_cases, on_my_side
from tongban.cases.reads.papers import envelopes, letter_batch, letter_document, upload_of
from tongban.cases.reads.progress import Progress, progress
from tongban.cases.reads.queue import QueuePage, TaskRow, counts, queue, search
from tongban.cases.reads.ratings import OwnRating, RatingTold, own_rating, rating_on_desk, rating_on_my_side
from tongban.cases.reads.receipt import receipt_of
from tongban.cases.reads.redeemed import Settled, closed_anew, settled_cases
from tongban.cases.reads.replay import Replay, Replayed, replay, replay_one
from tongban.cases.reads.rows import CaseRow
from tongban.cases.reads.sending import (
    DeliveryRow,
    Parcel,
    Sending,
    at_counters,
    count_waiting,
    on_the_way,
    parcel_of,
    parcels,
    sending_of,
    to_hand_over,
    to_post,
    wished_before,
)
from tongban.cases.reads.shares import ShareRow, Shares, shares
from tongban.cases.reads.slips import sheet, slip_of
from tongban.cases.reads.stations import Station
from tongban.cases.reads.supervision import SupervisedRow, supervised
from tongban.cases.reads.view import CaseView
from tongban.cases.reads.wall import DueRow, Wall, behind, wall

__all__ = [
    "CaseRow",
    "CaseView",
    "DeliveryRow",
    "DeskCase",
    "DueRow",
    "FormView",
    "Found",
    "Ground",
    "LetterRow",
    "LetterStanding",
    "LicenceFile",
    "Openable",
    "OwnRating",
    "Paper",
    "Parcel",
    "Prefilled",
    "Progress",
    "QuestionView",
    "QueuePage",
    "RatingTold",
    "Replay",
    "Replayed",
    "Sending",
    "Settled",
    "ShareRow",
    "Shares",
    "Station",
    "SupervisedRow",
    "TaskRow",
    "Wall",
    "at_counters",
    "attendance",
    "attendances_of",
    "attended",
    "behind",
    "belonging",
    "benefit",
    "bundle_form",
    "bundle_of",
    "bundle_parts",
    "case_of_task",
    "case_view",
    "closed_anew",
    "colleagues",
    "concerned",
    "concerned_on_desk",
    "count_waiting",
    "counted_until",
    "counts",
    "desk_case",
    "done_under",
    "ending_form",
    "envelopes",
    "find_licences",
    "form_view",
    "gathered",
    "given",
    "granting_cases",
    "ground_of",
    "held",
    "is_on_site",
    "known_facts",
    "labels_of",
    "letter_batch",
    "letter_document",
    "licence_file",
    "licence_items",
    "licence_of",
    "licences_for",
    "licences_of_office",
    "linked_on_desk",
    "linked_on_my_side",
    "linked_with",
    "lookup",
    "may_ask",
    "my_cases",
    "offered",
    "on_my_side",
    "on_the_way",
    "open_attendances",
    "openable",
    "own_rating",
    "parcel_of",
    "parcels",
    "parts_of",
    "progress",
    "queue",
    "rating_on_desk",
    "rating_on_my_side",
    "receipt_of",
    "register_key",
    "replay",
    "replay_one",
    "search",
    "sending_of",
    "service_in_attendance",
    "service_of",
    "settled_cases",
    "shares",
    "sheet",
    "silence_passed",
    "slip_of",
    "standing_of",
    "supervised",
    "text_on_record",
    "to_hand_over",
    "to_post",
    "token_of",
    "upload_of",
    "waiting_for",
    "wall",
    "wished_before",
]
