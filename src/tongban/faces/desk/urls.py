"""The desk's addresses."""

from __future__ import annotations

from django.urls import path

from tongban.faces.desk import acting, benefit, cases_page, docking, exchange, papers, record, reporting, site, wall

app_name = "desk"
urlpatterns = [
    path("", cases_page.home, name="home"),
    path("cases/<uuid:case_id>", cases_page.case, name="case"),
    path("cases/<uuid:case_id>/<slug:slug>", acting.act, name="act"),
    path("cases/<uuid:case_id>/papers/<uuid:upload_id>", papers.upload, name="upload"),
    path("cases/<uuid:case_id>/photos/<uuid:file_id>", papers.photo, name="photo"),
    path("cases/<uuid:case_id>/proofs/<uuid:file_id>", papers.proof, name="proof"),
    path("cases/<uuid:case_id>/letters/<uuid:letter_id>.pdf", papers.letter, name="letter"),
    path("cases/<uuid:case_id>/licences/<uuid:credential_id>.pdf", papers.licence, name="licence"),
    path("wall", wall.wall_page, name="wall"),
    path("benefit", benefit.benefit_page, name="benefit"),
    path("site", site.site, name="site"),
    path("site/<uuid:task_id>", site.site_task, name="site-task"),
    path("exchange", exchange.exchange_page, name="exchange"),
    path("exchange/silence", exchange.silence, name="silence"),
    path("docking", docking.docking_page, name="docking"),
    path("docking/<uuid:difference_id>/push", docking.push_lost, name="push-lost"),
    path("docking/<uuid:difference_id>/explain", docking.explain, name="explain"),
    path("reporting", reporting.reporting_page, name="reporting"),
    path("reporting/<uuid:report_id>", reporting.correct, name="correct"),
    path("ledger", record.ledger_page, name="ledger"),
    path("ledger/<uuid:case_id>", record.ledger_case, name="ledger-case"),
    path("ledger/<uuid:case_id>/<uuid:entry_id>.tlog-proof", record.receipt, name="receipt"),
]
