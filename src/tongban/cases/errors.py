"""What may go wrong with a case, as a person is told it."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.kernel.errors import ConflictError, NotAllowedError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class CaseNotFoundError(NotFoundError):
    """There is no such case for this person; whether it exists for another is not told."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="没有找到这件事项。请核对办件编号，或换用提交时的身份登录后再查。",
                en="No such case was found. Check the case number, or sign in as the person who applied and look again.",
            )
        )


class MayNotError(NotAllowedError):
    """The permission table does not let this person do this."""


class OwnCaseError(MayNotError):
    """Nobody handles their own or a relative's case."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="本件与本人或近亲属有关，依法应当回避。请由同科室其他人员办理。",
                en="This case concerns you or a close relative, so you must stand aside. A colleague has to handle it.",
            )
        )


class WrongStateError(ConflictError):
    """The case's procedure does not allow this act in its state."""

    def __init__(self, state: Text) -> None:
        super().__init__(
            Text(
                zh=f"这件事项现在的状态是“{state.zh}”，不能这样办理。页面已刷新为最新情况，所填文字仍保留。",
                en=f"The case is now “{state.en}”, which does not allow this. The page shows the latest; what you typed is kept.",
            )
        )


class LicenceChoiceError(ConflictError):
    """A change, an extension, a reissue or an ending is about one licence, and it is not clear about which."""

    def __init__(self, held: int) -> None:
        super().__init__(
            Text(
                zh=f"申请人名下有{held}份这类证照，请先选择要办哪一份。"
                if held
                else "所选的证照不在申请人名下，或者已经换发、已经终止。请重新选择。",
                en=f"The applicant holds {held} licences of this kind: choose which one this is about."
                if held
                else "The applicant does not hold the licence that was chosen, or it was reissued or ended. Choose again.",
            )
        )


class LicenceGoneError(ConflictError):
    """The licence that the case is about ended, or was reissued, while the case was on its way."""

    def __init__(self, number: str, state: Text) -> None:
        super().__init__(
            Text(
                zh=f"本件所涉的证照（编号{number}）现在是“{state.zh}”，不能再准予。请核对后作其他处理。",
                en=f"The licence that this case is about (No. {number}) is now “{state.en}”, so that nothing can be granted on it. Check, and decide otherwise.",
            )
        )


class EndingUnderWayError(ConflictError):
    """Somebody has proposed to end the licence already, and it is not decided."""

    def __init__(self, licence: str, case_number: str) -> None:
        super().__init__(
            Text(
                zh=f"证照 {licence} 已有人提出终止，正在办理（办件编号 {case_number}），请在那一件里处理。",
                en=f"Somebody has proposed already to end licence {licence}; it is under way as case {case_number}. Go on there.",
            )
        )


class SilencePassedError(WrongStateError):
    """The days for telling corrections have passed in silence, so by law the application is accepted already."""

    def __init__(self) -> None:
        ConflictError.__init__(
            self,
            Text(
                zh="告知补正的期限已过，本件依法自收到申请之日起视为受理，不能再告知补正或者不予受理。请稍候刷新，从审查环节继续办理。",
                en="The days for asking for corrections have passed, so by law this counts as accepted from its receipt; it can no longer be returned or not accepted. Reload in a moment and go on with the review.",
            ),
        )


class StaleCaseError(ConflictError):
    """Somebody else changed the case in between; both versions are shown."""

    def __init__(self, theirs: Mapping[str, object], yours: Mapping[str, object]) -> None:
        super().__init__(
            Text(
                zh="另一个窗口或另一位同事刚刚改动了这件事项。两个版本都在下面，请选定后再保存；没有内容丢失。",
                en="Another window or a colleague has just changed this case. Both versions are shown below; choose, then save again. Nothing is lost.",
            )
        )
        self.theirs = theirs
        self.yours = yours


class FactsAgedError(ConflictError):
    """What departments said is older than the service allows: it is read again before anybody decides on it."""

    def __init__(self, needs: frozenset[str]) -> None:
        super().__init__(
            Text(
                zh="部门数据已超过有效时间，须重新查询后再决定。查询结果有变化的会标明，所填文字仍保留。",
                en="What departments said is older than this service allows. It is read again before a decision; changes are marked, and what you typed is kept.",
            )
        )
        self.needs = needs


