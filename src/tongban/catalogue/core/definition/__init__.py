"""What a city declares, as frozen values.

Invariants: every text is bilingual; every expression has been read and type-checked against the facts of its own service; a definition never
changes once it is hashed; `Service.hash` closes over everything that decides a case of it (procedure, credential, letters, resource types,
language version), so a case that keeps the hash keeps the law it began under.
"""

from __future__ import annotations

from tongban.catalogue.core.definition.bundles import Bundle, Part, Supply, Visit
from tongban.catalogue.core.definition.cities import City
from tongban.catalogue.core.definition.courses import Check, Ends, Gives, Step, Way, Written, WrittenItem
from tongban.catalogue.core.definition.feedback import About, RatingRules
from tongban.catalogue.core.definition.fees import Fee
from tongban.catalogue.core.definition.forms import Need, Question, QuestionType, Section
from tongban.catalogue.core.definition.holdings import Item, Resource
from tongban.catalogue.core.definition.limits import Limit, Limits, Option, TimeCost
from tongban.catalogue.core.definition.offered import ApplicantSilence, Audience, Before, IfUnknown, Service, Tolerance, WorkedTest
from tongban.catalogue.core.definition.papers import CredentialType, LetterType, MessageType
from tongban.catalogue.core.definition.places import Area, Department, Role
from tongban.catalogue.core.definition.policies import (
    MATCHING,
    TRIAL,
    Category,
    Clawback,
    Document,
    Grouping,
    Policy,
    PolicyTest,
    Pool,
    Profile,
    ProfileSource,
    Publicity,
    Redemption,
    Withdrawn,
)
from tongban.catalogue.core.definition.procedures import ACTS, AFTER_THE_END, STAYING, TICKET_ACTS, Procedure, State, Transition
from tongban.catalogue.core.definition.systems import SYSTEM, LibraryItem, RecordKind, Report, System
from tongban.catalogue.core.definition.tickets import (
    Alike,
    Closing,
    Elsewhere,
    Hours,
    Routing,
    Rung,
    Term,
    TicketAsks,
    TicketKind,
    Tickets,
    TicketSteps,
    Tier,
)

__all__ = [
    "ACTS",
    "AFTER_THE_END",
    "MATCHING",
    "STAYING",
    "SYSTEM",
    "TICKET_ACTS",
    "TRIAL",
    "About",
    "Alike",
    "ApplicantSilence",
    "Area",
    "Audience",
    "Before",
    "Bundle",
    "Category",
    "Check",
    "City",
    "Clawback",
    "Closing",
    "CredentialType",
    "Department",
    "Document",
    "Elsewhere",
    "Ends",
    "Fee",
    "Gives",
    "Grouping",
    "Hours",
    "IfUnknown",
    "Item",
    "LetterType",
    "LibraryItem",
    "Limit",
    "Limits",
    "MessageType",
    "Need",
    "Option",
    "Part",
    "Policy",
    "PolicyTest",
    "Pool",
    "Procedure",
    "Profile",
    "ProfileSource",
    "Publicity",
    "Question",
    "QuestionType",
    "RatingRules",
    "RecordKind",
    "Redemption",
    "Report",
    "Resource",
    "Role",
    "Routing",
    "Rung",
    "Section",
    "Service",
    "State",
    "Step",
    "Supply",
    "System",
    "Term",
    "TicketAsks",
    "TicketKind",
    "TicketSteps",
    "Tickets",
    "Tier",
    "TimeCost",
    "Tolerance",
    "Transition",
    "Visit",
    "Way",
    "Withdrawn",
    "WorkedTest",
    "Written",
    "WrittenItem",
]
