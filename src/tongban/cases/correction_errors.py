"""What may go wrong when corrections are asked for, as a person is told it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

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


class SpotFaultsError(TongbanError):
    """A correction on the spot cannot be made as it was typed; `faults` tell what is wrong, by question, `word` for the applicant's word."""

    status = 422
    NO_WORD: ClassVar = Text("请选明申请人是怎样同意的。", "Say how the applicant gave their word.")

    def __init__(self, faults: Mapping[str, Text]) -> None:
        nothing = Text(
            "没有改动任何一项。请先改好要更正的内容；不用改的，点“不办了”。",
            "Nothing was changed. Change what is to be corrected, or cancel.",
        )
        super().__init__(next(iter(faults.values())) if faults else nothing)
        self.faults = dict(faults)


class NotOnTheSpotError(TongbanError):
    """What is to be corrected would make it another application: it would go another way, or lack a paper or an answer."""

    status = 422

    def __init__(self, lacking: Sequence[Text] = ()) -> None:
        zh = f"更正之后还要提供：{'、'.join(one.zh for one in lacking)}" if lacking else "更正之后本件的办理方式会改变"
        en = (
            f"After it this would still be needed: {', '.join(one.en for one in lacking)}"
            if lacking
            else "It would change how this case goes"
        )
        super().__init__(
            Text(
                f"{zh}，不能当场更正。请告知申请人补正；所填内容仍保留。",
                f"{en}, so it cannot be corrected on the spot. Ask the applicant for corrections; what you typed is kept.",
            )
        )
