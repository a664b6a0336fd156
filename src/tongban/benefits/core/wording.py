"""A policy's facts in words: what each is called, which register holds it, and what its values are called, in both languages.

Invariants: every fact of a policy has a name in words, because its register declares one; *none*, *unknown* and a value are never told alike; an identity number is masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tongban.catalogue.core.definition import City, Policy, Resource
from tongban.catalogue.core.definition.holdings import Item
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.kernel.ids import is_citizen_id
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.parties.core.identity import masked
from tongban.rules.core import Bool, Fact, FactType, Money, Nothing, Unknown

_TODAY: Final = Text("日期", "the day")
_NONE: Final = Text("没有记录", "no record")
_YES, _NO = Text("是", "yes"), Text("否", "no")
_WHY: Final[Mapping[str, Text]] = {
    "no-answer": Text("登记册没有答复", "the register does not answer"),
    "not-allowed": Text("还没有授权查询", "asking is not allowed yet"),
    "not-asked": Text("还没有查询", "not asked yet"),
    "no-key": Text("没有可以查询的号码", "there is no number to ask by"),
    "stale": Text("数据太旧，不采信", "the data are too old to be believed"),
    "outside-its-type": Text("登记的内容看不懂", "what is registered cannot be read"),
}
_NOT_KNOWN: Final = Text("不清楚", "not known")
_WITH_WHY: Final = Text("不清楚：{why}", "not known: {why}")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one policy in one version of the city."""

    city: City
    policy: Policy

    def resource(self, name: str) -> Resource | None:
        """The register that holds a fact; none for the day."""
        source = self.city.profiles[self.policy.profile].sources.get(name.partition(".")[0])
        return None if source is None else self.city.resources[source.resource]

    def label(self, name: str) -> Text:
        """What a fact is called."""
        item = self._item(name)
        return _TODAY if item is None else item.title

    def department(self, name: str) -> Text:
        """Who holds the fact, by its short name; empty for the day."""
        resource = self.resource(name)
        return Text("", "") if resource is None else self.city.departments[resource.department].short

    def value(self, name: str, value: Any) -> Text:
        """A value of the fact's type."""
        item = self._item(name)
        for option in item.options if item is not None else ():
            if option.id == value:
                return option.label
        return _shown(self.policy.vocabulary[name].type, value)

    def told(self, name: str, fact: Fact) -> Text:
        """What is known of a fact: its value, that nothing is there, or why it is not known."""
        if isinstance(fact, Nothing):
            return _NONE
        if isinstance(fact, Unknown):
            why = _WHY.get(fact.reason)
            return _NOT_KNOWN if why is None else _WITH_WHY.format(why=why)
        return self.value(name, fact.value)

    def _item(self, name: str) -> Item | None:
        resource = self.resource(name)
        return None if name == MATCH_ON or resource is None else resource.items[name.partition(".")[2]]


def _shown(kind: FactType, value: Any) -> Text:
    if isinstance(kind, Bool):
        return _YES if value else _NO
    if isinstance(kind, Money):
        return money(value)
    if isinstance(value, str) and is_citizen_id(value):
        return Text(*(masked(value),) * 2)
    return Text(kind.show(value, "zh"), kind.show(value, "en"))


def money(fen: int) -> Text:
    """An amount; cents only where there are any."""
    amount = show_yuan(fen).removesuffix(".00")
    return Text(f"{amount} 元", f"-¥{amount[1:]}" if fen < 0 else f"¥{amount}")
