"""What may go wrong when corrections are asked for, as a person is told it."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text


class CorrectionToldError(TongbanError):
    """Corrections were asked for before, and this is neither about what was named then nor about what the applicant has changed since."""

    status = 422

    def __init__(self, askable: Sequence[Text]) -> None:
        zh = f"只能勾选：{'、'.join(one.zh for one in askable)}。" if askable else "本件没有这样的项目。"
        en = f"Only these may be marked: {', '.join(one.en for one in askable)}." if askable else "There is nothing of that kind here."
        super().__init__(
            Text(
                zh=f"补正须一次告知全部内容。再次告知只能针对上次告知的项目，或者申请人之后改动、新交的项目，并须勾选。{zh}其他问题请受理后依法审查；所填文字仍保留。",
                en="Corrections are told once and whole. A second request may only be about what the first one named, or what the applicant has "
                f"changed or handed in since, and has to mark it. {en} Accept the application and examine anything else; what you typed is kept.",
            )
        )
