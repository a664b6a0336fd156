"""Policies: versions that overlap, exclusions that are one-sided, pools that do not fit, the profile's keys, tests of nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import City, Policy, Profile
from tongban.catalogue.core.redeeming import POLICY, REDEMPTION
from tongban.rules.core import Choice, Fault, TextType
from tongban.rules.core.faults import nearest

if TYPE_CHECKING:  # reading calls checking once everything is read
    from tongban.catalogue.core.reading.nodes import Document

    Documents = Mapping[tuple[str, str], Document]


def check_policies(city: City, documents: Documents, faulty: set[tuple[str, str]], faults: list[Fault]) -> None:
    """Everything about profiles and policies that needs more than one file."""
    for id_, profile in city.profiles.items():
        if ("profile", id_) not in faulty:
            _check_profile(city, profile, Checker(documents["profile", id_], faults))
    sound = {name: policy for name, policy in city.policies.items() if ("policy", name) not in faulty}
    for name in sound:
        check_policy(city, name, sound, Checker(documents["policy", name], faults), faulty)


def check_policy(city: City, name: str, policies: Mapping[str, Policy], checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """One policy among the others."""
    policy = policies[name]
    _check_time(name, policy, policies, checker)
    _check_pool(city, policy, checker, faulty)
    _check_service(city, policy, checker, faulty)
    _check_excludes(policy, policies, checker)
    _check_words(policy, checker)


def _check_profile(city: City, profile: Profile, checker: Checker) -> None:
    """Every source is looked up by the subject's key, and may be shared at all."""
    for alias, source in profile.sources.items():
        resource = city.resources.get(source.resource)
        if resource is None:
            continue
        if resource.key != profile.key:
            checker.fault(
                f"“{resource.id}”按“{resource.key}”查询，档案按“{profile.key}”",
                f"“{resource.id}” is looked up by “{resource.key}”, the profile by “{profile.key}”",
                "sources",
                alias,
                "resource",
                value=True,
            )
        if resource.sharing == "none":
            checker.fault(f"“{resource.id}”不予共享", f"“{resource.id}” is not shared", "sources", alias, "resource", value=True)
    _check_groups(city, profile, checker)


def _check_groups(city: City, profile: Profile, checker: Checker) -> None:
    """What figures are grouped by is a choice, or an area's code; what drafts may be tried with is there at all."""
    facts = {
        f"{alias}.{item.name}": item.spec
        for alias, source in profile.sources.items()
        if source.resource in city.resources
        for item in city.resources[source.resource].items.values()
    }
    for group in profile.groups:
        kind = facts[group.fact].type if group.fact in facts else None
        if kind is None:
            checker.fault(*_no_fact(group.fact), "groups", group.id, "by", near=nearest(group.fact, facts), value=True)
        elif not isinstance(kind, TextType if group.level else Choice):
            says = ("区划代码（text）", "an area's code (text)") if group.level else ("选项（choice）", "a choice")
            checker.fault(f"“{group.fact}”应是{says[0]}", f"“{group.fact}” must be {says[1]}", "groups", group.id, "by", value=True)
    for at, fact in enumerate(profile.trial):
        if fact not in facts:
            checker.fault(*_no_fact(fact), "trial", at, near=nearest(fact, facts), value=True)


def _no_fact(name: str) -> tuple[str, str]:
    return f"没有“{name}”这个信息项", f"there is no fact “{name}”"


def _check_time(name: str, policy: Policy, policies: Mapping[str, Policy], checker: Checker) -> None:
    if policy.until < policy.in_force:
        checker.fault("有效期早于施行日期", "it ends before it is in force", "until", value=True)
    if policy.document.issued > policy.in_force:
        checker.fault("发文日期晚于施行日期", "it was issued after it is in force", "document", "issued", value=True)
    for other_name, other in sorted(policies.items()):
        if other_name < name and other.id == policy.id and _meet(policy, other):
            checker.fault(
                f"与“{other_name}”的有效期重叠（{other.in_force} 至 {other.until}）",
                f"it holds at the same time as “{other_name}” ({other.in_force} to {other.until})",
                "in_force",
                value=True,
            )


def _meet(one: Policy, other: Policy) -> bool:
    """Whether there is a day on which both hold."""
    return max(one.in_force, other.in_force) <= min(one.last, other.last)


def _check_pool(city: City, policy: Policy, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    if policy.amount is not None and not policy.pool and policy.category == "award":
        checker.fault("奖补要写从哪个资金池支付", "an award names the pool that it is paid from", "category")
    pool = city.pools.get(policy.pool)
    if pool is None or ("pools", "pools") in faulty:
        return
    if pool.last < policy.in_force or policy.until < pool.first:
        checker.fault(
            f"资金池“{pool.id}”的期间（{pool.first} 至 {pool.last}）与政策有效期不相交",
            f"the pool “{pool.id}” ({pool.first} to {pool.last}) is not open while the policy holds",
            "pool",
            value=True,
        )
    if policy.cap is not None and policy.cap > pool.amount:
        checker.fault("上限高于整个资金池", "the cap is above the whole pool", "amount", "cap", value=True)


def _check_service(city: City, policy: Policy, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """The service whose case willingness opens is the department's own, for the profile's subject, and knows the policy."""
    service, profile = city.services.get(policy.service), city.profiles.get(policy.profile)
    if service is None or ("service", service.id) in faulty:
        return
    if service.initiative != REDEMPTION:
        checker.fault(f"“{service.id}”不是兑现服务", f"“{service.id}” does not redeem policies", "service", value=True)
        return
    if service.department != policy.department:
        checker.fault(f"“{service.id}”属于“{service.department}”", f"“{service.id}” is of “{service.department}”", "service", value=True)
    if profile is not None and profile.subject not in service.audience:
        checker.fault(
            f"“{service.id}”的服务对象不包括这个档案的对象", f"“{service.id}” is not for the subject of this profile", "service", value=True
        )
    options = {option.id for question in service.questions if question.id == POLICY for option in question.options}
    if policy.id not in options:
        checker.fault(
            f"“{service.id}”的问题“{POLICY}”没有“{policy.id}”这一项",
            f"the question “{POLICY}” of “{service.id}” has no option “{policy.id}”",
            "service",
            value=True,
        )


def _check_excludes(policy: Policy, policies: Mapping[str, Policy], checker: Checker) -> None:
    """互斥 is mutual: both policies say so, or a subject would be told two things."""
    for at, id_ in enumerate(policy.excludes):
        others = [other for other in policies.values() if other.id == id_]
        if id_ == policy.id:
            checker.fault("政策不能与自己互斥", "a policy cannot exclude itself", "excludes", at, value=True)
        elif others and not any(policy.id in other.excludes for other in others):
            checker.fault(f"“{id_}”没有写与本政策互斥", f"“{id_}” does not say that it excludes this one", "excludes", at, value=True)


def _check_words(policy: Policy, checker: Checker) -> None:
    if not policy.tests:
        checker.fault("至少要有一个测试", "there must be at least one test", "tests")
    if policy.redeem == "unasked" and policy.publicity is None and policy.category == "award":
        checker.fault("免申即享的奖补要公示", "what is paid unasked is made public first", "redeem")
    if policy.category == "award" and policy.clawback is None:
        checker.fault("奖补要写何时追回", "an award says when it is taken back", "category")
