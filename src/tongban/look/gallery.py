"""Every component in all its states, for the people who make pages. Invariant: it shows invented things only and exists in a demo or in DEBUG, nowhere else."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.look.drawings import AreaShape, Bar, ClauseRow, LimitClock, ShownFact, Stop
from tongban.look.pages import Account, render

_PAGES = {
    "parts": "look/gallery.html",
    "desk": "look/gallery_desk.html",
    "letter": "look/gallery_letter.html",
    "home": "look/gallery_home.html",
}


def show(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """One gallery page: `parts`, `home`, `desk` or `letter`. Raises Http404 in a real city."""
    if page not in _PAGES or not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    context: dict[str, Any] = {
        "account": Account(name="李敏", page="#", sign_out="#", messages="#", unread=2),
        "city_name": Text(zh="云川政务服务", en="Yunchuan Services"),
    }
    return render(request, _PAGES[page], texts="look/gallery", **(context | samples()))


def samples() -> dict[str, Any]:
    """What the gallery shows."""
    now, today = clock.now(), clock.today()
    return {
        "now_": now,
        "questions": _questions(),
        "stops": _stops(),
        "stops_stopped": (
            *_stops()[:2],
            Stop(Text(zh="现场核查", en="Site check"), "stopped", Text(zh="检验检测，不计入期限", en="testing, not counted")),
            *_stops()[3:],
        ),
        "clause_rows": _clauses(),
        "week": [
            Bar(Text(zh=zh, en=en), *counted)
            for zh, en, *counted in (
                ("周一", "Mon", 42),
                ("周二", "Tue", 57, 2),
                ("周三", "Wed", 38),
                ("周四", "Thu", 61, 5),
                ("周五", "Fri", 49, 1),
            )
        ],
        "clocks": (
            LimitClock(Text(zh="承诺期限", en="Promised"), 5, 3, today + timedelta(days=2)),
            LimitClock(Text(zh="法定期限", en="Statutory"), 10, 3, today + timedelta(days=9)),
        ),
        "clocks_late": (
            LimitClock(Text(zh="承诺期限", en="Promised"), 5, 6, today - timedelta(days=1)),
            LimitClock(Text(zh="法定期限", en="Statutory"), 10, 6, today + timedelta(days=6), state="stopped"),
        ),
        "clocks_ended": (LimitClock(Text(zh="承诺期限", en="Promised"), 5, 2, state="ended"),),
        "areas": _areas(),
        "area_values": {"a": 412, "b": 96, "c": 233, "d": 31},
        "kept": SimpleNamespace(id="1", name="厨房布局图.pdf", size=1_240_000),
        "entries": (
            {
                "at": now - timedelta(hours=2),
                "title": Text(zh="受理", en="Accepted"),
                "by": Text(zh="行政审批局 · 周岚", en="Approvals Office · Zhou Lan"),
            },
            {
                "at": now - timedelta(days=1, hours=3),
                "title": Text(zh="要求补正", en="Correction asked"),
                "note": Text(zh="布局图缺少冷食间面积。", en="The plan lacks the cold room's area."),
                "tone": "amber",
            },
            {
                "at": now - timedelta(days=3),
                "title": Text(zh="提交申请", en="Sent"),
                "by": Text(zh="陈晓（经办人）", en="Chen Xiao (agent)"),
            },
        ),
        "rows": _rows(),
        "watermark_lines": ("周岚", "行政审批局", f"{clock.local(now):%Y-%m-%d %H:%M}"),
    }


def _questions() -> dict[str, SimpleNamespace]:
    def ask(kind: str, zh: str, en: str, **more: object) -> SimpleNamespace:
        plain: dict[str, object] = {
            "hint": None,
            "required": True,
            "options": (),
            "accept": ("pdf", "jpg", "png"),
            "max_bytes": 10_000_000,
            "supplies": None,
        }
        return SimpleNamespace(**(plain | {"id": kind.replace("-", "_"), "type": kind, "label": Text(zh=zh, en=en)} | more))

    def options(*pairs: tuple[str, str, str]) -> tuple[SimpleNamespace, ...]:
        return tuple(SimpleNamespace(id=each, label=Text(zh=zh, en=en)) for each, zh, en in pairs)

    streets = tuple(
        (f"s{n}", zh, en)
        for n, (zh, en) in enumerate(
            (
                ("河埠街道", "Hebu"),
                ("望山街道", "Wangshan"),
                ("柳湾街道", "Liuwan"),
                ("东桥街道", "Dongqiao"),
                ("石门街道", "Shimen"),
                ("清溪镇", "Qingxi"),
                ("云台镇", "Yuntai"),
                ("南塘镇", "Nantang"),
            )
        )
    )
    asked = (
        ask("text", "店名", "Name of the shop", hint=Text(zh="与招牌一致", en="As on the sign")),
        ask("long-text", "经营范围说明", "What you will sell", required=False),
        ask("yes-no", "卖凉菜吗？", "Do you sell cold dishes?"),
        ask(
            "choice",
            "经营场所性质",
            "Kind of premises",
            options=options(("own", "自有", "Owned"), ("rent", "租赁", "Rented"), ("lent", "无偿使用", "Lent")),
        ),
        ask("choice", "所在街道", "Street", id="street", options=options(*streets)),
        ask("int", "从业人数", "Staff"),
        ask("decimal", "面积", "Area", hint=Text(zh="平方米", en="Square metres")),
        ask("money", "投资额", "Investment"),
        ask("date", "计划开业日期", "Planned opening"),
        ask("file", "厨房布局图", "Kitchen plan", supplies=Text(zh="自己画即可，标出尺寸", en="You can draw it yourself; give the sizes")),
        ask("phone", "联系电话", "Telephone"),
        ask("bank-account", "收款账户", "Account for payment"),
    )
    return {question.id: question for question in asked}


def _stops() -> tuple[Stop, ...]:
    return (
        Stop(Text(zh="提交", en="Sent"), "done", Text(zh="3月5日", en="5 March")),
        Stop(Text(zh="受理", en="Accepted"), "done", Text(zh="3月5日 · 当日", en="5 March, same day")),
        Stop(Text(zh="审查", en="Review"), "now", Text(zh="市场监管局，3月9日前", en="Market Regulation, by 9 March")),
        Stop(Text(zh="现场核查", en="Site check"), "skipped"),
        Stop(Text(zh="决定", en="Decision"), "ahead", Text(zh="3月12日前", en="by 12 March")),
        Stop(Text(zh="领证", en="Licence"), "ahead"),
    )


def _clauses() -> tuple[ClauseRow, ...]:
    law = Text(zh="食品经营许可和备案管理办法 第十三条", en="Food Business Licensing Measures, art. 13")
    registry, today = Text(zh="市场监管局", en="Market Regulation"), Text(zh="今天 14:02", en="today 14:02")
    return (
        ClauseRow(
            Text(zh="营业执照在有效期内", en="The business licence is in force"),
            "yes",
            law,
            (ShownFact(Text(zh="登记状态", en="Status"), Text(zh="存续", en="active"), registry, today),),
        ),
        ClauseRow(
            Text(zh="房屋登记用途为商业", en="The premises are registered for business"),
            "no",
            law,
            (ShownFact(Text(zh="用途", en="Use"), Text(zh="住宅", en="housing"), Text(zh="自然资源局", en="Natural Resources"), today),),
            Text(zh="登记改为商业后符合。", en="Met once the register says business."),
        ),
        ClauseRow(
            Text(zh="布局符合要求", en="The layout is fit"),
            "unknown",
            law,
            (),
            Text(zh="待现场核查：生熟分开、冷食专间。", en="To be seen at the site check: raw and cooked apart, a room for cold dishes."),
        ),
    )


def _areas() -> tuple[AreaShape, ...]:
    return (
        AreaShape("a", Text(zh="江北区", en="Jiangbei"), ((110.0, 30.2), (110.25, 30.28), (110.3, 30.05), (110.08, 30.0))),
        AreaShape("b", Text(zh="山前区", en="Shanqian"), ((110.25, 30.28), (110.6, 30.22), (110.55, 30.02), (110.3, 30.05))),
        AreaShape("c", Text(zh="城南区", en="Chengnan"), ((110.08, 30.0), (110.3, 30.05), (110.34, 29.8), (110.1, 29.78))),
        AreaShape("d", Text(zh="东湖区", en="Donghu"), ((110.3, 30.05), (110.55, 30.02), (110.62, 29.82), (110.34, 29.8))),
        AreaShape("e", Text(zh="云台县", en="Yuntai"), ((110.6, 30.22), (110.82, 30.1), (110.8, 29.88), (110.62, 29.82), (110.55, 30.02))),
    )


def _rows() -> tuple[dict[str, object], ...]:
    service, review = Text(zh="食品经营许可", en="Food business licence"), Text(zh="审查", en="review")
    left = Text(zh="法定 还剩 4 日", en="statutory 4 d")
    return (
        {
            "href": "#1",
            "tail": "…0117K",
            "service": service,
            "applicant": "味来餐饮店",
            "step": review,
            "statutory": left,
            "promised": Text(zh="超 1 日", en="1 d late"),
            "late": True,
        },
        {
            "href": "#2",
            "tail": "…0121T",
            "service": service,
            "applicant": "江北区老街豆花坊",
            "step": review,
            "statutory": left,
            "promised": Text(zh="今天到期", en="due today"),
            "current": True,
        },
        {
            "href": "#3",
            "tail": "…0130M",
            "service": Text(zh="高龄津贴", en="Old-age allowance"),
            "applicant": "王秀英",
            "step": Text(zh="决定", en="decision"),
            "statutory": Text(zh="法定 还剩 17 日", en="statutory 17 d"),
            "promised": Text(zh="还剩 3 日", en="3 d left"),
        },
    )
