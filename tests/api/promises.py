"""What every resource promises, asked of one resource at a time."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.audit.models import Event
from tests.api.conftest import Api

PROBLEM = "application/problem+json"
NOT_FOUND = 404
NO_ID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
UNKNOWN_MEMBERS = {"type", "title", "status", "detail", "errors"}


def pointers(response: Any, status: int = 400) -> list[str]:
    """Where a refusal points; it is a problem document and nothing else."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == PROBLEM
    body = response.json()
    assert body.keys() <= UNKNOWN_MEMBERS
    assert body["status"] == status
    assert all(error["detail"] for error in body.get("errors", []))
    return [error["pointer"] for error in body.get("errors", [])]


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def all_pages(api: Api, path: str) -> list[str]:
    """The ids of a list, page after page by `next`."""
    found: list[str] = []
    address = path
    while address:
        page = api.get(address)
        found += ids(page)
        address = (page.json()["next"] or "").removeprefix("http://testserver")
    return found


def queries_of(api: Api, path: str) -> int:
    api.get(path)  # what is read once per process is read
    with CaptureQueriesContext(connection) as asked:
        assert api.get(path).status_code == 200
    return len(asked)


def held_by(api: Api, path: str, body: dict[str, Any]) -> dict[str, str]:
    """The tables whose rows a change holds, in the order in which it begins to, each by its first query."""
    with CaptureQueriesContext(connection) as asked:
        assert api.patch(path, body).status_code == 200
    found = [re.search(r'FROM "(\w+)".* FOR (NO KEY )?UPDATE', query["sql"], re.DOTALL) for query in asked]
    first: dict[str, str] = {}
    for held in filter(None, found):
        first.setdefault(held[1], held[0])
    return first


def assert_refuses_queries(api: Api, path: str) -> None:
    """What is listed nowhere, what cannot be, and what stands twice."""
    assert pointers(api.get(f"{path}?favourite=1")) == ["/favourite"]
    assert pointers(api.get(f"{path}?limit=201")) == ["/limit"]
    assert pointers(api.get(f"{path}?limit=0")) == ["/limit"]
    assert pointers(api.get(f"{path}?limit=5&limit=6")) == ["/limit"]
    assert pointers(api.get(f"{path}?cursor=x")) == ["/cursor"]
    assert pointers(api.get(f"{path}?ordering=version")) == ["/ordering"]


def assert_known_by_its_etag(api: Api, path: str) -> None:
    tag = api.get(path).headers["ETag"]
    assert tag.startswith('"')
    again = api.get(path, If_None_Match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert api.get(path, If_None_Match='"1.another"').status_code == 200


def assert_nowhere_for(stranger: Api, path: str, *methods: str) -> None:
    """Another organisation's row and one that never was: the same answer, byte for byte."""
    listed = path.rstrip("/").rpartition("/")[0]
    for method in methods:
        answers = [
            stranger.send(method, address, {} if method == "PATCH" else None, If_Match='"1.x"')
            for address in (path, f"{listed}/{uuid4()}/", f"{listed}/{NO_ID}/")
        ]
        assert {answer.status_code for answer in answers} == {NOT_FOUND}, method
        assert len({answer.content for answer in answers}) == 1, method
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1, method


def assert_needs_if_match(api: Api, path: str, body: dict[str, Any], method: str = "PATCH") -> None:
    """428 without, 412 with what was true before somebody else wrote."""
    seen = api.get(path).headers["ETag"]
    assert pointers(api.send(method, path, body), 428) == []
    weak = pointers(api.send(method, path, body, If_Match=f"W/{seen}"), 412)
    assert weak == pointers(api.send(method, path, body, If_Match='"99.x"'), 412) == []
    assert api.get(path).headers["ETag"] == seen


def reads(object_type: str) -> list[tuple[UUID | None, list[str]]]:
    """The trail of one type's reads, the oldest first: the one row, or the rows of a list."""
    events = Event.objects.filter(action=f"{object_type}.read").order_by("pk")
    return [(event.object_id, event.about.get("ids", [])) for event in events]
