from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from casework.accounts.models import Organisation, Owned
from casework.isolation import SameOrganisation
from casework.people.names import query_keys
from casework.vault.data_map import Declared
from casework.vault.fields import SealedTextField


@models.CharField.register_lookup
class Begins(models.Lookup):
    """`text ^@ prefix`: leakproof, unlike LIKE, so an index serves it under row-level security too."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_values, *right_values)


class Household(Owned):
    """Persons who must stay together."""

    declared = Declared(neither=Owned.OWNED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="household_of_organisation")
        ]
        indexes = [models.Index(fields=["organisation", "created_at", "id"], name="household_in_order")]

    def __str__(self) -> str:
        return f"Household {str(self.id)[:8]}"


class PersonQuerySet(models.QuerySet["Person"]):
    def named(self, text: str) -> PersonQuerySet:
        """Every word typed begins a key of the person, in any script and any usual spelling."""
        found = self
        for alternatives in query_keys(text):
            begins = Q()
            for key in alternatives:
                begins |= Q(key__begins=key)
            if not begins:
                return self.none()
            found = found.filter(Exists(NameKey.objects.filter(begins, person_id=OuterRef("pk"))))
        return found


class Sex(models.TextChoices):
    FEMALE = "F", "female"
    MALE = "M", "male"
    OTHER = "X", "other"
    UNKNOWN = "", "not said"


class Precision(models.TextChoices):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Person(Owned):
    """Somebody the organisation helps. One file per organisation."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="members", db_constraint=False
    )
    family_name = models.CharField(max_length=150, blank=True)
    given_name = models.CharField(max_length=150, blank=True)
    patronymic = models.CharField(max_length=150, blank=True)
    native_name = models.CharField(max_length=300, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_date_precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    nationality = models.CharField(max_length=2)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    preferred_language = models.CharField(max_length=35, default="en")
    email = models.EmailField(blank=True)
    # Written to as well when the day is near and nobody has answered, or when the first one fails.
    second_email = models.EmailField(blank=True, default="", db_default="")
    phone = models.CharField(max_length=40, blank=True)

    objects: ClassVar[models.Manager[Person]] = PersonQuerySet.as_manager()

    declared = Declared(
        personal="family_name given_name patronymic native_name birth_date birth_date_precision sex"
        " languages preferred_language email second_email phone",
        sensitive="nationality",
        neither=Owned.OWNED + "household",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="person_of_organisation"),
            SameOrganisation(field="household", name="person_household_same_organisation"),
            models.CheckConstraint(
                condition=~Q(family_name="") | ~Q(given_name="") | ~Q(native_name=""),
                name="person_has_a_name",
                violation_error_message="Give at least one name.",
            ),
            models.CheckConstraint(
                condition=Q(second_email="") | ~Q(email="") & ~Q(second_email__iexact=F("email")),
                name="person_second_address_follows_another",
                violation_error_message="A second e-mail address follows a first one, and is another.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "created_at", "id"], name="person_in_order"),
            models.Index(fields=["organisation", "birth_date"], name="person_by_birth_date"),
            models.Index(fields=["organisation", "household"], name="person_of_household"),
            models.Index(fields=["organisation", "updated_at"], name="person_by_change"),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, self.names())) or self.native_name

    def names(self) -> tuple[str, str, str]:
        return self.family_name, self.given_name, self.patronymic


class NameKey(models.Model):
    """A normalised spelling, stored so that a search is an equality or a prefix.

    ILIKE and similarity are not leakproof: under row-level security they cost sixty times as much.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="name_keys", db_constraint=False
    )
    key = models.CharField(max_length=60, db_collation="C")

    declared = Declared(personal="key", neither="id organisation person")

    class Meta:
        constraints = [
            SameOrganisation(field="person", name="namekey_person_same_organisation"),
            models.UniqueConstraint(fields=["organisation", "person", "key"], name="one_key_per_person"),
        ]
        indexes = [models.Index(fields=["organisation", "key", "person"], name="namekey_by_key")]

    def __str__(self) -> str:
        return self.key


class DocumentKind(models.TextChoices):
    INTERNAL_ID = "internal_id", "internal ID"
    PASSPORT = "passport", "passport"
    TRAVEL_DOCUMENT = "travel_document", "travel document"
    RESIDENCE_CARD = "residence_card", "residence card"
    OTHER = "other", "other"


class Document(Owned):
    """What a person can show. The number is sealed and found again through `number_index`."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="documents", db_constraint=False
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    issuing_country = models.CharField(max_length=2)
    number = SealedTextField()
    number_index = models.BinaryField(max_length=16)
    biometric = models.BooleanField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    declared = Declared(
        personal="kind issuing_country number_index biometric issued_on expires_on",
        sensitive="number",
        neither=Owned.OWNED + "person",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="document_of_organisation"),
            SameOrganisation(field="person", name="document_person_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "kind", "issuing_country", "number_index"],
                name="document_number_once",
                violation_error_message="This document is already recorded.",
            ),
            models.CheckConstraint(
                condition=Q(issued_on=None) | Q(expires_on=None) | Q(expires_on__gte=models.F("issued_on")),
                name="document_expires_after_issue",
                violation_error_message="A document cannot expire before it was issued.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "person"], name="document_of_person"),
            models.Index(fields=["organisation", "created_at", "id"], name="document_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.issuing_country})"
