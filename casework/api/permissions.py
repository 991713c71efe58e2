"""A scope per resource: one to read, one to write."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from casework.api.authentication import Partner


class HasScope(BasePermission):
    """A view declares `read_scope` and `write_scope`; None of it: nobody may. The answer names no scope."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Partner):
            return False
        if (request.method or "").lower() not in view.action_map:
            return True  # to be told 405
        scope = view.read_scope if request.method in SAFE_METHODS else view.write_scope
        return scope is not None and request.user.actor.may(scope)


class MayRead(HasScope):
    """For an action that stores nothing: a question too long or too private for an address is still one."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method == "POST" and isinstance(request.user, Partner):
            return view.read_scope is not None and request.user.actor.may(view.read_scope)
        return super().has_permission(request, view)


class Anybody(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return True
