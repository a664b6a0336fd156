"""Finding services and policies, by words in Chinese and English or by id. A city has hundreds, so they are scanned.

Invariants: Chinese is matched by pairs of neighbouring characters, so that 两字词 are found; every hit contains something that was typed; the title counts
more than keywords, keywords more than the summary; a bundle that fits stands before the services that it joins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy, Service
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text
from tongban.parties.core.people import Principal


def find(city: City, words: str, *, most: int = 20) -> list[Service]:
    """The services that fit the words, the best first."""
    wanted = tokens(words)
    if not wanted:
        return []
    scores = {id_: _score(service, wanted) for id_, service in city.open_to_apply.items() if _is_for_people(service)}
    for id_, bundle in city.bundles.items():
        if scores[id_] > 0:
            scores[id_] = max(scores[id_], *(scores[part.service] for part in bundle.parts.values()))
    hits = sorted((id_ for id_, score in scores.items() if score > 0), key=lambda id_: (-scores[id_], not city.has_bundle(id_), id_))
    return [city.services[id_] for id_ in hits[:most]]


def find_policies(city: City, day: date, words: str = "") -> list[Policy]:
    """The policies in force on a day that fit the words, the best first; without words all of them, those that end first before the others."""
    held = sorted(city.policies_on(day).values(), key=lambda one: (one.until, one.id))
    wanted = tokens(words)
    if not wanted:
        return [] if words else held
    scores = {one.id: _policy_score(one, wanted) for one in held}
    return sorted((one for one in held if scores[one.id] > 0), key=lambda one: -scores[one.id])


def offered(service_id: str) -> Service:
    """The service as the city offers it now, one about another case too, which is begun from that case. Raises NotFoundError."""
    service = catalogue.city().open_to_apply.get(service_id)
    if service is None or not _is_for_people(service):
        raise NotFoundError(
            Text(
                zh="没有这项服务，可能已更名或停办。请从首页搜索。",
                en="There is no such service; it may have a new name or have ended. Search from the home page.",
            )
        )
    return service


def tokens(text: str) -> frozenset[str]:
    """Latin words in lower case, and pairs of neighbouring Chinese characters (a single one by itself)."""
    found: set[str] = set()
    for run in _runs(text.lower()):
        if run.isascii() or len(run) == 1:
            found.add(run)
        else:
            found |= {run[i : i + 2] for i in range(len(run) - 1)}
    return frozenset(found)


def _runs(text: str) -> Iterable[str]:
    run, is_latin = "", False
    for character in text:
        if not character.isalnum():
            if run:
                yield run
            run = ""
            continue
        if run and character.isascii() != is_latin:
            yield run
            run = ""
        run, is_latin = run + character, character.isascii()
    if run:
        yield run


def _is_for_people(service: Service) -> bool:
    """Whether somebody can begin one: what the city opens by itself is not looked for."""
    return service.about is None or service.about.opened_by == "applicant"


def _score(service: Service, wanted: frozenset[str]) -> int:
    weighed = (
        (8, f"{service.title.zh} {service.title.en}"),
        (5, " ".join(service.keywords)),
        (2, f"{service.summary.zh} {service.summary.en}"),
        (1, " ".join(f"{question.label.zh} {question.label.en}" for question in service.questions)),
    )
    return sum(weight * len(wanted & _tokens_within(text, wanted)) for weight, text in weighed)


def _policy_score(policy: Policy, wanted: frozenset[str]) -> int:
    weighed = (
        (8, f"{policy.title.zh} {policy.title.en}"),
        (5, f"{' '.join(policy.keywords)} {policy.document.number}"),
        (2, f"{policy.summary.zh} {policy.summary.en}"),
        (1, " ".join(f"{clause.says.zh} {clause.says.en}" for clause in policy.rules)),
    )
    return sum(weight * len(wanted & _tokens_within(text, wanted)) for weight, text in weighed)


def _tokens_within(text: str, wanted: frozenset[str]) -> frozenset[str]:
    """Of the wanted tokens, those that the text has; a Latin word also by its beginning, a single character anywhere."""
    have = tokens(text)
    lower = text.lower()
    return frozenset(
        token
        for token in wanted
        if token in have
        or (len(token) == 1 and token in lower)
        or (token.isascii() and len(token) > 2 and any(word.startswith(token) for word in have))
    )


def may_apply(one: Principal, service: Service) -> bool:
    """Whether a service takes applications of such a principal, in this capacity."""
    return one.kind in service.audience and (one.is_self or one.mandate_kind in service.mandates) and one.allows(service.id)
