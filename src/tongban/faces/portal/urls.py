"""The portal's addresses: short, in words, safe to send to somebody."""

from __future__ import annotations

from django.urls import path

from tongban.faces.portal import afterwards, apply, browse, delivery, mandates, mine, progress, requests, results, start, tickets

app_name = "portal"
urlpatterns = [
    path("", browse.home, name="home"),
    path("search", browse.search, name="search"),
    path("services", browse.services, name="services"),
    path("services/<slug:service_id>", browse.guide, name="guide"),
    path("services/<slug:service_id>/start", start.start, name="start"),
    path("events/<slug:event_id>", browse.life_event, name="event"),
    path("performance", browse.performance, name="performance"),
    path("channels", browse.channels, name="channels"),
    path("tell", tickets.tell, name="tell"),
    path("tell/<slug:service_id>", tickets.tell_form, name="tell-form"),
    path("requests", requests.requests, name="requests"),
    path("apply/<uuid:case_id>", apply.known, name="apply"),
    path("apply/<uuid:case_id>/save", apply.autosave, name="autosave"),
    path("apply/<uuid:case_id>/check", apply.check, name="check"),
    path("apply/<uuid:case_id>/send", apply.send, name="send"),
    path("apply/<uuid:case_id>/choose", apply.choose, name="choose"),
    path("apply/<uuid:case_id>/discard", apply.discard, name="discard"),
    path("apply/<uuid:case_id>/paper/<slug:question_id>", apply.paper, name="paper"),
    path("apply/<uuid:case_id>/<slug:section_id>", apply.section, name="section"),
    path("cases", mine.cases_list, name="cases"),
    path("cases/<uuid:case_id>", mine.case, name="case"),
    path("cases/<uuid:case_id>/owed/<slug:question_id>", afterwards.owed, name="owed"),
    path("cases/<uuid:case_id>/speak", afterwards.speak, name="speak"),
    path("cases/<uuid:case_id>/receipt.pdf", results.receipt, name="receipt"),
    path("cases/<uuid:case_id>/judge", tickets.judge, name="judge"),
    path("cases/<uuid:case_id>/urge", tickets.urge, name="urge"),
    path("cases/<uuid:case_id>/add", tickets.add, name="add"),
    path("cases/<uuid:case_id>/photos/<uuid:file_id>", tickets.photo, name="ticket-photo"),
    path("cases/<uuid:case_id>/delivery", delivery.change, name="delivery"),
    path("cases/<uuid:case_id>/delivery.pdf", delivery.receipt, name="delivery-receipt"),
    path("cases/<uuid:case_id>/withdraw", mine.withdraw, name="withdraw"),
    path("cases/<uuid:case_id>/papers/<uuid:upload_id>", results.upload, name="upload"),
    path("cases/<uuid:case_id>/letters/<uuid:letter_id>", results.letter, name="letter"),
    path("cases/<uuid:case_id>/letters/<uuid:letter_id>.pdf", results.letter_pdf, name="letter-pdf"),
    path("licences", results.licences, name="licences"),
    path("licences/<uuid:credential_id>", results.licence, name="licence"),
    path("licences/<uuid:credential_id>.pdf", results.licence_pdf, name="licence-pdf"),
    path("mandates", mandates.mandates, name="mandates"),
    path("mandates/give", mandates.give, name="mandate-give"),
    path("mandates/<uuid:mandate_id>", mandates.mandate, name="mandate"),
    path("mandates/<uuid:mandate_id>/end", mandates.end, name="mandate-end"),
    path("mandates/<uuid:mandate_id>/letter", mandates.letter, name="mandate-letter"),
    path("progress", progress.progress, name="progress"),
    path("inbox", mine.inbox, name="inbox"),
    path("my-data", mine.my_data, name="my-data"),
]
