from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from casework.accounts.models import Organisation, User
from casework.api.models import IdempotencyKey
from casework.api.tasks import forget_idempotency_keys
from casework.api.v1.people import People
from casework.isolation import acting_for
from casework.people.models import Person
from tests.acting import acting
from tests.api.conftest import Api, api_of, ask_token, issued
from tests.api.promises import pointers
from tests.api.test_arrivals import ARRIVAL
from tests.databases import RealDatabase

VERA = {"given_name": "Vera", "nationality": "RU"}


def test_twice_is_once(api: Api) -> None:
    first = api.post("people/", VERA, Idempotency_Key="a")
    again = api.post("people/", dict(reversed(VERA.items())), Idempotency_Key="a")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert Person.objects.count() == 1


def test_an_arrival_twice_is_one_arrival(api: Api) -> None:
    first = api.post("arrivals/", ARRIVAL, Idempotency_Key="a")
    again = api.post("arrivals/", ARRIVAL, Idempotency_Key="a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_the_object_as_it_now_is(api: Api) -> None:
    made = api.post("people/", VERA, Idempotency_Key="a").json()
    api.patch(f"people/{made['id']}/", {"given_name": "Anna"})
    again = api.post("people/", VERA, Idempotency_Key="a")
    assert (again.status_code, again.json()["given_name"]) == (201, "Anna")


def test_another_body(api: Api) -> None:
    api.post("people/", VERA, Idempotency_Key="a")
    response = api.post("people/", {**VERA, "given_name": "Anna"}, Idempotency_Key="a")
    pointers(response, 422)
    assert Person.objects.count() == 1


def test_another_path(api: Api) -> None:
    api.post("people/", VERA, Idempotency_Key="a")
    pointers(api.post("households/", VERA, Idempotency_Key="a"), 422)


def test_refusals_are_not_kept(api: Api) -> None:
    pointers(api.post("people/", {**VERA, "sex": "?"}, Idempotency_Key="a"))
    assert not IdempotencyKey.objects.exists()
    assert api.post("people/", VERA, Idempotency_Key="a").status_code == 201


def test_what_was_removed_is_gone(api: Api) -> None:
    arrival = api.post("arrivals/", ARRIVAL, Idempotency_Key="a").json()
    api.delete(f"arrivals/{arrival['id']}/")
    pointers(api.post("arrivals/", ARRIVAL, Idempotency_Key="a"), 410)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ключ", "a\tb"])
def test_keys_that_are_none(api: Api, key: str) -> None:
    assert pointers(api.post("people/", VERA, Idempotency_Key=key)) == [""]
    assert not Person.objects.exists()


def test_a_key_belongs_to_one_client(api: Api, tbilisi: Organisation, foreign: Api) -> None:
    api.post("people/", VERA, Idempotency_Key="a")
    other = api_of(tbilisi).post("people/", {**VERA, "given_name": "Anna"}, Idempotency_Key="a")
    theirs = foreign.post("people/", {**VERA, "given_name": "Maria"}, Idempotency_Key="a")
    assert (other.status_code, theirs.status_code) == (201, 201)


def test_48_hours(api: Api, tbilisi: Organisation, nino: User, clock: time_machine.Traveller) -> None:
    client = issued(tbilisi)
    Api(ask_token(client).json()["access_token"]).post("people/", VERA, Idempotency_Key="a")
    clock.shift(timedelta(hours=47, minutes=59))
    again = Api(ask_token(client).json()["access_token"]).post("people/", VERA, Idempotency_Key="a")
    assert again.headers["Idempotency-Replayed"] == "true"
    clock.shift(timedelta(minutes=2))
    anew = Api(ask_token(client).json()["access_token"]).post("people/", VERA, Idempotency_Key="a")
    assert (anew.status_code, Person.objects.count()) == (201, 2)


def test_forgotten_after_48_hours(
    api: Api, foreign: Api, tbilisi: Organisation, almaty: Organisation, clock: time_machine.Traveller
) -> None:
    api.post("people/", VERA, Idempotency_Key="old")
    foreign.post("people/", VERA, Idempotency_Key="old")
    clock.shift(timedelta(hours=49))
    api_of(tbilisi).post("people/", VERA, Idempotency_Key="new")
    connection.cursor().execute("SELECT set_config('casework.organisation', '', true)")
    assert forget_idempotency_keys() == 2
    with acting(tbilisi):
        assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]
    with acting(almaty):
        assert not IdempotencyKey.objects.exists()


def test_still_running(
    real_database: RealDatabase, tbilisi: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ask_token(issued(tbilisi)).json()["access_token"]
    working, finish = threading.Event(), threading.Event()
    post = People.post_values

    def slowly(self: People, values: Any) -> Any:
        working.set()
        finish.wait(timeout=20)
        return post(self, values)

    monkeypatch.setattr(People, "post_values", slowly)
    answers: list[Any] = []

    def send() -> None:
        answers.append(Api(token).post("people/", VERA, Idempotency_Key="a"))
        connection.close()

    first = threading.Thread(target=send)
    first.start()
    assert working.wait(timeout=20)
    second = Api(token).post("people/", VERA, Idempotency_Key="a")
    finish.set()
    first.join()
    pointers(second, 409)
    assert second.headers["Retry-After"] == "1"
    assert [answer.status_code for answer in answers] == [201]
    third = Api(token).post("people/", VERA, Idempotency_Key="a")
    assert (third.status_code, third.headers["Idempotency-Replayed"]) == (201, "true")
    with acting_for(tbilisi.pk):
        assert Person.objects.count() == 1


def test_many_at_once_make_one(real_database: RealDatabase, tbilisi: Organisation, nino: User) -> None:
    token = ask_token(issued(tbilisi)).json()["access_token"]
    together = threading.Barrier(6)
    statuses: list[int] = []

    def send() -> None:
        together.wait()
        statuses.append(Api(token).post("arrivals/", ARRIVAL, Idempotency_Key="a").status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    with acting_for(tbilisi.pk):
        assert Person.objects.count() == 1


def test_two_who_write_the_same_version(real_database: RealDatabase, tbilisi: Organisation) -> None:
    api = Api(ask_token(issued(tbilisi)).json()["access_token"])
    made = api.post("people/", VERA)
    path = f"people/{made.json()['id']}/"
    together = threading.Barrier(4)
    statuses: list[int] = []

    def send(name: str) -> None:
        together.wait()
        response = Api(api.token).send("PATCH", path, {"given_name": name}, If_Match=made.headers["ETag"])
        statuses.append(response.status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=(name,)) for name in ("Anna", "Maria", "Olga", "Nina")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412, 412, 412]
