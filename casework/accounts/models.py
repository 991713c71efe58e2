from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now
from oauth2_provider.models import AbstractApplication

from casework.accounts.roles import SCOPES_OF_ROLE, Role, Scope
from casework.audit.actors import Actor, ActorKind
from casework.isolation import SameOrganisation
from casework.vault.data_map import Declared


class Organisation(models.Model):
    """An organisation that helps. Stands outside row-level security: it is read to know whose row it is."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=150, unique=True)
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=100, blank=True)
    time_zone = models.CharField(max_length=50, default="UTC")
    language = models.CharField(max_length=10, default="en")
    is_law_desk = models.BooleanField(default=False, help_text="May draft and approve changes of the law.")
    duty_caseworker = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_constraint=False,
        help_text="Gets every new case that names nobody.",
    )  # fmt: skip
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    declared = Declared(
        neither="id name country city time_zone language is_law_desk duty_caseworker created_at"
    )

    class Meta:
        constraints = [
            SameOrganisation(
                field="duty_caseworker",
                organisation_column="id",
                name="duty_caseworker_works_here",
            )
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Somebody who works at an organisation. Read at sign-in, so outside row-level security."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="users")
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value.replace("_", " ")) for role in Role]
    )
    language = models.CharField(max_length=10, default="en")

    declared = Declared(
        personal="username first_name last_name email last_login",
        sensitive="password",
        neither="id organisation role language is_superuser is_staff is_active date_joined groups"
        " user_permissions",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="user_of_organisation"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="user_has_a_known_role",
                violation_error_message="This role does not exist.",
            ),
            # Roles decide; a superuser would walk past them.
            models.CheckConstraint(
                condition=models.Q(is_superuser=False),
                name="nobody_is_superuser",
                violation_error_message="Casework has no superusers: give a role.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def as_actor(self) -> Actor:
        scopes = frozenset(map(str, SCOPES_OF_ROLE.get(self.role, frozenset())))
        return Actor(ActorKind.USER, str(self.pk), self.organisation_id, scopes)


class Client(AbstractApplication):
    """A partner app. Belongs to one organisation and asks for no scope beyond its own."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clients")
    scopes = models.CharField(max_length=500, default="", blank=True, help_text="Separated by spaces.")

    declared = Declared(
        sensitive="client_secret",
        neither="id organisation scopes client_id user redirect_uris post_logout_redirect_uris client_type"
        " authorization_grant_type hash_client_secret name skip_authorization created updated algorithm"
        " allowed_origins cimd_expires_at registration_source",
    )

    def __str__(self) -> str:
        return str(self.name)

    def scope_list(self) -> list[str]:
        return [scope for scope in self.scopes.split() if scope in set(Scope)]

    def as_actor(self, scopes: frozenset[str]) -> Actor:
        return Actor(ActorKind.CLIENT, str(self.pk), self.organisation_id, scopes & set(self.scope_list()))


class Owned(models.Model):
    """A row of an organisation, shown and taken only by transactions that act for it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    OWNED = "id organisation version created_at updated_at "

    class Meta:
        abstract = True

    def change(self, *, at: datetime, **values: Any) -> None:
        """Set fields and raise the version: the only way an existing row is written."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.updated_at = at
        self.save(update_fields=[*values, "version", "updated_at"])
