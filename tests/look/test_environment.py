"""Templates: escaped, strict, in the page's language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.core.definition import Limit
from tongban.kernel import clock, money
from tongban.kernel.text import Text
from tongban.look.environment import environment, size_of, template_folders, typed, weekday
from tongban.look.posted import posted

POISON = "<script>alert('x')</script>\"&"


def show(source: str, lang="zh", **values) -> str:
    return environment(lang).from_string(source).render(values)


def test_dates_are_written_as_people_write_them():
    assert show("{{ d|day }}", d=date(2026, 3, 5)) == "2026年3月5日"
    assert show("{{ d|day }}", "en", d=date(2026, 3, 5)) == "5 March 2026"


def test_a_month_and_a_limit_are_told_in_words():
    assert show("{{ d|month }}", d=date(2026, 3, 5)) == "2026年3月"
    assert show("{{ d|month }}", "en", d=date(2026, 3, 5)) == "March 2026"
    limits = {"a": Limit(3, "working"), "b": Limit(15, "calendar")}
    assert show("{{ a|span }} {{ b|span }}", **limits) == "3 个工作日 15 日"
    assert show("{{ a|span }} {{ b|span }}", "en", **limits) == "3 working days 15 days"


def test_the_head_of_a_column_names_the_day_of_the_week():
    assert (weekday(date(2026, 11, 30), "zh"), weekday(date(2026, 11, 30), "en")) == ("11月30日 周一", "Mon 30 Nov")
    assert weekday(date(2026, 12, 6), "zh") == "12月6日 周日"


def test_an_instant_shows_the_citys_wall_clock():
    instant = datetime(2026, 3, 4, 16, 2, tzinfo=UTC)
    assert show("{{ i|minute }} {{ i|day }} {{ i|time }}", i=instant) == "2026年3月5日 00:02 2026年3月5日 00:02"
    assert show("{{ i|minute }}", "en", i=instant) == "5 March 2026, 00:02"


def test_today_and_yesterday_are_called_so():
    now = clock.now()
    assert show("{{ i|when }}", i=now).startswith("今天 ")
    assert show("{{ i|when }}", "en", i=now - timedelta(days=1)).startswith("yesterday ")
    assert "年" in show("{{ i|when }}", i=now - timedelta(days=9))


@pytest.mark.parametrize(
    ("fen", "zh", "en"), [(1850000, "18,500 元", "¥18,500"), (5, "0.05 元", "¥0.05"), (-12050, "-120.50 元", "¥-120.50"), (None, "", "")]
)
def test_money_shows_cents_only_where_there_are_any(fen, zh, en):
    assert show("{{ f|yuan }}", f=fen) == zh
    assert show("{{ f|yuan }}", "en", f=fen) == en


@given(st.integers(-(10**12), 10**12))
def test_money_in_an_input_reads_back_as_the_same_amount(fen):
    assert money.parse_yuan(typed(fen, "money")) == fen


def test_a_text_speaks_the_language_of_the_page():
    text = Text(zh="受理", en="Accepted")
    assert show("{{ x|tr }}", x=text) == "受理"
    assert show("{{ x|tr }}", "en", x=text) == "Accepted"
    assert show("{{ x|tr }}", x=None) == ""


def test_everything_is_escaped():
    assert "<script>" not in show("{{ x }} {{ y|tr }}", x=POISON, y=Text(zh=POISON, en=POISON))


def test_an_undefined_name_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        show("{{ nothing }}")


def test_a_macro_knows_the_language_however_it_is_imported():
    source = '{% import "look/form.html" as form %}{{ form.rating() }}'
    assert "How did this go?" in show(source, "en")
    assert "这件事办得怎么样？" in show(source)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_template_of_every_room_compiles(lang):
    made = environment(lang)
    names = [str(path.relative_to(folder)) for folder in template_folders() for path in folder.rglob("*.html")]
    assert "look/base.html" in names
    for name in names:
        made.get_template(name)


def test_sizes_of_files_are_short():
    assert [size_of(n) for n in (1, 820_400, 1_240_000, 10_000_000)] == ["1 KB", "820 KB", "1.2 MB", "10 MB"]


class _Ids(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.wanted = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        for name in ("for", "aria-describedby"):
            self.wanted |= set((found.get(name) or "").split())


KINDS = ("text", "long-text", "yes-no", "choice", "int", "decimal", "money", "date", "file", "phone", "bank-account")


def ask(kind, **more):
    from types import SimpleNamespace

    plain = {
        "hint": Text(zh=POISON, en="hint"),
        "required": False,
        "options": (("a", Text(zh="甲", en="A")), ("b", POISON)),
        "accept": ("pdf", "jpg"),
        "max_bytes": 5_000_000,
        "supplies": Text(zh="自备", en="You"),
    }
    return SimpleNamespace(**(plain | {"id": "asked", "type": kind, "label": Text(zh="问题" + POISON, en="Question")} | more))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", [None, Text(zh="请填写。" + POISON, en="Fill it in.")])
def test_each_question_is_labelled_escaped_and_described(kind, error):
    page = show('{% import "look/form.html" as form %}{{ form.question(q, value, error) }}', q=ask(kind), value=None, error=error)
    assert "<script>" not in page
    assert "（选填）" in page
    found = _Ids(page)
    assert len(found.ids) == len(set(found.ids))
    assert found.wanted <= set(found.ids)
    assert "asked" in found.ids  # where the error summary leads
    assert ("asked-error" in found.ids) == (error is not None)


def test_what_was_typed_stands_in_the_form_again():
    source = '{% import "look/form.html" as form %}{{ form.question(q, value) }}'
    assert 'value="1,2x"' in show(source, q=ask("money"), value="1,2x")
    assert 'value="120000.50"' in show(source, q=ask("money"), value=12000050)
    assert show(source, q=ask("yes-no"), value=False).count("checked") == 1
    assert 'value="b" checked' in show(source, q=ask("choice"), value="b")
    assert "&lt;b&gt;" in show(source, q=ask("long-text"), value="<b>")
    page = show(source, q=ask("date"), value="2026-03-")
    assert 'value="2026"' in page
    assert 'value="3"' in page


def test_a_long_choice_is_a_list_to_pick_from():
    many = ask("choice", options=tuple((str(n), str(n)) for n in range(8)))
    page = show('{% import "look/form.html" as form %}{{ form.question(q, "3") }}', q=many)
    assert "<select" in page
    assert 'value="3" selected' in page


def test_a_kept_file_is_shown_and_sent_again():
    from types import SimpleNamespace

    page = show(
        '{% import "look/form.html" as form %}{{ form.question(q, kept) }}',
        q=ask("file"),
        kept=SimpleNamespace(id="7", name=POISON, size=1200),
    )
    assert 'name="asked-kept" value="7"' in page
    assert "<script>" not in page


def test_a_date_in_three_inputs_is_one_answer():
    assert posted("date", "d", {"d-year": "2026", "d-month": "3", "d-day": " 5 "}) == "2026-03-05"
    assert posted("date", "d", {"d-year": "", "d-month": "", "d-day": ""}) == ""
    assert posted("date", "d", {"other": "x"}) is None


def test_a_date_that_is_none_comes_back_as_typed():
    assert posted("date", "d", {"d-year": "今年", "d-month": "3", "d-day": ""}) == "今年-3-"


def test_other_answers_are_trimmed_and_a_file_gives_the_kept_one():
    assert posted("text", "a", {"a": " 店 "}) == "店"
    assert posted("text", "a", {}) is None
    assert posted("file", "a", {"a-kept": "7"}) == "7"
