"""Questions about people, firms, posts and mandates.

Invariants: what is in force is what is in force today; answers are core types; bulk questions take ids and ask the database once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tongban import statements
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core import identity
from tongban.parties.core.areas import within
from tongban.parties.core.mandates import MandateTerms, MandateView
from tongban.parties.core.people import Actor, AreaView, DepartmentView, Known, OfficialRef, Post, Principal, PrincipalKind
from tongban.parties.core.sealing import Place, searchable
from tongban.parties.errors import NoSuchPartyError
from tongban.parties.models import Account, Area, Department, Firm, Mandate, Person
from tongban.parties.models import Post as PostRow
from tongban.parties.sealer import sealer
from tongban.statements import Question, Row

ACCOUNT = Text("账号", "account")
PERSON = Text("人员", "person")
FIRM = Text("企业", "firm")
CITIZEN_DOMAIN = "id_number"
FIRM_DOMAIN = "uscc"


_ACTOR = """
SELECT person.id, person.name, post.id, post.department, post.role, post.area, post.covers_id IS NOT NULL, post.contract
FROM parties_account account JOIN parties_person person ON person.id = account.person_id
LEFT JOIN parties_post post ON post.person_id = person.id AND post.starts <= $2::date AND (post.ends IS NULL OR post.ends >= $2::date)
WHERE account.id = $1 AND account.is_active ORDER BY post.starts, post.id
"""


def asking_actor(account_id: UUID) -> Question:
    """The statement that `actor` asks, for who has others to ask in the same piece."""
    return _ACTOR, [account_id, clock.today()]


def actor(account_id: UUID, rows: Sequence[Row] | None = None) -> Actor:
    """Who an account is and the posts held today; one SQL statement, unless its `rows` are there. Raises NoSuchPartyError for an unknown or closed account."""
    found = statements.rows(*asking_actor(account_id)) if rows is None else rows
    if not found:
        raise NoSuchPartyError(ACCOUNT, account_id)
    person_id, name = found[0][:2]
    posts = tuple(Post(*row[2:]) for row in found if row[2] is not None)
    return Actor(account_id, person_id, sealer().open(name, Place("person", "name", person_id)), posts)


def account(login: str) -> UUID | None:
    """The id of the open account with that login."""
    return Account.objects.filter(login=login, is_active=True).values_list("pk", flat=True).first()


def principals(person_id: UUID) -> tuple[Principal, ...]:
    """Whom a person may act for today: themselves first, then by mandate, those for all services first. Raises NoSuchPartyError."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NoSuchPartyError(PERSON, person_id)
    rows = _mandates_in_force(clock.today()).filter(holder_id=person_id).select_related("person", "firm")
    return (_self(person), *(_principal(row) for row in sorted(rows, key=lambda row: (row.services is not None, row.given_at, row.pk))))


def principal(person_id: UUID, kind: PrincipalKind, id: UUID) -> Principal | None:  # noqa: A002 - the contract's word
    """The principal, if the person may act for it today; of several mandates the one for the most services."""
    return next(iter(capacities(person_id, kind, id)), None)


def itself(kind: PrincipalKind, id: UUID) -> Principal:  # noqa: A002 - the contract's word
    """A person or firm as whom a case concerns, whoever acts. Raises NoSuchPartyError."""
    if kind == "person":
        return _self(_person(id))
    firm = _firm(id)
    return Principal("firm", id, firm.name, firm.area)


_CAPACITIES: dict[PrincipalKind, str] = {
    kind: f"""
    SELECT m.id, m.kind, m.services, m.ends, p.name, p.area FROM parties_mandate m JOIN parties_{kind} p ON p.id = m.{kind}_id
    WHERE m.holder_id = $1 AND m.{kind}_id = $3 AND m.revoked_at IS NULL AND m.starts <= $2::date AND (m.ends IS NULL OR m.ends >= $2::date)
    """  # noqa: S608 - two constants
    for kind in ("person", "firm")
}


def capacities(person_id: UUID, kind: PrincipalKind, id: UUID) -> tuple[Principal, ...]:  # noqa: A002 - the contract's word
    """The one principal, once for each way in which the person may act for it today: as themselves, or by each mandate, those for more services first."""
    if kind == "person" and id == person_id:
        return tuple(_self(person) for person in statements.read(Person, "t.id = $1", [person_id]))
    found = [
        Principal(kind, id, _opened(kind, id, name), area, mandate, title, None if services is None else frozenset(services), ends)
        for mandate, title, services, ends, name, area in statements.rows(_CAPACITIES[kind], [person_id, clock.today(), id])
    ]
    return tuple(sorted(found, key=lambda one: (one.scope is not None, -len(one.scope or ()))))


