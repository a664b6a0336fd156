"""How letters reach somebody, by whichever channel their application came: what the applicant chose, and what stands in the way of it.

Invariants: a letter is delivered electronically only to who agreed to that, and agreement can be taken back for what is not delivered yet; an address is
asked of nobody who does not want post; where the procedure says so, a letter that has reached the person's page is delivered though it was not opened.

Source: Administrative Licensing Law, article 44; Civil Procedure Law, articles 87 to 91 (delivery receipt, electronic delivery by consent, by post).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args
from uuid import UUID

from tongban.kernel.text import Text, plain

How = Literal["electronic", "collect", "mail"]
HOWS: Final[tuple[How, ...]] = get_args(How)
ON_PAPER: Final = ("collect", "mail")
TITLES: Final[dict[str, Text]] = {
    "electronic": Text("电子送达", "Electronically"),
    "collect": Text("到窗口领取", "Collected at the counter"),
    "mail": Text("邮寄", "By post"),
}
RELATIONS: Final[dict[str, Text]] = {
    "self": Text("本人（本单位）", "The addressee"),
    "agent": Text("受委托的代理人", "An agent with a mandate"),
    "family": Text("同住的成年家属", "An adult relative living with them"),
    "office": Text("收发部门", "The office that takes in post"),
}
"""Who may take a letter in (Civil Procedure Law, article 88)."""
_PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")


@dataclass(frozen=True)
class Wish:
    """How somebody wants their letters; name, telephone and address only for post."""

    how: str
    name: str = ""
    phone: str = ""
    address: str = ""

    @classmethod
    def of(cls, how: str, *, name: str = "", phone: str = "", address: str = "") -> Wish:
        """As it was typed, tidied; what a way does not need is not kept."""
        if how != "mail":
            return cls(how)
        return cls(how, plain(name).strip()[:60], plain(phone).strip()[:20], plain(address).strip()[:200])

    def to_json(self) -> dict[str, str]:
        """What is kept beside the way."""
        return {"name": self.name, "phone": self.phone, "address": self.address} if self.how == "mail" else {}

    def faults(self, *, at_counter: bool = False) -> dict[str, Text]:
        """What is missing, by field. Who stands at a counter may have no telephone."""
        if self.how not in HOWS:
            return {"delivery": Text("请选一种送达方式。", "Choose how you want your letters.")}
        if self.how != "mail":
            return {}
        found: dict[str, Text] = {}
        if not self.name:
            found["delivery-name"] = Text("邮寄需要收件人姓名。", "Post needs the name of who receives it.")
        if not (_PHONE.fullmatch(self.phone) or (at_counter and not self.phone)):
            found["delivery-phone"] = Text("请填收件电话，如 13800000000；座机带区号。", "Give a telephone number, such as 13800000000.")
        if len(self.address) < 5:
            found["delivery-address"] = Text("请填详细地址：区、街道、门牌号。", "Give the whole address: district, street, number.")
        return found


def wish_of(how: str, kept: dict[str, str]) -> Wish:
    """A wish as it was kept."""
    return Wish(how, kept.get("name", ""), kept.get("phone", ""), kept.get("address", ""))


@dataclass(frozen=True)
class Handed:
    """Who took letters in, and how the office made sure of it."""

    received_by: str = ""
    relation: str = "self"
    document: str = ""
    """Which document was checked: its kind, never its number."""
    note: str = ""
    signature: UUID | None = None
    """What was signed on a counter's pad."""
    copy_at: str = ""
    """Where the sheet is kept that was signed on paper."""

    def tidy(self) -> Handed:
        """As it was typed, tidied."""
        return replace(
            self,
            received_by=plain(self.received_by).strip()[:60],
            relation=self.relation if self.relation in RELATIONS else "self",
            document=plain(self.document).strip()[:60],
            note=plain(self.note).strip()[:200],
            copy_at=plain(self.copy_at).strip()[:80],
        )


def waiting(how: str) -> str:
    """Where a new letter waits: in a list of those to be handed out or posted, or nowhere."""
    return how if how in ON_PAPER else ""
