"""A letter that was written and signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from tongban.cases.acts.letters import number_letters
from tongban.cases.models import Case, Letter, LetterSeries
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

USCC = "11990100MB00112CX8"


def letter(**changes: Any) -> Letter:
    """One on record, numbered 318 in its series unless told otherwise."""
    now = clock.now()
    case = Case.objects.create(
        service="s",
        procedure="p",
        state="granted",
        department="d",
        applicant_kind="firm",
        applicant_id=uuid7(),
        applicant_name="云川市江北区味来餐饮店",
        applied_by=uuid7(),
        begun_at=now,
        saved_at=now,
    )
    serial = changes.pop("serial", 318)
    row = Letter(
        **{
            "case": case,
            "type": "decision-grant",
            "series": "云市监许准",
            "year": 2026,
            "department": "d",
            "issuer_zh": "云川市市场监督管理局",
            "issuer_en": "Yunchuan Market Regulation Bureau",
            "issuer_code": USCC,
            "title_zh": "准予行政许可决定书",
            "title_en": "Decision to grant a licence",
            "addressee": case.applicant_name,
            "paragraphs": [{"zh": "决定准予许可。", "en": "We grant the licence."}],
            "sealed": True,
            "issued_on": date(2026, 3, 9),
            "written_at": now,
            **changes,
        }
    )
    with transaction.atomic():
        LetterSeries.objects.update_or_create(series=row.series, year=row.year, defaults={"last": serial - 1})
        number_letters(case, [row])
        row.save(force_insert=True)
    return row
