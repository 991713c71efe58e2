from __future__ import annotations

import pytest

from casework.people.models import Person
from tests.api.conftest import Api
from tests.api.promises import pointers
from tests.api.test_arrivals import ARRIVAL
from tests.factories.people import PersonFactory


def test_not_modified(api: Api) -> None:
    person = PersonFactory.create()
    first = api.get(f"people/{person.pk}/")
    tag = first.headers["ETag"]
    assert tag.startswith('"1.')
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = api.get(f"people/{person.pk}/", If_None_Match=known)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    for other in ('"1.x"', '"1"', "x", "", tag.strip('"')):
        assert api.get(f"people/{person.pk}/", If_None_Match=other).status_code == 200
    assert api.send("HEAD", f"people/{person.pk}/", If_None_Match=tag).status_code == 304


def test_the_digest_tells_what_shows_and_the_version_who_wrote(api: Api) -> None:
    arrival = api.post("arrivals/", ARRIVAL)
    path = f"arrivals/{arrival.json()['id']}/"
    before = arrival.headers["ETag"]
    russian = api.get(path, Accept_Language="ru").headers["ETag"]
    assert russian != before
    assert russian.split(".")[0] == before.split(".")[0]
    assert api.send("PATCH", path, {"entry_point": "Mashtakovo"}, If_Match=russian).status_code == 200


def test_without_if_match(api: Api) -> None:
    person = PersonFactory.create()
    assert pointers(api.send("PATCH", f"people/{person.pk}/", {"given_name": "Anna"}), 428) == []
    assert pointers(api.send("PATCH", f"people/{person.pk}/", {}, If_Match=""), 428) == []
    assert Person.objects.get().given_name == "Vera"


def test_written_meanwhile(api: Api) -> None:
    person = PersonFactory.create()
    path = f"people/{person.pk}/"
    tag = api.get(path).headers["ETag"]
    first = api.send("PATCH", path, {"given_name": "Anna"}, If_Match=tag)
    assert (first.status_code, first.headers["ETag"].split(".")[0]) == (200, '"2')
    pointers(api.send("PATCH", path, {"given_name": "Maria"}, If_Match=tag), 412)
    assert Person.objects.get().given_name == "Anna"
    assert first.headers["ETag"] == api.get(path).headers["ETag"]


@pytest.mark.parametrize("header", ['"2.x"', 'W/"1.x"', "1", "x", '""', '"1x"'])
def test_if_match_that_does_not_match(api: Api, header: str) -> None:
    person = PersonFactory.create()
    pointers(api.send("PATCH", f"people/{person.pk}/", {"given_name": "Anna"}, If_Match=header), 412)


@pytest.mark.parametrize("header", ["*", '"1.whatever"', '"0.a", "1.b"', '"1"'])
def test_if_match_that_matches(api: Api, header: str) -> None:
    person = PersonFactory.create()
    response = api.send("PATCH", f"people/{person.pk}/", {"given_name": "Anna"}, If_Match=header)
    assert response.status_code == 200


def test_what_hangs_on_a_person_raises_its_version(api: Api) -> None:
    person = api.post("people/", {"given_name": "Vera", "nationality": "RU"}).json()
    path = f"people/{person['id']}/"

    def version() -> int:
        return int(api.get(path).headers["ETag"].strip('"').split(".")[0])

    seen = [version()]
    document = {"person": person["id"], "kind": "passport", "issuing_country": "RU", "number": "712345678"}
    made = api.post("documents/", document).json()
    seen.append(version())
    api.patch(f"documents/{made['id']}/", {"biometric": True})
    seen.append(version())
    arrival = {"country": "KZ", "entered_on": "2022-09-25", "person_id": person["id"]}
    arrived = api.post("arrivals/", arrival).json()
    seen.append(version())
    api.patch(f"arrivals/{arrived['id']}/", {"left_on": "2022-09-26"})
    seen.append(version())
    permit = {"person": person["id"], "country": "KZ", "kind": "other", "starts_on": "2022-09-01",
              "ends_on": "2022-12-31"}  # fmt: skip
    granted = api.post("permits/", permit).json()
    seen.append(version())
    api.delete(f"permits/{granted['id']}/")
    seen.append(version())
    assert seen == sorted(set(seen))


def test_precondition_comes_before_the_body_and_after_the_row(api: Api) -> None:
    person = PersonFactory.create()
    pointers(api.send("PATCH", f"people/{person.pk}/", {"what": 1}), 428)
    pointers(api.send("PATCH", "people/00000000-0000-4000-8000-000000000000/", {"what": 1}), 404)
