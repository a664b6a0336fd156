"""The desk's addresses."""

from __future__ import annotations

from django.urls import path

from tongban.faces.desk import (
    acting,
    benefit,
    cases_page,
    channels,
    docking,
    exchange,
    feedback,
    licences,
    papers,
    record,
    reporting,
    sending,
    site,
    ticket_lists,
    wall,
)
from tongban.faces.desk.policies import drafting as policy_drafts
from tongban.faces.desk.policies import pages as policies
from tongban.faces.desk.policies import runs as matching
from tongban.faces.desk.policies import trials as policy_trials
from tongban.faces.desk.policies import withdrawing as policy_withdrawals
from tongban.faces.desk.redeeming import lists as redeeming
from tongban.faces.desk.redeeming import one as entitlements
from tongban.faces.desk.redeeming import review as reviewing
from tongban.faces.desk.registers import pages as registers
from tongban.faces.desk.registers import uploading

_REGISTER = "registers/<slug:department>/<slug:name>"

app_name = "desk"
urlpatterns = [
    path("", cases_page.home, name="home"),
    path("cases/<uuid:case_id>", cases_page.case, name="case"),
    path("cases/<uuid:case_id>/rating", feedback.rate_for, name="rate-for"),
    path("cases/<uuid:case_id>/rating-code", feedback.rating_code, name="rating-code"),
    path("supervision", feedback.supervision, name="supervision"),
    path("ratings", feedback.ratings, name="ratings"),
    path("cases/<uuid:case_id>/<slug:slug>", acting.act, name="act"),
    path("cases/<uuid:case_id>/papers/<uuid:upload_id>", papers.upload, name="upload"),
    path("cases/<uuid:case_id>/photos/<uuid:file_id>", papers.photo, name="photo"),
    path("cases/<uuid:case_id>/proofs/<uuid:file_id>", papers.proof, name="proof"),
    path("cases/<uuid:case_id>/letters/<uuid:letter_id>.pdf", papers.letter, name="letter"),
    path("cases/<uuid:case_id>/delivery.pdf", papers.delivery, name="delivery"),
    path("cases/<uuid:case_id>/licences/<uuid:credential_id>.pdf", papers.licence, name="licence"),
    path("wall", wall.wall_page, name="wall"),
    path("benefit", benefit.benefit_page, name="benefit"),
    path("dispatch", ticket_lists.dispatch_page, name="dispatch"),
    path("escalations", ticket_lists.escalations_page, name="escalations"),
    path("licences", licences.licences_page, name="licences"),
    path("licences/<uuid:licence_id>", licences.licence_page, name="licence-file"),
    path("licences/<uuid:licence_id>/end/<slug:situation>", licences.end, name="licence-end"),
    path("sending", sending.sending_page, name="sending"),
    path("sending/print", sending.printed, name="sending-print"),
    path("sending/<uuid:case_id>/papers/<uuid:paper_id>", sending.paper, name="sending-paper"),
    path("sending/<uuid:case_id>/hand-out", sending.hand_out, name="sending-hand-out"),
    path("sending/<uuid:delivery_id>/arrived", sending.arrived, name="sending-arrived"),
    path("sending/<uuid:delivery_id>/back", sending.came_back, name="sending-back"),
    path("site", site.site, name="site"),
    path("site/<uuid:task_id>", site.site_task, name="site-task"),
    path("site/<uuid:task_id>/appoint", site.appoint, name="appoint"),
    path("channels", channels.channels, name="channels"),
    path("exchange", exchange.exchange_page, name="exchange"),
    path("exchange/silence", exchange.silence, name="silence"),
    path("docking", docking.docking_page, name="docking"),
    path("docking/<uuid:difference_id>/push", docking.push_lost, name="push-lost"),
    path("docking/<uuid:difference_id>/explain", docking.explain, name="explain"),
    path("reporting", reporting.reporting_page, name="reporting"),
    path("reporting/<uuid:report_id>", reporting.correct, name="correct"),
    path("registers", registers.registers, name="registers"),
    path(_REGISTER, registers.register, name="register"),
    path(f"{_REGISTER}/look-up", registers.look_up, name="register-look-up"),
    path(f"{_REGISTER}/template", registers.template, name="register-template"),
    path(f"{_REGISTER}/content", registers.content, name="register-content"),
    path(f"{_REGISTER}/send", uploading.send, name="register-send"),
    path(f"{_REGISTER}/confirm", uploading.confirm, name="register-confirm"),
    path(f"{_REGISTER}/undo", uploading.undo, name="register-undo"),
    path(f"{_REGISTER}/uploads/<uuid:upload_id>", uploading.upload, name="register-upload"),
    path(f"{_REGISTER}/uploads/<uuid:upload_id>/progress", uploading.progress, name="register-progress"),
    path(f"{_REGISTER}/uploads/<uuid:upload_id>/apply", uploading.apply, name="register-apply"),
    path(f"{_REGISTER}/uploads/<uuid:upload_id>/discard", uploading.discard, name="register-discard"),
    path("policies", policies.policies, name="policies"),
    path("policies/begin", policies.begin, name="policy-begin"),
    path("policies/drafts/<uuid:draft_id>", policy_drafts.draft, name="policy-draft"),
    path("policies/drafts/<uuid:draft_id>/discard", policy_drafts.discard, name="policy-discard"),
    path("policies/drafts/<uuid:draft_id>/publish", policy_drafts.publish, name="policy-publish"),
    path("policies/trials/<uuid:trial_id>", policy_trials.trial, name="policy-trial"),
    path("policies/trials/<uuid:trial_id>/progress", policy_trials.progress, name="policy-trial-progress"),
    path("policies/trials/<uuid:trial_id>/stop", policy_trials.stop, name="policy-trial-stop"),
    path("policies/versions/<slug:version>.yaml", policies.version_file, name="policy-file"),
    path("policies/versions/<slug:version>/withdraw", policy_withdrawals.withdrawing, name="policy-withdraw"),
    path("redeeming", redeeming.redeeming, name="redeeming"),
    path("redeeming/unasked", redeeming.unasked, name="redeeming-unasked"),
    path("redeeming/draw", redeeming.draw, name="redeeming-draw"),
    path("redeeming/reviews/<uuid:review_id>", reviewing.review, name="review"),
    path("redeeming/reviews/<uuid:review_id>/amount", reviewing.amount, name="review-amount"),
    path("redeeming/<uuid:match_id>", entitlements.entitlement, name="entitlement"),
    path("redeeming/<uuid:match_id>/<slug:slug>", entitlements.act, name="entitlement-act"),
    path("matching", matching.runs, name="runs"),
    path("matching/<uuid:run_id>", matching.run, name="run"),
    path("matching/<uuid:run_id>/progress", matching.progress, name="run-progress"),
    path("matching/<uuid:run_id>/stop", matching.stop, name="run-stop"),
    path("matching/<uuid:run_id>/<slug:policy_id>", matching.changes, name="run-policy"),
    path("ledger", record.ledger_page, name="ledger"),
    path("ledger/<uuid:case_id>", record.ledger_case, name="ledger-case"),
    path("ledger/<uuid:case_id>/<uuid:entry_id>.tlog-proof", record.receipt, name="receipt"),
]
