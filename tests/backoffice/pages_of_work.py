"""Where the pages of work are."""

from __future__ import annotations

from casework.work.models import Application, Need, Opening

BOARD, OPENINGS, NEEDS = (f"/admin/work/{name}/" for name in ("application", "opening", "need"))


def page_of(row: Opening | Need | Application) -> str:
    room = {Opening: OPENINGS, Need: NEEDS, Application: BOARD}[type(row)]
    return f"{room}{row.pk}/change/"