class IncompleteError(TongbanError):
    """Questions that are shown and required have no valid answer: by question, what is wrong."""

    status = 422

    def __init__(self, faults: Mapping[str, Text]) -> None:
        super().__init__(
            Text(
                zh=f"还有 {len(faults)} 处需要填写或更正，已逐处标明。已填的内容都还在。",
                en=f"{len(faults)} answers are missing or need correcting; each is marked. Everything else is kept.",
            )
        )
        self.faults = faults


class ReasonMissingError(TongbanError):
    """A written reason is required here by law."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="请写明理由。不予受理、不予许可和退回都要书面说明理由，申请人会看到。",
                en="Write the reason. A refusal or return needs written reasons, and the applicant will read them.",
            )
        )


class GroundMissingError(ReasonMissingError):
    """Who enters a system's answer by hand says why, and on which written result."""

    def __init__(self) -> None:
        TongbanError.__init__(
            self,
            Text(
                zh="请写明为什么由人工录入、凭哪份书面结果。对账时会看到；已选的结果都还在。",
                en="Say why it is entered by hand and on which written result; reconciliation will show it. What was chosen is kept.",
            ),
        )


class RecordMissingError(TongbanError):
    """A step's check list is not complete."""

    status = 422

    def __init__(self, names: tuple[Text, ...]) -> None:
        super().__init__(
            Text(
                zh=f"核查记录还缺：{'、'.join(name.zh for name in names)}。补齐后再提交，已填的都还在。",
                en=f"The record still lacks: {', '.join(name.en for name in names)}. Complete it and submit again; nothing is lost.",
            )
        )


class NotOfferedError(TongbanError):
    """This service is not for this applicant, or not applied for in this way."""


class NoSuchStopError(TongbanError):
    """Only the procedures that the law names stop a clock."""

    status = 422

    def __init__(self, kinds: tuple[Text, ...], most: int) -> None:
        super().__init__(
            Text(
                zh=f"只有{'、'.join(kind.zh for kind in kinds) or '法定的特别程序'}可以停止计算期限，须写明预计所需的工作日数（1 至 {most}）；现场核查不在其中。所填文字仍保留。",
                en=f"Only {', '.join(kind.en.lower() for kind in kinds) or 'a special procedure of the law'} stops the clock, with the working days it is expected to take (1 to {most}); a check on the spot does not. What you typed is kept.",
            )
        )


class ExtensionError(TongbanError):
    """The statutory limit cannot be made longer like this, by an extension or by a stop."""

    status = 422

    def __init__(self, most: int, *, again: bool, late: bool) -> None:
        if late:
            says = Text(
                "法定期限已过，不能再延长，也不能再停止计算。请尽快作出决定。",
                "The statutory limit has passed and can no longer be extended or stopped. Decide as soon as possible.",
            )
        elif again:
            says = Text(
                "法定期限已经延长过一次，不能再次延长。", "The statutory limit was extended once already and cannot be extended again."
            )
        else:
            says = Text(
                f"延长的日数应为 1 至 {most}。请改正后再提交，所填文字仍保留。",
                f"It can be extended by 1 to {most} days. Correct the number and submit again; what you typed is kept.",
            )
        super().__init__(says)


class PaperOwedError(ConflictError):
    """A secondary paper is still owed, so nothing can be granted yet (容缺受理)."""

    def __init__(self, papers: tuple[Text, ...], due: Text) -> None:
        super().__init__(
            Text(
                zh=f"还有容缺材料没有补齐：{'、'.join(paper.zh for paper in papers)}（补齐期限 {due.zh}）。补齐之前不能准予；所填文字仍保留。",
                en=f"Papers are still owed: {', '.join(paper.en for paper in papers)} (due {due.en}). Nothing can be granted before they come; what you typed is kept.",
            )
        )


