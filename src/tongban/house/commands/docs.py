"""Pages of the manual that are made from what the city declares, so that they cannot go out of date: the procedures, as diagrams and sentences."""

from __future__ import annotations

from pathlib import Path

from tongban.catalogue.core.definition import City, Procedure, Transition
from tongban.catalogue.core.reading import read_city
from tongban.kernel.text import Text

ACTS = {
    "send": Text("提交申请", "the application is sent"),
    "ask-correction": Text("告知补正", "corrections are asked for"),
    "correct": Text("提交补正", "the corrections are sent"),
    "accept": Text("受理", "it is accepted"),
    "deem-accepted": Text("逾期未告知补正，视为受理", "nobody asked for corrections in time, so it counts as accepted"),
    "not-accept": Text("不予受理", "it is not accepted"),
    "not-needed": Text("不受理（无需办理）", "nothing is needed"),
    "start": Text("开始审查", "officials begin"),
    "stop": Text("启动特别程序", "a special procedure begins and the clocks stop"),
    "resume": Text("特别程序结束", "the special procedure is over and the clocks go on"),
    "extend": Text("经负责人批准延长期限", "the head extends the statutory limit, with reasons told"),
    "deem-granted": Text(
        "有效期届满前未作决定，视为准予延续", "the licence ended before anybody decided, so its renewal counts as granted"
    ),
    "grant": Text("准予", "it is granted"),
    "refuse": Text("不予批准", "it is refused"),
    "deliver": Text("送达", "the result reaches the applicant"),
    "withdraw": Text("申请人撤回", "the applicant withdraws"),
    "lapse": Text("逾期未补，终止", "what the applicant owes never comes"),
    "annul": Text("撤销", "the grant is annulled"),
    "finish": Text("各事项全部办成", "every part has come out well"),
    "finish-in-part": Text("最后一项办结，有的没办成", "the last part is settled and some did not come out well"),
    "finish-without": Text("最后一项办结，都没办成", "the last part is settled and none came out well"),
    "open": Text("系统立案", "the system opens it"),
    "uphold": Text("认定有效", "supervision lets it stand"),
    "dismiss": Text("认定为误评", "supervision finds it mistaken"),
    "dispatch": Text("派单", "it is dispatched to a department"),
    "last-resort": Text("再次提出异议，转兜底单位", "the dispatch is disputed a second time, so it goes to the last resort"),
    "dispute": Text("提出派单异议", "the department disputes the dispatch"),
    "rule": Text("审核异议", "somebody who did not dispatch it rules on the dispute"),
    "progress": Text("告知进展", "the person is told how it goes"),
    "ask-help": Text("请其他部门协办", "other departments are asked to help"),
    "give-help": Text("协办部门回复", "a department that was asked to help replies"),
    "answer": Text("答复", "it is answered"),
    "confirm": Text("群众确认已解决", "the person says that it is fixed"),
    "reopen": Text("群众说没有解决", "the person says that it is not fixed"),
    "to-supervision": Text("重办次数用完，群众仍说没有解决", "reopened as often as declared, it is still not fixed"),
    "review-again": Text("督办复核：重新办理", "supervision has it handled once more"),
    "review-stands": Text("督办复核：维持答复", "supervision lets the answer stand"),
    "close": Text("期限已过，群众没有再说", "the days for the person's word have passed"),
    "merge": Text("并单", "it is merged with another about the same matter"),
    "unmerge": Text("拆单", "it is taken apart again"),
    "urge": Text("催办", "it is urged"),
    "add": Text("群众补充情况", "the person adds something"),
    "call-back": Text("回访未接通", "the hotline calls back and reaches nobody"),
    "see-who": Text("热线查看诉求人身份", "the hotline looks who asked"),
    "escalate": Text("升级督办", "somebody higher is told"),
    "queue": Text("条件相符，资金不足，排队", "every condition is met and the pool has no money, so it waits in order"),
    "take-up": Text("资金到位，接着办", "there is money again and it is its turn"),
    "give-up": Text("对象放弃", "the subject gives up what was granted"),
    "pay": Text("银行告知到账", "the bank says that the money has arrived"),
    "return-payment": Text("银行退汇，重新付款", "the bank returns the money, to be paid anew"),
    "take-back": Text("撤销核准", "what was granted and is not paid yet is taken back"),
    "claw-back": Text("决定追回", "what was paid is asked back"),
}
_HEAD = """# Procedures

Made by `tongban docs` from the procedures that the demo city declares; `make check` holds that it is current. A state's national
code stands in brackets. The engine knows the acts; which state allows which act, and where it leads, is the city's data.
"""


def page(city: City) -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(city.procedures[name]) for name in sorted(city.procedures))])


def run(city: Path, target: Path, *, check: bool = False) -> int:
    """Write the page, or with `check` only say whether it is current. Raises CityFaults."""
    wanted = page(read_city(city))
    if check:
        if target.exists() and target.read_text(encoding="utf-8") == wanted:
            return 0
        print(f"{target} 已过时，请运行 tongban docs / is out of date; run `tongban docs`")
        return 1
    target.write_text(wanted, encoding="utf-8")
    return 0


def _section(procedure: Procedure) -> str:
    lines = [f"## {procedure.title.zh} · {procedure.title.en}", "", *_facts(procedure), "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{_named(procedure, state)}" as {_id(state)}' for state in procedure.states]
    lines += [f"    [*] --> {_id(procedure.first)}"]
    lines += [f"    {_id(source)} --> {_id(one.to)}: {_act(one).zh}" for one in procedure.transitions for source in one.sources]
    lines += [f"    {_id(name)} --> [*]" for name, state in procedure.states.items() if state.terminal]
    lines += ["```", "", *(f"- {sentence(procedure, one, source)}" for one in procedure.transitions for source in one.sources), ""]
    return "\n".join(lines)


def sentence(procedure: Procedure, one: Transition, source: str) -> str:
    """A transition as a sentence of the law."""
    cite = f" ({one.cite})" if one.cite else ""
    before, after = procedure.states[source].title, procedure.states[one.to].title
    return f"“{before.zh}”时，{_act(one).zh}，即为“{after.zh}”。 While “{before.en}”: {_act(one).en}; then “{after.en}”.{cite}"


def _facts(procedure: Procedure) -> list[str]:
    facts = []
    if procedure.correction_within:
        facts.append(
            f"- Corrections are asked for, once and whole, within {procedure.correction_within.days} {procedure.correction_within.counted} days of receipt."
        )
    facts.append(f"- Silence {'is acceptance from the day of receipt' if procedure.silence_accepts else 'accepts nothing'}.")
    if procedure.lawful_stops:
        facts.append(
            f"- Only these stop the clocks, after acceptance: {', '.join(stop.label.en.lower() for stop in procedure.lawful_stops)}."
        )
    if procedure.extension:
        facts.append(
            f"- The head may extend the statutory limit once, by up to {procedure.extension.days} {procedure.extension.counted} days, with reasons told; the promise stays as it was made."
        )
    if procedure.deliver_within:
        facts.append(f"- The result is delivered within {procedure.deliver_within.days} {procedure.deliver_within.counted} days.")
    return facts


def _named(procedure: Procedure, name: str) -> str:
    state = procedure.states[name]
    return f"{state.title.zh} [{state.national_code}]" if state.national_code else state.title.zh


def _id(state: str) -> str:
    return state.replace("-", "_")


def _act(one: Transition) -> Text:
    return (
        ACTS.get(one.act, Text(one.act, one.act)) if one.title is None else Text(one.title.zh, one.title.en[:1].lower() + one.title.en[1:])
    )
