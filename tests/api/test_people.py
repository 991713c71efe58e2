from __future__ import annotations

from tests.api.conftest import Api

KSENIA = {
    "family_name": "Смирнова", "given_name": "Ксения", "patronymic": "Игоревна", "birth_date": "1991-03-07",
    "sex": "F", "nationality": "RU", "preferred_language": "ru", "email": "ksenia@example.org",
}  # fmt: skip


def test_post_and_read(api: Api) -> None:
    made = api.post("people/", KSENIA)
    assert made.status_code == 201, made.content
    body = made.json()
    assert {name: body[name] for name in KSENIA} == KSENIA
    assert (body["arrivals"], body["documents"], body["possible_duplicates"]) == ([], [], [])
    assert made.headers["Location"].endswith(f"/api/v1/people/{body['id']}/")
    read = api.get(f"people/{body['id']}/")
    assert read.json() == body
    assert read.headers["ETag"] == made.headers["ETag"]