def _opened(kind: PrincipalKind, id_: UUID, name: str | bytes) -> str:
    return name if isinstance(name, str) else sealer().open(name, Place(kind, "name", id_))


def mandates(kind: PrincipalKind, id: UUID) -> tuple[MandateView, ...]:  # noqa: A002 - the contract's word
    """All mandates over a person or firm, newest first, also those that ended."""
    rows = Mandate.objects.filter(**{f"{kind}_id": id}).select_related("person", "firm", "holder").order_by("-id")
    return tuple(_view(row) for row in rows)


def mandates_held(person_id: UUID) -> tuple[MandateView, ...]:
    """All mandates that a person holds or held, newest first."""
    rows = Mandate.objects.filter(holder_id=person_id).select_related("person", "firm", "holder").order_by("-id")
    return tuple(_view(row) for row in rows)


def mandate(mandate_id: UUID) -> MandateView | None:
    """One mandate. The caller must have asked whether its reader stands on one of its sides."""
    row = Mandate.objects.filter(pk=mandate_id).select_related("person", "firm", "holder").first()
    return None if row is None else _view(row)


def represented(person_id: UUID) -> dict[UUID, str]:
    """The firms that a person represents by law today, by id with their names."""
    rows = _mandates_in_force(clock.today()).filter(holder_id=person_id, kind="legal-representative").select_related("firm")
    return {row.firm.pk: row.firm.name for row in rows if row.firm is not None}


def speaks_for(kind: PrincipalKind, id: UUID) -> UUID | None:  # noqa: A002 - the contract's word
    """Who gives and takes back mandates over a person or firm: the person, the firm's legal representative of today."""
    return id if kind == "person" else legal_representative(id)


