"""What becomes of a licence: that it is known which one, that a new one is of the same kind, and that only an office ends one against its holder's will.

Invariants: a way that ends or replaces a licence belongs to a service that says which kind of licence its cases are about; the endings by which an authority
takes a licence (withdrawn 撤回, annulled 撤销, revoked 吊销) are given by services that an office begins, and never without the holder being heard.

Source: Administrative Licensing Law, articles 8, 69 and 70; the right to be heard, article 7.
"""

from __future__ import annotations

from typing import Final

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import City, Gives, Service, Way
from tongban.catalogue.core.words import NEW

AGAINST_HOLDERS: Final = ("withdrawn", "annulled", "revoked")


def check_licences(city: City, service: Service, checker: Checker) -> None:
    """Everything about the licence that the service's cases are about."""
    if service.initiative == "office":
        _check_office(city, service, checker)
    for way in service.ways:
        if way.gives is not None:
            _check_ending(city, service, way.gives, checker, "ways", way.id, "gives")
            _check_heard(service, way, way.gives, checker)
            _check_months(city, way.gives, checker, "ways", way.id, "gives")
        if way.silence_grants is not None:
            _check_silence(city, service, way, checker)
    _check_ending(city, service, service.gives, checker, "gives")
    _check_months(city, service.gives, checker, "gives")
    if service.licence and not any(option.id != NEW for option in service.situations):
        checker.fault(
            "有 licence，却没有 new 以外的办理情形，用不上",
            "“licence” is of use only in situations other than “new”: there is none",
            "licence",
        )


def _check_ending(city: City, service: Service, gives: Gives, checker: Checker, *at: str) -> None:
    if not gives.ends:
        return
    if not service.licence:
        checker.fault(
            "有 ends，却没有用 licence 写明是哪种证照", "“ends” needs to know of which licence: add “licence”", *at, "ends", value=True
        )
    elif gives.ends == "replaced" and gives.credential != service.licence:
        checker.fault(
            f"换发的新证应与原证同类，即“{service.licence}”",
            f"what replaces a licence is of its own kind, “{service.licence}”",
            *at,
            "credential",
            value=True,
        )
    kind = city.credentials.get(gives.credential)
    if gives.validity == "after" and kind is not None and kind.valid_months is None:
        checker.fault(
            f"“{kind.id}”长期有效，不能接续（after）",
            f"“{kind.id}” never ends, so that nothing begins after it",
            *at,
            "validity",
            value=True,
        )


def _check_heard(service: Service, way: Way, gives: Gives, checker: Checker) -> None:
    if gives.ends not in AGAINST_HOLDERS:
        return
    if service.initiative != "office":
        checker.fault(
            "撤回、撤销、吊销由机关依职权办理，要写 initiative: office",
            "to withdraw, annul or revoke is for an office to begin: “initiative: office”",
            "ways",
            way.id,
            "gives",
            "ends",
            value=True,
        )
    elif way.heard_within is None:
        checker.fault(
            "撤回、撤销、吊销之前要听取陈述申辩，请写 heard_within",
            "the holder is heard before a licence is withdrawn, annulled or revoked: add “heard_within”",
            "ways",
            way.id,
        )


def _check_months(city: City, gives: Gives, checker: Checker, *at: str) -> None:
    """A validity by rule is that of a credential which begins anew and, by its kind, ends."""
    kind = city.credentials.get(gives.credential)
    if gives.months is not None and (kind is None or kind.valid_months is None or gives.validity == "kept"):
        checker.fault(
            "valid_months 只用于发一份有期限的新证，不与 validity: kept 同用",
            "“valid_months” is for a credential that is given and ends, and not with “validity: kept”",
            *at,
            "valid_months",
            value=True,
        )


def _check_silence(city: City, service: Service, way: Way, checker: Checker) -> None:
    """Silence extends a licence that ends, by an act that the procedure knows and tells in writing; nothing else is granted by it."""
    at = ("ways", way.id, "silence_grants")
    procedure = city.procedures.get(way.procedure or service.procedure)
    kind = city.credentials.get(service.licence)
    if (way.gives or service.gives).ends != "replaced" or (kind is not None and kind.valid_months is None) or not way.route:
        checker.fault(
            "silence_grants 只用于由人决定的延续：换发（ends: replaced）一份有期限的证照",
            "“silence_grants” is for an extension that people decide: one that replaces (ends: replaced) a licence that ends",
            *at,
        )
    if procedure is not None and ("deem-granted" not in procedure.acts or "deem-granted" not in procedure.letters):
        checker.fault(
            f"程序“{procedure.id}”没有 deem-granted 流转，或没有写用哪种文书告知",
            f"the procedure “{procedure.id}” has no deem-granted transition, or no letter for it",
            *at,
        )


def _check_office(city: City, service: Service, checker: Checker) -> None:
    """What an office begins is about a licence, and its holder is told of the proposal in writing."""
    if not service.licence:
        checker.fault(
            "依职权办理的，要用 licence 写明针对哪种证照", "what an office begins is about a licence: add “licence”", "initiative"
        )
    for way in service.ways:
        procedure = city.procedures.get(way.procedure or service.procedure)
        if procedure is not None and way.heard_within is not None and "propose-ending" not in procedure.letters:
            checker.fault(
                f"程序“{procedure.id}”没有写用哪种文书告知（letters 里的 propose-ending）",
                f"the procedure “{procedure.id}” does not say by which letter the proposal is told (propose-ending of its letters)",
                "ways",
                way.id,
                "heard_within",
            )
        if len(way.route) < 2:
            checker.fault(
                "依职权办理的，提出和决定是两个环节",
                "what an office begins is proposed in one step and decided in another",
                "ways",
                way.id,
                "route",
            )
    if any(option.id == NEW for option in service.situations):
        checker.fault("依职权办理的没有“new”这种情形", "what an office begins has no situation “new”", "situations", NEW)
