"""A handful of people and a firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from tongban.kernel.ids import citizen_id_check, uscc_check, uuid7
from tongban.kernel.text import Text
from tongban.parties import acts
from tongban.parties.core.people import DepartmentView, Kin, NewFirm, NewPerson


def number(born: date, order: int) -> str:
    body = f"990101{born:%Y%m%d}{order:03d}"
    return body + citizen_id_check(body)


def code(serial: int) -> str:
    body = f"92990101MA{serial:07d}"
    return body + uscc_check(body)


@dataclass(frozen=True)
class Town:
    """李敏 and 李强 are 王秀英's children; 张伟 is 李敏's husband; 李小宝 their child; 赵建国 owns the shop; 陈晓 is nobody's kin."""

    li_min: UUID
    li_qiang: UUID
    wang_xiuying: UUID
    zhang_wei: UUID
    li_xiaobao: UUID
    zhao_jianguo: UUID
    chen_xiao: UUID
    shop: UUID


_BORN = {
    "李敏": date(1975, 5, 1),
    "李强": date(1978, 3, 2),
    "王秀英": date(1942, 4, 5),
    "张伟": date(1974, 8, 9),
    "李小宝": date(2003, 1, 1),
    "赵建国": date(1970, 10, 1),
    "陈晓": date(1990, 6, 6),
}


@pytest.fixture
def town(db: None) -> Town:
    ids = {name: uuid7() for name in _BORN}
    acts.declare_departments(
        [
            DepartmentView("market", "0122", "", Text("市监", "Market"), "", ""),
            DepartmentView("civil", "0107", "", Text("民政", "Civil"), "", ""),
        ]
    )
    people = [NewPerson(ids[name], name, number(born, 10 + order), "990101001") for order, (name, born) in enumerate(_BORN.items())]
    acts.enter_people(people, by="test", source="test")
    edges = [
        Kin(ids["李敏"], ids["王秀英"], "parent"),
        Kin(ids["李强"], ids["王秀英"], "parent"),
        Kin(ids["李小宝"], ids["李敏"], "parent"),
        Kin(ids["张伟"], ids["李敏"], "spouse"),
    ]
    acts.enter_kin(edges, by="test", source="test")
    shop = uuid7()
    acts.enter_firms([NewFirm(shop, "云川市江北区味来餐饮店", code(1), "990101001")], by="test", source="test")
    return Town(*ids.values(), shop)