def reachable(kind: PrincipalKind, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Of people, or of firms by their legal representative, who has an open account and so reads messages; by id. One statement."""
    accounts = Account.objects.filter(is_active=True)
    if kind == "person":
        return {one: one for one in accounts.filter(person_id__in=ids).values_list("person_id", flat=True)}
    rows = _mandates_in_force(clock.today()).filter(
        firm_id__in=ids, kind="legal-representative", holder_id__in=accounts.values("person_id")
    )
    return dict(rows.order_by("starts", "id").values_list("firm_id", "holder_id"))


def has_account(person_id: UUID) -> bool:
    """Whether a person has an open account."""
    return Account.objects.filter(person_id=person_id, is_active=True).exists()


def identifiers(kind: PrincipalKind, id: UUID) -> dict[str, str]:  # noqa: A002 - the contract's word
    """`name` and `id_number` or `uscc`: the keys of registers. Raises NoSuchPartyError."""
    if kind == "firm":
        firm = _firm(id)
        return {"name": firm.name, "uscc": firm.uscc}
    person = _person(id)
    return {"name": name_of(person), "id_number": _id_number(person)}


def subjects(principals: Iterable[Principal]) -> dict[bytes, Principal]:
    """People and firms by the blind index of their number, in one statement a kind and without opening a number."""
    found: dict[bytes, Principal] = {}
    by_id = {(one.kind, one.id): one for one in principals}
    people = [id_ for kind, id_ in by_id if kind == "person"]
    if people:
        found |= {
            bytes(blind): by_id["person", pk] for pk, blind in Person.objects.filter(pk__in=people).values_list("pk", "id_number_blind")
        }
    firms = [id_ for kind, id_ in by_id if kind == "firm"]
    if firms:
        blind = sealer().blind
        found |= {blind(FIRM_DOMAIN, code): by_id["firm", pk] for pk, code in Firm.objects.filter(pk__in=firms).values_list("pk", "uscc")}
    return found


def facts_of(kind: PrincipalKind, id: UUID) -> dict[str, Any]:  # noqa: A002 - the contract's word
    """What `applicant.*` may read: kind, name, area; for a person id_number, born, sex, age (full years today); for a firm uscc. Raises NoSuchPartyError."""
    if kind == "firm":
        firm = _firm(id)
        return {"kind": "firm", "name": firm.name, "area": firm.area, "uscc": firm.uscc}
    person = _person(id)
    number = _id_number(person)
    birth = identity.born(number)
    facts = {"kind": "person", "name": name_of(person), "area": person.area, "id_number": number}
    return facts | {"born": birth, "sex": identity.sex(number), "age": identity.age(birth, clock.today())}


_KIN = """
WITH parent AS (SELECT relative_id AS id FROM parties_kinship WHERE person_id = $1 AND relation = 'parent')
SELECT relative_id FROM parties_kinship WHERE person_id = $1
UNION SELECT person_id FROM parties_kinship WHERE relative_id = $1
UNION SELECT k.person_id FROM parties_kinship k JOIN parent ON k.relative_id = parent.id AND k.relation = 'parent'
EXCEPT SELECT $1
"""


def kin(person_id: UUID) -> frozenset[UUID]:
    """Spouse, parents, children and siblings (also by one common parent)."""
    return frozenset(row[0] for row in statements.rows(_KIN, [person_id]))


def people_behind(kind: PrincipalKind, id: UUID) -> frozenset[UUID]:  # noqa: A002 - the contract's word
    """Whose matter it is: the person; for a firm its legal representative and everybody with a mandate in force."""
    if kind == "person":
        return frozenset({id})
    return frozenset(_mandates_in_force(clock.today()).filter(firm_id=id).values_list("holder_id", flat=True))


_STANDS_NEAR = f"""
WITH kin (id) AS ({_KIN}),
behind AS (
  SELECT unnest($3::uuid[]) AS id
  UNION ALL SELECT holder_id FROM parties_mandate
  WHERE $4 = 'firm' AND firm_id = $5 AND revoked_at IS NULL AND starts <= $2::date AND (ends IS NULL OR ends >= $2::date)
)
SELECT EXISTS (SELECT FROM behind WHERE id = $1 OR id IN (SELECT id FROM kin))
"""  # noqa: S608 - two constants


def stands_near(person_id: UUID, kind: PrincipalKind, id: UUID, *, others: Iterable[UUID] = ()) -> bool:  # noqa: A002 - the contract's word
    """Whether a person, or a relative of theirs, is the applicant, behind it (`people_behind`), or one of `others`; one SQL statement."""
    people = [*others, *((id,) if kind == "person" else ())]
    found = statements.row(_STANDS_NEAR, [person_id, clock.today(), people, kind, id])
    return found is not None and bool(found[0])


def legal_representative(firm_id: UUID) -> UUID | None:
    """The person who represents a firm by law today."""
    rows = _mandates_in_force(clock.today()).filter(firm_id=firm_id, kind="legal-representative")
    return rows.order_by("-starts", "-id").values_list("holder_id", flat=True).first()


def officials(department: str, role: str, area: str) -> tuple[OfficialRef, ...]:
    """Who holds that role in that department today over an area that covers `area`: own posts before cover, narrow areas before wide ones."""
    rows = PostRow.objects.filter(_in_force(clock.today()), department=department, role=role, area__in=within(area))
    account = Account.objects.filter(person_id=OuterRef("person_id"), is_active=True).values("id")[:1]
    posts = list(rows.select_related("person").annotate(account=Subquery(account)).order_by("starts", "id"))
    posts.sort(key=lambda row: (row.covers_id is not None, -len(row.area.rstrip("0"))))
    return tuple(OfficialRef(row.person_id, row.account, name_of(row.person), _post(row)) for row in posts)


def covered_by(person_id: UUID) -> frozenset[UUID]:
    """Those whose posts a person covers today (顶岗)."""
    rows = PostRow.objects.filter(_in_force(clock.today()), person_id=person_id, covers__isnull=False)
    return frozenset(rows.values_list("covers__person_id", flat=True))


def names(kind: PrincipalKind, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of people or firms by id, in one statement; unknown ids are left out."""
    if kind == "firm":
        return dict(Firm.objects.filter(pk__in=set(ids)).values_list("pk", "name"))
    rows = Person.objects.filter(pk__in=set(ids)).values_list("pk", "name")
    opened = sealer()
    return {pk: opened.open(sealed, Place("person", "name", pk)) for pk, sealed in rows}


def areas_of(kind: PrincipalKind, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The areas of people or firms by id, in one statement; unknown ids are left out."""
    rows = Firm.objects if kind == "firm" else Person.objects
    return dict(rows.filter(pk__in=set(ids)).values_list("pk", "area"))


def account_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who accounts belong to, closed ones too, in one statement; unknown ids are left out."""
    opened = sealer()
    rows = Account.objects.filter(pk__in=set(ids)).values_list("pk", "person_id", "person__name")
    return {pk: opened.open(sealed, Place("person", "name", person)) for pk, person, sealed in rows}


def by_uscc(code: str) -> UUID | None:
    """The firm with that code."""
    return Firm.objects.filter(uscc=identity.plain(code)).values_list("pk", flat=True).first()


def by_id_number(number: str) -> UUID | None:
    """The person with that identity number, found by its blind index."""
    blind = sealer().blind(CITIZEN_DOMAIN, identity.plain(number))
    return Person.objects.filter(id_number_blind=blind).values_list("pk", flat=True).first()


def known(key: str, blinds: Collection[bytes]) -> dict[bytes, Known]:
    """Who stands behind the blind indexes of `id_number` or `uscc`, a person's number masked; whoever is not entered here is left out. One statement."""
    if key == CITIZEN_DOMAIN:
        people = Person.objects.filter(id_number_blind__in=list(blinds))
        return {bytes(row.id_number_blind): Known("person", row.pk, name_of(row), identity.masked(_id_number(row))) for row in people}
    firms = Firm.objects.filter(uscc_blind__in=list(blinds))
    return {bytes(row.uscc_blind): Known("firm", row.pk, row.name, row.uscc) for row in firms}


def by_blinds(kind: PrincipalKind, blinds: Collection[bytes]) -> dict[bytes, UUID]:
    """Which of these blind indexes of identity numbers, or of unified social credit codes, are whose. One statement."""
    if kind == "person":
        people = Person.objects.filter(id_number_blind__in=list(blinds)).values_list("id_number_blind", "pk")
        return {bytes(blind): pk for blind, pk in people}
    firms = Firm.objects.filter(uscc_blind__in=list(blinds)).values_list("uscc_blind", "pk")
    return {bytes(blind): pk for blind, pk in firms}


def people_named(part: str, *, area: str = "", limit: int = 20) -> dict[UUID, str]:
    """People whose name contains at least two characters in a row, within an area, newest first. The caller must be allowed to search."""
    wanted = sealer().grams(part)
    if not wanted:
        return {}
    rows = Person.objects.filter(name_grams__contains=wanted)
    if area:
        from tongban.parties.core.areas import stem

        rows = rows.filter(area__startswith=stem(area))
    found = ((row.pk, name_of(row)) for row in rows.order_by("-pk").iterator(chunk_size=200))
    hits = ((pk, name) for pk, name in found if searchable(part) in searchable(name))
    return dict(hit for hit, _ in zip(hits, range(limit), strict=False))


def firms_named(part: str, *, limit: int = 20) -> dict[UUID, str]:
    """Firms whose name contains at least two characters in a row, newest first."""
    wanted = sealer().grams(part)
    rows = Firm.objects.filter(name_grams__contains=wanted).order_by("-pk").values_list("pk", "name") if wanted else ()
    hits = ((pk, name) for pk, name in rows if searchable(part) in searchable(name))
    return dict(hit for hit, _ in zip(hits, range(limit), strict=False))


def areas() -> tuple[AreaView, ...]:
    """All declared areas, by code."""
    return tuple(AreaView(row.code, Text(row.zh, row.en), row.parent, row.level) for row in Area.objects.order_by("code"))


def departments() -> dict[str, DepartmentView]:
    """All declared departments by id."""
    return {
        row.id: DepartmentView(row.id, row.number, row.uscc, Text(row.zh, row.en), row.parent, row.area)
        for row in Department.objects.order_by("number")
    }


def name_of(person: Person) -> str:
    """A person's name, opened. Raises SealBrokenError."""
    return sealer().open(person.name, Place("person", "name", person.pk))


def _id_number(person: Person) -> str:
    return sealer().open(person.id_number, Place("person", "id_number", person.pk))


def _person(id_: UUID) -> Person:
    for person in statements.read(Person, "t.id = $1", [id_]):
        return person
    raise NoSuchPartyError(PERSON, id_)


def _firm(id_: UUID) -> Firm:
    for firm in statements.read(Firm, "t.id = $1", [id_]):
        return firm
    raise NoSuchPartyError(FIRM, id_)


def _in_force(day: date) -> Q:
    return Q(starts__lte=day) & (Q(ends__isnull=True) | Q(ends__gte=day))


def _mandates_in_force(day: date) -> QuerySet[Mandate]:
    return Mandate.objects.filter(_in_force(day), revoked_at__isnull=True)


def _post(row: PostRow) -> Post:
    return Post(row.id, row.department, row.role, row.area, row.covers_id is not None, row.contract)


def _self(person: Person) -> Principal:
    return Principal("person", person.pk, name_of(person), person.area)


def _principal(row: Mandate) -> Principal:
    scope = None if row.services is None else frozenset(row.services)
    if row.firm is not None:
        return Principal("firm", row.firm.pk, row.firm.name, row.firm.area, row.pk, row.kind, scope, row.ends)
    assert row.person is not None
    return Principal("person", row.person.pk, name_of(row.person), row.person.area, row.pk, row.kind, scope, row.ends)


def _view(row: Mandate) -> MandateView:
    one = _principal(row)
    terms = MandateTerms(row.kind, one.kind, one.id, row.holder_id, row.starts, row.ends, one.scope)
    return MandateView(
        row.pk,
        terms,
        name_of(row.holder),
        one.name,
        row.given_by,
        row.revoked_at is not None,
        row.given_at,
        row.revoked_at,
        row.recorded_by,
        row.letter,
    )
