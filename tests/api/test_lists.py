from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework.accounts.models import User
from casework.people.models import Person
from tests.api.conftest import Api
from tests.api.promises import all_pages, ids, pointers
from tests.factories.people import PersonFactory

MORNING = datetime(2022, 10, 1, 6, 0, tzinfo=UTC)


def people(count: int, at: datetime = MORNING) -> list[str]:
    """Made at one moment, as one import makes them: in the order of their ids."""
    made = [PersonFactory.create(created_at=at) for _ in range(count)]
    return sorted(str(person.pk) for person in made)


def test_shape(api: Api) -> None:
    assert api.get("people/").json() == {"next": None, "previous": None, "results": []}


def test_fifty_unless_asked(api: Api) -> None:
    people(51)
    assert len(ids(api.get("people/"))) == 50
    assert len(ids(api.get("people/?limit=200"))) == 51


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_every_row_once_forward_and_back(api: Api, limit: int) -> None:
    expected = people(4) + people(3, MORNING + timedelta(microseconds=1))
    assert all_pages(api, f"people/?limit={limit}") == expected
    assert all_pages(api, f"people/?limit={limit}&ordering=-created_at") == expected[::-1]
    page, seen = api.get(f"people/?limit={limit}").json(), []
    while page["next"]:
        page = api.get(page["next"]).json()
    while True:
        seen = [row["id"] for row in page["results"]] + seen
        if page["previous"] is None:
            break
        page = api.get(page["previous"]).json()
    assert seen == expected


def test_links_keep_the_filters(api: Api) -> None:
    people(2)
    PersonFactory.create(belarusian=True)
    page = api.get("people/?limit=1&nationality=RU").json()
    assert "nationality=RU" in page["next"]
    assert page["next"].startswith("http://testserver/api/v1/people/?")
    assert len(all_pages(api, "people/?limit=1&nationality=RU")) == 2


def test_nobody_is_skipped_or_repeated_while_others_write(api: Api) -> None:
    expected = people(6)
    page = api.get("people/?limit=2").json()
    seen = [row["id"] for row in page["results"]]
    Person.objects.filter(pk=seen[0]).update(created_at=MORNING - timedelta(days=1))
    PersonFactory.create(created_at=MORNING - timedelta(hours=1))
    people(1, MORNING + timedelta(hours=1))
    for row in Person.objects.filter(pk__in=expected[2:]):
        row.change(at=MORNING + timedelta(days=1), given_name="Anna")
    while page["next"]:
        page = api.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert [row for row in seen if row in expected] == expected
    assert len(seen) == len(set(seen))


def test_a_row_gone_from_where_the_page_ended(api: Api) -> None:
    expected = people(3)
    page = api.get("people/?limit=1").json()
    person = Person.objects.get(pk=expected[0])
    person.name_keys.all().delete()
    person.delete()
    assert ids(api.get(page["next"])) == [expected[1]]


@pytest.mark.parametrize(
    "cursor",
    ["x", "", "%00", "e30", "W10", "WzEsMCwieCIsIngiXQ", "WzEsMCwxLDFd", "%D0%B0", "bnVsbA", "x" * 301],
)
def test_broken_cursor(api: Api, cursor: str) -> None:
    assert pointers(api.get(f"people/?cursor={cursor}")) == ["/cursor"]


def test_cursor_of_the_other_ordering(api: Api) -> None:
    people(2)
    following = api.get("people/?limit=1").json()["next"]
    assert pointers(api.get(following + "&ordering=-created_at")) == ["/cursor"]


def named(api: Api, query: str) -> list[str]:
    response = api.get(f"people/?{query}")
    assert response.status_code == 200, response.content
    return sorted(row["given_name"] for row in response.json()["results"])


def test_people_filters(api: Api, nino: User) -> None:
    vera: dict[str, Any] = {"given_name": "Vera", "family_name": "Щербакова", "nationality": "RU"}
    api.post("people/", {**vera, "birth_date": "1991-03-07"})
    later = api.post("people/", {"given_name": "Anna", "family_name": "Silva", "nationality": "BY"}).json()
    api.post(
        "arrivals/",
        {"country": "KZ", "entered_on": "2022-09-25", "left_on": "2022-09-26", "person_id": later["id"]},
    )
    Person.objects.update(updated_at=datetime(2022, 10, 1, 10, 0, tzinfo=UTC))  # the database's clock is real
    assert named(api, "q=shcherbakova") == named(api, "q=%D0%A9%D0%B5%D1%80%D0%B1%D0%B0%D0%BA") == ["Vera"]
    assert named(api, "q=vera+shcherbakova") == ["Vera"]
    assert named(api, "q=anna+shcherbakova") == []
    assert named(api, "birth_date=1991-03-07") == ["Vera"]
    assert named(api, "nationality=BY") == ["Anna"]
    assert named(api, "country=KZ") == ["Anna"]
    assert named(api, "country=GE") == []
    assert named(api, "updated_since=2022-10-01") == ["Anna", "Vera"]
    assert named(api, "updated_since=2022-10-01T10:00:00%2B00:00") == ["Anna", "Vera"]
    assert named(api, "updated_since=2022-10-01T10:00:00+00:00") == ["Anna", "Vera"]
    assert named(api, "updated_since=2022-10-01T14:00:01%2B04:00") == []
    assert named(api, "updated_since=2022-10-02") == []
