"""Colleagues and partner apps of an organisation, for its administrator."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold import widgets

from casework.accounts import operations
from casework.accounts.models import User
from casework.accounts.roles import Role, Scope
from casework.backoffice import fields
from casework.backoffice.asked import actor_of, is_administrator, now, organisation_of
from casework.backoffice.formpage import Part, Question, ask, refused_with
from casework.backoffice.room import RoomAdmin
from casework.refusals import Fault, Invalid, Refused


class UserForm(forms.Form):
    username = fields.text("User name", longest=150, required=True)
    full_name = fields.text("Name", longest=150, required=True)
    email = forms.EmailField(label="E-mail", widget=widgets.UnfoldAdminEmailInputWidget())
    role = fields.choice("Role", [(role, role.replace("_", " ")) for role in Role], required=True)
    password = forms.CharField(
        label="First password", strip=False,
        widget=widgets.UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )  # fmt: skip


class ClientForm(forms.Form):
    name = fields.text("Name of the app", longest=150, required=True)
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=[(scope, scope) for scope in Scope],
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
    )  # fmt: skip


class AccountAdmin(RoomAdmin):
    """Outside row-level security: the queryset and the role are the wall here."""

    reads = Scope.RULES_READ  # never asked: the role decides
    shows_personal_data = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_write_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_administrator(request)


class UserAdmin(AccountAdmin):
    heading = "Colleagues"
    add_label = "Add a colleague"
    list_display = ("username", "name", "role", "email", "is_active", "last_login")
    list_filter = ("role", "is_active")
    ordering = ("username",)
    actions = ("deactivate", "reactivate")
    fields = ("username", "first_name", "last_name", "email", "role", "language", "is_active", "last_login")

    @admin.display(description="name")
    def name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.action(description="Deactivate: they sign in no more", permissions=["write"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(is_active=True):
            try:
                operations.deactivate_user(user=user, by=actor_of(request), at=now())
            except Refused as refused:
                refused_with(request, refused)
            else:
                messages.success(request, "Deactivated.")

    @admin.action(description="Let them sign in again", permissions=["write"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(is_active=False):
            operations.reactivate_user(user=user, by=actor_of(request), at=now())
            messages.success(request, "They can sign in again.")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        _allow(request)
        form = UserForm(request.POST or None)
        listed = reverse("admin:accounts_user_changelist")

        def operate() -> str:
            organisation = organisation_of(request)
            try:
                with transaction.atomic():
                    operations.add_user(
                        organisation=organisation, language=organisation.language,
                        by=actor_of(request), at=now(), **form.cleaned_data,
                    )  # fmt: skip
            except ValidationError as error:
                raise _refused(error) from error
            messages.success(request, "The colleague can sign in now.")
            return listed

        question = Question(title="Add a colleague", submit="Add", back=listed)
        return ask(request, self.admin_site, question, [Part(form)], operate)


class ClientAdmin(AccountAdmin):
    heading = "Partner apps"
    add_label = "Add a partner app"
    list_display = ("name", "client_id", "scopes", "created")
    ordering = ("name",)
    fields = ("name", "client_id", "scopes", "created")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("client_secret")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The secret is shown by the answer itself and never again, so this page does not redirect."""
        _allow(request)
        form = ClientForm(request.POST or None)
        listed = reverse("admin:accounts_client_changelist")
        if request.method == "POST" and form.is_valid():
            issued = operations.add_client(
                organisation=organisation_of(request),
                by=actor_of(request), at=now(), **form.cleaned_data,
            )  # fmt: skip
            context = {**self.admin_site.each_context(request), "title": "The app is added", "issued": issued}
            return TemplateResponse(request, "backoffice/issued.html", {**context, "back": listed})
        question = Question(title="Add a partner app", submit="Add", back=listed)
        return ask(request, self.admin_site, question, [Part(form)], lambda: listed)


def _allow(request: HttpRequest) -> None:
    if not is_administrator(request):
        raise PermissionDenied


def _refused(error: ValidationError) -> Invalid:
    """Django's word for a password or a taken name, as the pages show refusals."""
    if hasattr(error, "error_dict"):
        return Invalid(
            *(Fault(f"/{field}", text) for field, texts in error.message_dict.items() for text in texts)
        )
    return Invalid(*(Fault("/password", text) for text in error.messages))
