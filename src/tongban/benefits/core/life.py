"""The life of an entitlement as a table: which act leads from which states to which. What is not in the table is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.kernel.text import Text

MOVES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "claim": (("matched", "declined"), "willing"),
    "verify": (("willing",), "verified"),
    "refuse": (("willing",), "refused"),
    "reopen": (("refused",), "willing"),
    "give-up": (("matched", "willing", "verified", "publicised"), "declined"),
    "publicise": (("verified",), "publicised"),
    "take-back": (("willing", "verified", "publicised"), "refused"),
    "withdraw-policy": (("matched", "willing", "verified", "publicised", "ordered", "refused"), "withdrawn"),
    "order": (("verified", "publicised", "ordered"), "ordered"),
    "pay": (("ordered",), "paid"),
    "came-back": (("paid", "spot-checked"), "ordered"),
    "spot-check": (("paid",), "spot-checked"),
    "claw-back": (("paid", "spot-checked"), "clawed-back"),
}
TITLES: Final[Mapping[str, Text]] = {
    "matched": Text("匹配到", "Found"),
    "willing": Text("已确认意愿", "Accepted"),
    "verified": Text("已核验", "Verified"),
    "publicised": Text("公示中", "In public notice"),
    "ordered": Text("已下达付款", "Payment ordered"),
    "paid": Text("已到账", "Paid"),
    "spot-checked": Text("已抽查", "Spot-checked"),
    "clawed-back": Text("已决定追回", "To be given back"),
    "lost": Text("条件不再相符", "No longer entitled"),
    "withdrawn": Text("政策已撤回", "Policy withdrawn"),
    "declined": Text("已放弃", "Given up"),
    "refused": Text("不予兑现", "Refused"),
}
ACTS: Final[Mapping[str, Text]] = {
    "claim": Text("愿意领取", "Accepted"),
    "choice-asked": Text("请本人选择", "Waiting for a choice"),
    "verify": Text("核验", "Verified"),
    "refuse": Text("不予兑现", "Refused"),
    "reopen": Text("复核后重新办理", "Taken up again after a review"),
    "draw": Text("抽中检查", "Drawn for a check"),
    "set-amount": Text("核定金额", "The amount was said"),
    "queue": Text("排队等资金", "Waiting for money"),
    "take-up": Text("资金到位，接着办", "The money is there, taken up"),
    "give-up": Text("放弃", "Given up"),
    "publicise": Text("开始公示", "Public notice began"),
    "object": Text("提出异议", "An objection was raised"),
    "decide-objection": Text("异议处理", "An objection was decided"),
    "take-back": Text("撤销核准", "Taken back"),
    "withdraw-policy": Text("政策撤回", "The policy was withdrawn"),
    "order": Text("下达付款", "Payment ordered"),
    "pay": Text("到账", "Paid"),
    "bank-refused": Text("银行退回", "Returned by the bank"),
    "came-back": Text("到账后退汇", "Returned after it was paid"),
    "contradiction-settled": Text("向银行核实", "Settled with the bank"),
    "contradiction": Text("银行前后答复不一致", "The bank contradicted itself"),
    "paid-twice": Text("银行重复付款", "Paid twice by the bank"),
    "second-asked-back": Text("请退回重复付的一笔", "The second payment was asked back"),
    "second-back": Text("重复付的一笔已退回", "The second payment came back"),
    "spot-check": Text("抽查", "Spot check"),
    "claw-back": Text("决定追回", "To be given back"),
    "money-back": Text("款项已退回", "The money came back"),
    "found-by-person": Text("人工复核认定", "Found by a person"),
}


def reached(state: str, act: str) -> str | None:
    """The state that an act leads to; the same where it moves nothing; None where the state does not allow it."""
    if act not in MOVES:
        return state
    sources, to = MOVES[act]
    return to if state in sources else None
