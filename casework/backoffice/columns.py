"""Columns that deadlines, tasks and cases share: each has a status and somebody who looks after it."""

from typing import Any

from django.contrib import admin


class AssignedColumns:
    """Beside RoomAdmin, for rows with `status` and `assigned_to`."""

    @admin.display(description="status", ordering="status")
    def state(self, row: Any) -> str:
        return str(row.get_status_display())

    @admin.display(description="caseworker")
    def caseworker(self, row: Any) -> str:
        return str(row.assigned_to or "nobody")
