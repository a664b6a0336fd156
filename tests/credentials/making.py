"""A licence to issue."""

from __future__ import annotations

from datetime import date

from tongban.credentials.core.credential import IssueRequest
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text

USCC = "11990100MB00112CX8"


def request(**changes) -> IssueRequest:
    fields = {
        "type_id": "food-business-licence",
        "type_title": Text("食品经营许可证", "Food business licence"),
        "type_code": USCC + "001",
        "issuer_id": "market-regulation",
        "issuer_name": Text("云川市市场监督管理局", "Yunchuan Administration for Market Regulation"),
        "issuer_uscc": USCC,
        "holder_kind": "firm",
        "holder_id": uuid7(),
        "holder_name": "云川市江北区味来餐饮店",
        "holder_code": "92990102MA0ABCDE1X",
        "case_id": uuid7(),
        "fields": (
            ("operator", Text("经营者名称", "Operator"), "云川市江北区味来餐饮店"),
            ("legal_representative", Text("法定代表人（负责人）", "Legal representative"), "陈晓"),
            ("premises", Text("经营场所", "Premises"), "云川市江北区沿江路18号1层"),
            ("business", Text("主体业态", "Kind of business"), "餐饮服务经营者"),
            ("cold_dishes", Text("冷食类食品制售", "Cold dishes"), "是"),
            ("fresh_juice", Text("自制饮品制售", "Freshly pressed juice"), "否"),
            ("raw_seafood", Text("生食类食品制售", "Raw seafood"), "否"),
            ("safety_officer", Text("食品安全管理人员", "Food safety officer"), "周文"),
        ),
        "valid_from": date(2020, 1, 1),
        "valid_until": date(2099, 12, 31),
    }
    return IssueRequest(**{**fields, **changes})
