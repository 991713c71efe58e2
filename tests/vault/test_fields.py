from __future__ import annotations

import base64

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from casework.accounts.models import User
from casework.people.models import Document
from casework.vault.fields import Sealed, Unreadable, seal, unseal
from tests.factories.people import DocumentFactory

ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


# --- seal, unseal ----------------------------------------------------------------------------------------
@given(text=TEXTS, row=TEXTS)
def test_unseal_gives_what_was_sealed(text: str, row: str) -> None:
    assert unseal(seal(text, bound_to=row), bound_to=row) == text


@given(text=TEXTS, damage=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_unseal_notices_every_damaged_bit(text: str, damage: int, bit: int) -> None:
    sealed = bytearray(seal(text, bound_to="row"))
    sealed[damage % len(sealed)] ^= 1 << bit
    with pytest.raises(Unreadable):
        unseal(bytes(sealed), bound_to="row")


@given(text=TEXTS, length=st.integers(0, 28))
def test_unseal_notices_what_was_cut(text: str, length: int) -> None:
    with pytest.raises(Unreadable):
        unseal(seal(text, bound_to="row")[:length], bound_to="row")


def test_seal_never_twice_the_same() -> None:
    assert seal("751234567", bound_to="row") != seal("751234567", bound_to="row")


def test_seal_hides_the_text() -> None:
    assert b"751234567" not in seal("751234567", bound_to="row")


def test_unseal_in_another_row_refused() -> None:
    with pytest.raises(Unreadable):
        unseal(seal("751234567", bound_to="row"), bound_to="another row")


def test_unreadable_tells_nothing() -> None:
    sealed = seal("751234567", bound_to="row")
    with pytest.raises(Unreadable) as caught:
        unseal(sealed, bound_to="another row")
    assert sealed.hex() not in str(caught.value)
    assert "751234567" not in str(caught.value)


# --- keys that change ------------------------------------------------------------------------------------
def test_rotation_old_values_open_and_new_ones_use_the_new_key(settings: Settings) -> None:
    settings.CASEWORK_ENCRYPTION_KEYS = f"1:{ONE}"
    old = seal("751234567", bound_to="row")
    settings.CASEWORK_ENCRYPTION_KEYS = f"2:{TWO},1:{ONE}"
    new = seal("751234567", bound_to="row")
    assert (old[0], new[0]) == (1, 2)
    assert unseal(old, bound_to="row") == unseal(new, bound_to="row") == "751234567"


def test_rotation_without_the_old_key_is_unreadable(settings: Settings) -> None:
    settings.CASEWORK_ENCRYPTION_KEYS = f"1:{ONE}"
    old = seal("751234567", bound_to="row")
    settings.CASEWORK_ENCRYPTION_KEYS = f"2:{TWO}"
    with pytest.raises(Unreadable, match="not on the ring"):
        unseal(old, bound_to="row")


def test_same_id_with_another_key_is_unreadable(settings: Settings) -> None:
    settings.CASEWORK_ENCRYPTION_KEYS = f"1:{ONE}"
    old = seal("751234567", bound_to="row")
    settings.CASEWORK_ENCRYPTION_KEYS = f"1:{TWO}"
    with pytest.raises(Unreadable):
        unseal(old, bound_to="row")


# --- the field -------------------------------------------------------------------------------------------
def test_field_reads_what_was_written(nino: User) -> None:
    document = DocumentFactory.create(number="75 1234567")
    assert Document.objects.get().number == "75 1234567"
    document.refresh_from_db()
    assert document.number == "75 1234567"


def test_field_is_sealed_in_the_database(nino: User) -> None:
    document = DocumentFactory.create(number="75 1234567")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text, number FROM people_document t")
        row, sealed = cursor.fetchone()
    assert "1234567" not in row
    assert unseal(bytes(sealed), bound_to=f"people_document.number:{document.pk}") == "75 1234567"


def test_field_value_moved_to_another_row_does_not_open(nino: User) -> None:
    """Whoever can write the database cannot show one person's number as another's."""
    one, other = DocumentFactory.create(), DocumentFactory.create()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_document SET number = (SELECT number FROM people_document WHERE id = %s)"
            " WHERE id = %s",
            [one.pk, other.pk],
        )
    with pytest.raises(Unreadable):
        _ = Document.objects.get(pk=other.pk).number
    assert Document.objects.get(pk=one.pk).number == one.number


def test_field_saved_again_opens_again(nino: User) -> None:
    DocumentFactory.create(number="75 1234567")
    document = Document.objects.get()
    document.save()
    assert Document.objects.get().number == "75 1234567"


def test_field_deferred_is_read_when_asked(nino: User) -> None:
    DocumentFactory.create(number="75 1234567")
    assert Document.objects.defer("number").get().number == "75 1234567"


def test_field_untouched_by_saving_others(nino: User) -> None:
    document = DocumentFactory.create()
    before = _stored(document)
    document.biometric = False
    document.save(update_fields=["biometric"])
    assert _stored(document) == before


def test_field_in_values_waits_for_its_row(nino: User) -> None:
    """`values()` gives what is sealed; it opens with the id of its row only."""
    document = DocumentFactory.create(number="75 1234567")
    (sealed,) = Document.objects.values_list("number", flat=True)
    assert isinstance(sealed, Sealed)
    assert sealed.open(document.pk) == "75 1234567"
    assert "1234567" not in repr(sealed)


def test_field_bulk_create_is_sealed(nino: User) -> None:
    one = DocumentFactory.create()
    two = DocumentFactory.build(
        organisation=one.organisation, person=one.person, number="75 7654321", number_index=b"2" * 16
    )
    Document.objects.bulk_create([two])
    assert Document.objects.get(pk=two.pk).number == "75 7654321"


def _stored(document: Document) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM people_document WHERE id = %s", [document.pk])
        return bytes(cursor.fetchone()[0])
