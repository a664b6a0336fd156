"""People, firms, accounts, posts, mandates, kin, areas and departments.

Invariants, each kept by the database: an identity number belongs to one person (unique blind index), a code to one firm; names of people and their
numbers are sealed; a mandate has exactly one principal; periods do not end before they begin; kin edges are told once.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from tongban.kernel.ids import uuid7


class Person(models.Model):
    """A natural person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.BinaryField()
    """Sealed."""
    name_grams = ArrayField(models.IntegerField())
    id_number = models.BinaryField()
    """Sealed."""
    id_number_blind = models.BinaryField(unique=True)
    area = models.CharField(max_length=12)

    class Meta:
        indexes = [GinIndex(fields=["name_grams"], name="person_grams"), models.Index(fields=["area"], name="person_area")]


class Firm(models.Model):
    """A firm or another organisation with a unified social credit code; its name and code are public."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    name_grams = ArrayField(models.IntegerField())
    uscc = models.CharField(max_length=18, unique=True)
    uscc_blind = models.BinaryField(unique=True)
    """By this, columns that have no number of anybody find the firm."""
    area = models.CharField(max_length=12)

    class Meta:
        indexes = [GinIndex(fields=["name_grams"], name="firm_grams"), models.Index(fields=["area"], name="firm_area")]


class AccountManager(BaseUserManager["Account"]):
    """Accounts by login."""


class Account(AbstractBaseUser):
    """Who signs in: always one person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()


class Area(models.Model):
    """An area that the city declared."""

    code = models.CharField(primary_key=True, max_length=12)
    zh = models.CharField(max_length=60)
    en = models.CharField(max_length=100)
    parent = models.CharField(max_length=12, blank=True)
    level = models.CharField(max_length=12)


class Department(models.Model):
    """A department that the city declared."""

    id = models.CharField(primary_key=True, max_length=60)
    number = models.CharField(max_length=4)
    uscc = models.CharField(max_length=18)
    zh = models.CharField(max_length=100)
    en = models.CharField(max_length=160)
    parent = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=12, blank=True)


class Post(models.Model):
    """An official's post, or the cover of another's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    department = models.CharField(max_length=60)
    role = models.CharField(max_length=60)
    area = models.CharField(max_length=12, blank=True)
    covers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    contract = models.BooleanField(default=False)
    starts = models.DateField()
    ends = models.DateField(null=True)
    """The last day, inclusive."""

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="post_person"),
            models.Index(fields=["department", "role", "area"], name="post_place"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="post_period"),
            models.CheckConstraint(condition=Q(covers__isnull=True) | Q(ends__isnull=False), name="post_cover_ends"),
        ]


class Mandate(models.Model):
    """That `holder` may act for a person or a firm."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Firm, null=True, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    services = ArrayField(models.CharField(max_length=80), null=True)
    starts = models.DateField()
    ends = models.DateField(null=True)
    given_by = models.UUIDField(null=True)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    recorded_by = models.UUIDField(null=True)
    """The clerk who entered it from a signed letter; none where its principal gave it themselves."""
    letter = models.UUIDField(null=True)
    """The letter's stored file, whose owner is this mandate."""

    class Meta:
        indexes = [
            models.Index(fields=["holder"], name="mandate_holder"),
            models.Index(fields=["person"], name="mandate_person", condition=Q(person__isnull=False)),
            models.Index(fields=["firm"], name="mandate_firm", condition=Q(firm__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(person__isnull=True) ^ Q(firm__isnull=True), name="mandate_one_principal"),
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="mandate_period"),
            models.CheckConstraint(condition=Q(person__isnull=True) | ~Q(person=F("holder")), name="mandate_not_self"),
        ]


class HolderSearch(models.Model):
    """That somebody asked whether a name and a number are one person's, to give them a mandate: counted, so that nobody asks through."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="holder_search_by")]


class Kinship(models.Model):
    """`relative` is `person`'s spouse, parent or sibling."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    relative = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    relation = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "relative", "relation"], name="kinship_once"),
            models.CheckConstraint(condition=~Q(person=F("relative")), name="kinship_not_self"),
        ]
