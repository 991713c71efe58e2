"""The menu, in a caseworker's words: nobody sees an entry that their role does not open."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from casework.accounts.roles import Scope
from casework.backoffice.asked import is_administrator, may, sets_policies, user_of


def organisation_name(request: HttpRequest) -> str:
    user = request.user
    return str(user_of(request).organisation or "") if user.is_authenticated else ""


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    groups = [
        ("", [_entry("Today", "home", "index"), *_files(request)]),
        ("Beds", _beds(request)),
        ("Work", _work(request)),
        ("Look up", _reference(request)),
        ("Organisation", _organisation(request)),
    ]
    return [{"title": title, "separator": bool(title), "items": items} for title, items in groups if items]


def _files(request: HttpRequest) -> list[dict[str, Any]]:
    offered = [
        (Scope.PEOPLE_READ, _entry("People", "groups", "people_person_changelist")),
        (Scope.STAYS_READ, _entry("Deadlines", "event", "stays_deadline_changelist")),
        (Scope.CASES_READ, _entry("Cases", "folder_shared", "cases_case_changelist")),
        (Scope.CASES_READ, _entry("Tasks", "task_alt", "cases_task_changelist")),
    ]
    return [entry for scope, entry in offered if may(request, scope)]


def _work(request: HttpRequest) -> list[dict[str, Any]]:
    if not may(request, Scope.WORK_READ):
        return []
    return [
        _entry("Work board", "view_kanban", "work_application_changelist"),
        _entry("Openings", "construction", "work_opening_changelist"),
        _entry("Looking for work", "person_search", "work_need_changelist"),
    ]


def _beds(request: HttpRequest) -> list[dict[str, Any]]:
    if not may(request, Scope.HOUSING_READ):
        return []
    return [
        _entry("Free tonight", "bed", "bed_free"),
        _entry("Waiting list", "hourglass_top", "housing_need_changelist"),
        _entry("Who sleeps where", "night_shelter", "housing_placement_changelist"),
        _own(_entry("Places", "home_work", "housing_place_changelist"), request, "bed_free", "bed_occupancy"),
        _entry("How full it is", "calendar_view_week", "bed_occupancy"),
        _entry("Turned away", "door_front", "housing_turnedaway_changelist"),
    ]


def _reference(request: HttpRequest) -> list[dict[str, Any]]:
    offered = [
        (Scope.RULES_READ, _entry("Stay rules", "gavel", "stays_stayrule_changelist")),
        (Scope.RULES_READ, _entry("Right to work", "work", "work_workrule_changelist")),
        (
            Scope.RULES_READ,
            _entry("Changes of the law", "published_with_changes", "stays_lawchange_changelist"),
        ),
        (Scope.REMINDERS_READ, _entry("Going out next", "schedule_send", "reminder_next")),
        (
            Scope.REMINDERS_READ,
            _own(
                _entry("Reminders sent", "outgoing_mail", "reminders_reminder_changelist"),
                request,
                "reminder_next",
            ),
        ),
        (Scope.STATISTICS_READ, _entry("Figures", "bar_chart", "figures")),
        (Scope.EVENTS_READ, _entry("Audit trail", "history", "audit_event_changelist")),
    ]
    return [entry for scope, entry in offered if may(request, scope)]


def _own(entry: dict[str, Any], request: HttpRequest, *others: str) -> dict[str, Any]:
    """Lights up for what is below it, but for the pages that have an entry of their own."""
    below = request.path.startswith(str(entry["link"]))
    apart = {reverse(f"admin:{page}") for page in others}
    return {**entry, "active": below and request.path not in apart}


def _organisation(request: HttpRequest) -> list[dict[str, Any]]:
    policies = [_entry("Reminder policies", "notifications", "reminders_policy_changelist")]
    if not is_administrator(request):
        return policies if sets_policies(request) else []
    return [
        *policies,
        _entry("Colleagues", "badge", "accounts_user_changelist"),
        _entry("Partner apps", "hub", "accounts_client_changelist"),
    ]


def _entry(title: str, icon: str, page: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{page}")}


def favicon(request: HttpRequest) -> str:
    return static("backoffice/favicon.svg")


def stylesheet(request: HttpRequest) -> str:
    return static("backoffice/backoffice.css")
