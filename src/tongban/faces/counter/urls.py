"""The counter's addresses. What is done with a person stands under their attendance, `at/…`; what is done without one, beside it."""

from __future__ import annotations

from django.urls import path

from tongban.faces.counter import beginning, collecting, confirming, filling, letters, receiving, today

app_name = "counter"
urlpatterns = [
    path("", today.home, name="home"),
    path("person", receiving.look, name="look"),
    path("enter", receiving.enter, name="enter"),
    path("find", today.find, name="find"),
    path("collect", collecting.waiting, name="collect"),
    path("cases/<uuid:case_id>", today.case, name="case"),
    path("cases/<uuid:case_id>/receipt.pdf", today.receipt, name="receipt"),
    path("at/<uuid:attendance_id>", receiving.attend, name="attend"),
    path("at/<uuid:attendance_id>/check", receiving.check, name="check"),
    path("at/<uuid:attendance_id>/leave", receiving.leave, name="leave"),
    path("at/<uuid:attendance_id>/letter", letters.letter, name="letter"),
    path("at/<uuid:attendance_id>/start/<slug:service_id>", beginning.start, name="start"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>", filling.form, name="form"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/save", filling.autosave, name="save"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/papers", filling.papers, name="papers"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/papers/<uuid:upload_id>", filling.paper, name="paper"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/choose", confirming.choose, name="choose"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/confirm", confirming.confirm, name="confirm"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/sheet.pdf", confirming.sheet, name="sheet"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/discard", beginning.discard, name="discard"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/taken", confirming.taken, name="taken"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/hand-out", collecting.hand_out, name="hand-out"),
    path("at/<uuid:attendance_id>/cases/<uuid:case_id>/print", collecting.printed, name="print"),
]
