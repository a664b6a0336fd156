"""What may go wrong with benefits. Invariant: a source that does not answer is no error; it makes facts unknown."""

from __future__ import annotations

from tongban.kernel.errors import ConflictError, NotAllowedError, NotFoundError, TongbanError
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text


class DisagreementError(TongbanError):
    """The two evaluators see a policy differently for somebody: the run stops, nothing of the policy is kept. It tells nobody's data."""

    status = 500

    def __init__(self, policy: str, version: str, bulk: str, single: str) -> None:
        self.policy, self.version, self.bulk, self.single = policy, version, bulk, single
        super().__init__(
            Text(
                f"政策“{policy}”的批量结果与逐个核算不一致（批量：{bulk}；逐个：{single}）。本次匹配已停止，没有作出任何承诺，请通知系统管理员。",
                f"Matching of “{policy}” in bulk and one by one differ (bulk: {bulk}; single: {single}). The run stopped and nothing was promised; tell the administrator.",
            )
        )


class UnknownProfileError(NotFoundError):
    """The running city declares no such profile, or no policy over it is in force."""

    def __init__(self, profile: str) -> None:
        super().__init__(
            Text(
                f"没有“{profile}”这个档案，或者当天没有用到它的政策在有效期内。",
                f"There is no profile “{profile}”, or no policy over it is in force that day.",
            )
        )


class RunOverError(ConflictError):
    """The run is over and cannot be stopped or taken up again."""

    def __init__(self) -> None:
        super().__init__(Text("这次匹配已经结束。", "This run is over."))


class RunBusyError(ConflictError):
    """Another process is at this run."""

    def __init__(self) -> None:
        super().__init__(Text("这次匹配正由另一个进程办理，稍后再试。", "Another process is carrying this run out; try again later."))


class PolicyChangedError(ConflictError):
    """Another version of the policy has come into force since the registers were asked about this one."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这项政策刚刚更新。请重新打开页面，看现在的条件和金额，再领。",
                "The policy was changed this moment. Open the page again, see its conditions and the amount now, and claim it then.",
            )
        )


class MatchNotFoundError(NotFoundError):
    """There is no such entitlement, or it is not of anybody for whom this person may act."""

    def __init__(self) -> None:
        super().__init__(Text("没有这项待遇，或者不是您可以办的。", "There is no such entitlement, or it is not one that you may act on."))


class NotNowError(ConflictError):
    """The entitlement is not where this act begins."""

    def __init__(self, title: Text) -> None:
        super().__init__(
            Text(f"这项待遇现在是“{title.zh}”，不能这样办。", f"This entitlement is “{title.en}” now; that cannot be done with it.")
        )


class ObjectedAlreadyError(ConflictError):
    """The same person's objection is open."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "您已提过，正在处理；这次写的没有另外记下。",
                "You have objected already, and it is being dealt with; what you wrote now was not kept.",
            )
        )


class PolicyOverError(ConflictError):
    """The policy is not in force today."""

    def __init__(self) -> None:
        super().__init__(Text("这项政策今天不在有效期内，不能再领。", "This policy is not in force today; it cannot be redeemed any more."))


class HadAlreadyError(ConflictError):
    """The subject had this policy before, in another version, and it is paid once."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这项政策您已经领过或者正在办，同一对象只领一次。",
                "You have had this policy or are having it; it is paid once to the same subject.",
            )
        )


class AccountMissingError(TongbanError):
    """Nobody said where to pay, or what was typed is no account number."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "请填写收款账户：12至19位数字，须是本人或者本企业名下的账户。",
                "Give the account to be paid: 12 to 19 digits, in the name of the person or firm that is paid.",
            )
        )


class AccountKeptError(ConflictError):
    """An account is known, and who acts in some services only does not replace it: it takes all that the subject is paid."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "已有收款账户。它收全部款项，只能由本人、法定代表人或者受托办理全部事项的人更换；不填账户，款项打到原账户。",
                "An account is known and takes every payment. Only the person, the legal representative or an agent for everything replaces it; leave it empty to be paid there.",
            )
        )


class PoolExhaustedError(ConflictError):
    """The pool has not enough left, and its policy says that it is over then."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这项政策的资金已经用完，按规定不再受理。没有产生任何承诺。",
                "The money of this policy is used up, and as declared it is over. Nothing was promised.",
            )
        )


class BetterChoiceError(ConflictError):
    """Another set of policies is better for the subject; they may insist, unless what they have already stands against it."""

    def __init__(self, says: Text, *, may_insist: bool = True) -> None:
        self.may_insist = may_insist
        more = Text("仍要领这一项的，请确认后再领。", " If you want this one all the same, confirm it and claim again.")
        super().__init__(Text(says.zh + more.zh, says.en + more.en) if may_insist else says)


class WordsMissingError(TongbanError):
    """An act that goes against somebody, or that a person has to answer for, needs words."""

    def __init__(self) -> None:
        super().__init__(Text("请写明理由。", "Give the reason in words."))


class ReasonMissingError(WordsMissingError):
    """What is taken from somebody needs a reason that they read, beside the answer to who asked for it."""

    def __init__(self) -> None:
        TongbanError.__init__(self, Text("请写明告知对方的理由。", "Give the reason that whose entitlement it is will read."))


class ChoiceMissingError(TongbanError):
    """What was found, or how it is decided, was not ticked."""

    def __init__(self) -> None:
        super().__init__(Text("请选择一项。", "Choose one of the answers."))


class AboveCapError(TongbanError):
    """The amount is more than the policy pays at most; `cap` in fen."""

    status = 422

    def __init__(self, cap: int) -> None:
        self.cap = cap
        most = show_yuan(cap).removesuffix(".00")
        super().__init__(Text(f"超过政策的上限 {most} 元。", f"This is above the most that the policy pays, ¥{most}."))


class DayPastError(TongbanError):
    """The day by which something is asked for is not ahead."""

    status = 422

    def __init__(self) -> None:
        super().__init__(Text("请填写今天以后的日期。", "Give a day after today."))


class ReviewOverError(ConflictError):
    """The review is settled: what it came to stands."""

    def __init__(self) -> None:
        super().__init__(Text("这件复核已经办结，金额不能再改。", "This review is settled already; its amount is changed no more."))


class OfficialOnlyError(NotAllowedError):
    """This official may not do this."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这一步由执行部门有相应职责的人员办理；涉及本人、近亲属的须回避。",
                "Somebody of the executing department with that duty does this; nobody does it in their own or a relative's matter.",
            )
        )


class BankFirstError(ConflictError):
    """The bank has the order, or may have it: only what the bank says settles it, or a second payment might follow the first."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这笔付款银行可能已经受理，以银行答复为准，不能手工登记，以免重复付款。银行查不到或者前后不一致的，才由人登记。",
                "The bank may have this order. Its own answer settles it, not an entry by hand, lest it be paid twice. Only what the bank lost or contradicts itself on is entered by a person.",
            )
        )
