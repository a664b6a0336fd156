"""Who acts, for whom, and in which post.

Invariants: an actor is always a natural person with an account; a principal is whom the case concerns; a post is one role in one department over
one area, and a post held as cover says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol
from uuid import UUID

from tongban.kernel.text import Text
from tongban.parties.core.areas import covers

PrincipalKind = Literal["person", "firm"]
Relation = Literal["spouse", "parent", "sibling"]
IdentityLevel = Literal["named", "live", "counter"]
"""How surely it is known who somebody is: by a signed-in or spoken name, by their face before a camera, by a document looked at across a counter."""
SELF = "self"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom somebody may act for: oneself, or a person or firm under a mandate in force."""

    kind: PrincipalKind
    id: UUID
    name: str
    area: str
    mandate_id: UUID | None = None
    mandate_kind: str = SELF
    scope: frozenset[str] | None = None
    """Ids of the services the mandate is for; None is all."""
    ends: date | None = None
    """The mandate's last day."""

    @property
    def is_self(self) -> bool:
        """Whether the person acts in their own matter."""
        return self.mandate_id is None

    def allows(self, service: str) -> bool:
        """Whether one may act in this service."""
        return self.scope is None or service in self.scope


@dataclass(frozen=True, slots=True)
class Post:
    """One role in one department over one area, in force."""

    id: UUID
    department: str
    role: str
    area: str
    acting: bool = False
    """Held as cover for another's post."""
    contract: bool = False
    """Contract staff (编外人员)."""


@dataclass(frozen=True, slots=True)
class Assistant:
    """An official who does with a person what that person could do alone: at a counter, by telephone, at their home (帮办)."""

    person_id: UUID
    name: str
    department: str
    area: str
    """The area of the post: how far its counter reaches."""
    attendance_id: UUID
    channel: str
    identity: IdentityLevel
    document: str
    """What was looked at to know who the person is."""
    has_account: bool
    """Whether the person could have done it online."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is signed in, with the posts in force today; or a person whom an official assists, who then acts by the official's account and holds no post."""

    account_id: UUID
    person_id: UUID
    name: str
    posts: tuple[Post, ...] = ()
    assistant: Assistant | None = None

    def holds(self, role: str, department: str, area: str) -> bool:
        """Whether one of the posts is that role in that department over an area that covers `area`."""
        return any(post.role == role and post.department == department and covers(post.area, area) for post in self.posts)


@dataclass(frozen=True, slots=True)
class OfficialRef:
    """An official who holds a post today."""

    person_id: UUID
    account_id: UUID | None
    name: str
    post: Post


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody found by the blind index of their number: who they are, and the number as lists may show it."""

    kind: PrincipalKind
    id: UUID
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be entered: the name as on the card, the 18 characters, the area of residence."""

    id: UUID
    name: str
    id_number: str
    area: str


@dataclass(frozen=True, slots=True)
class NewFirm:
    """A firm to be entered: its registered name, unified social credit code and area."""

    id: UUID
    name: str
    uscc: str
    area: str


@dataclass(frozen=True, slots=True)
class Kin:
    """`relative` is `person`'s spouse, parent or sibling. A child is the same edge, read from the other end."""

    person: UUID
    relative: UUID
    relation: Relation


class DeclaredArea(Protocol):
    """An area as the city's folder declares it."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def parent(self) -> str: ...
    @property
    def level(self) -> str: ...


class DeclaredDepartment(Protocol):
    """A department as the city's folder declares it."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def uscc(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def parent(self) -> str: ...
    @property
    def area(self) -> str: ...


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area as declared."""

    code: str
    title: Text
    parent: str
    level: str


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """A department as declared."""

    id: str
    number: str
    uscc: str
    title: Text
    parent: str
    area: str