class ToleranceError(TongbanError):
    """Papers may not be owed here."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这件事项不能容缺受理：缺少的不只是次要材料，或者有未修复的失信记录。请把材料补齐后再提交，已填的都还在。",
                en="No paper may be owed here: more than secondary papers is lacking, or there is a broken promise not made good. Complete the papers and send again; everything filled in is kept.",
            )
        )


class NotYetHeardError(ConflictError):
    """The holder may still speak before anything is decided against them."""

    def __init__(self, until: Text) -> None:
        super().__init__(
            Text(
                zh=f"当事人的陈述申辩期限到 {until.zh} 为止，在此之前不能作出决定（已提交陈述的除外）。",
                en=f"The holder may speak until {until.en}; before that nothing can be decided against them, unless they have spoken already.",
            )
        )


class NoticeNotReachedError(ConflictError):
    """The notice has not reached the party, so that their time to speak has not begun."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="告知书还没有送达，陈述申辩的期限没有开始，现在不能作出决定。请先在“待寄送”里送达并登记。",
                en="The notice has not reached the holder, so their time to be heard has not begun and nothing can be decided. Deliver it first, under “Letters to send”.",
            )
        )


class NotAColleagueError(TongbanError):
    """Only somebody who holds the post may be given the task."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="接办人须是本部门同一岗位的在岗人员，且不是本件应当回避的人。请另选一人，所填文字仍保留。",
                en="Only a colleague in the same post of this department, who need not stand aside in this case, can take it over. Choose somebody else; what you typed is kept.",
            )
        )


class NotMovableError(ConflictError):
    """The other version does not fit where this case stands."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这个版本没有本件所在的状态、办理方式或环节，本件不能改用，继续按原版本办理。",
                en="That version lacks the state, the way or a step in which this case stands, so the case cannot be moved to it and goes on under its own.",
            )
        )


class AttendanceOverError(ConflictError):
    """What an official may do with a person ends with the attendance: by goodbye, at the end of the day, with the post, or before a document was checked."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这次接待已经结束，不能再替对方填写或查看。请重新核对来人证件；已填的草稿都还在。",
                en="This attendance is over, so nothing more is filled in or seen for the person. Check their document again; the draft is kept.",
            )
        )


class UncheckedError(TongbanError):
    """The document that tells who the person is was not looked at, or is none that this channel takes."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="请先核对来人的证件，并选明核对的是哪一种。",
                en="Look at the person's document first, and say which one it was.",
            )
        )


class IdentityLevelError(TongbanError):
    """The service needs to know more surely who applies than this channel can tell."""

    status = 422

    def __init__(self, needed: Text) -> None:
        super().__init__(
            Text(
                zh=f"这项服务要求{needed.zh}，现在的办理方式达不到。请带有效证件到综合窗口办理；已填的内容都还在。",
                en=f"This service requires that {needed.en}, which this way of applying cannot give. Bring your document to a counter; what you filled in is kept.",
            )
        )


class NotConfirmedError(TongbanError):
    """What was filled in with a person's help is sent only as they confirmed it."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="申请人还没有确认现在的内容，所以没有提交。请让申请人看过核对页，签名后再提交。",
                en="The applicant has not confirmed it as it stands now, so it was not sent. Let them read the summary and sign, then send it.",
            )
        )


class SignatureMissingError(TongbanError):
    """Neither signed on the pad nor on paper."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="还没有签名。请在手写板上签，或者在纸上签好，并写明这张纸存放在哪里。",
                en="There is no signature yet. Sign on the pad, or on paper and say where the sheet is kept.",
            )
        )


class DeliveryWishError(TongbanError):
    """How letters are to be sent was not chosen, or its address is not whole: by field, what is missing."""

    status = 422

    def __init__(self, faults: Mapping[str, Text]) -> None:
        first = next(iter(faults.values()))
        super().__init__(first)
        self.faults = faults


class NothingToSendError(ConflictError):
    """A colleague has sent or handed out these letters already, or the applicant has chosen another way."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这件没有等待寄送或领取的文书：可能同事已经办过，或者申请人改了送达方式。页面已刷新为最新情况。",
                en="No letter of this case waits to be sent or collected: a colleague may have done it, or the applicant chose another way. The page shows the latest.",
            )
        )


class ReceiverMissingError(TongbanError):
    """Who took the letters in, or the tracking number of what was posted, is missing."""

    status = 422
