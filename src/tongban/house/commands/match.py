"""`tongban match PROFILE`: a run over everybody, carried out here, and what each policy came to.

Status 0: done; 1: the profile is not there, or the run did not end well.
"""

from __future__ import annotations

import sys
import time
from uuid import UUID

from tongban.house.commands.check import language
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text

BY = "operator"
_LINE = Text(
    "{policy}：符合 {entitled}（{amount} 元），不符合 {not_entitled}，不清楚 {unknown}；新增 {gained}，失去 {lost}，存疑 {doubtful}",
    "{policy}: entitled {entitled} (¥{amount}), not {not_entitled}, unknown {unknown}; gained {gained}, lost {lost}, doubtful {doubtful}",
)
_SILENT = Text(
    "来源“{alias}”没有数据（{reason}），有关条件按“不清楚”处理", "the source “{alias}” gave nothing ({reason}): its facts are unknown"
)


def run(profile: str) -> int:
    """Ask for a run, carry it out, and print it."""
    from tongban.benefits import reads
    from tongban.benefits.acts import ask_for_run
    from tongban.kernel.errors import TongbanError

    lang = language()
    try:
        asked = ask_for_run(profile, by=BY)
        _carry_out_or_wait(asked)
    except TongbanError as error:
        print(error.says.in_(lang), file=sys.stderr)
        return 1
    found = reads.run(asked)
    for alias, source in found.sources.items():
        if source["reason"] not in ("", "not-asked"):
            print(_SILENT.format(alias=alias, reason=source["reason"]).in_(lang))
    for one in found.results:
        figures = {name: getattr(one, name) for name in one.__dataclass_fields__} | {"amount": show_yuan(one.amount)}
        print(_LINE.format(**figures).in_(lang))
    return 0 if found.state == "done" else 1


def _carry_out_or_wait(asked: UUID) -> None:
    """The worker may have begun already."""
    from tongban.benefits import reads
    from tongban.benefits.acts import carry_out
    from tongban.benefits.errors import RunBusyError

    while reads.run(asked).ended_at is None:
        try:
            carry_out(asked)
        except RunBusyError:
            time.sleep(0.5)
