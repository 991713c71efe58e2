from __future__ import annotations

import base64
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from casework.vault.keys import BadKey, blind_index, parse_ring, ring

ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
OURS, THEIRS = UUID(int=1), UUID(int=2)


def test_parse_ring_first_key_seals() -> None:
    keys = parse_ring(f"2:{TWO}, 1:{ONE}")
    assert keys.current == 2
    assert keys.keys == {1: bytes([1]) * 32, 2: bytes([2]) * 32}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        ONE,
        f"0:{ONE}",
        f"256:{ONE}",
        f"-1:{ONE}",
        f"one:{ONE}",
        "1:",
        "1:not base64",
        f"1:{base64.b64encode(b'short').decode()}",
        f"1:{ONE},1:{TWO}",
    ],
)
def test_parse_ring_refuses(text: str) -> None:
    with pytest.raises(BadKey):
        parse_ring(text)


def test_bad_key_is_not_told() -> None:
    """What a start-up error says ends up in logs."""
    with pytest.raises(BadKey) as caught:
        parse_ring(f"1:{ONE[:20]}")
    assert ONE[:20] not in str(caught.value)


def test_ring_follows_the_environment(settings: Settings) -> None:
    settings.CASEWORK_ENCRYPTION_KEYS = f"7:{ONE}"
    assert ring().current == 7


def test_blind_index_finds_again() -> None:
    assert blind_index(OURS, "document", "751234567") == blind_index(OURS, "document", "751234567")
    assert len(blind_index(OURS, "document", "751234567")) == 16


@pytest.mark.parametrize(
    ("organisation", "purpose", "value"),
    [(THEIRS, "document", "751234567"), (OURS, "phone", "751234567"), (OURS, "document", "751234568")],
)
def test_blind_index_differs(organisation: UUID, purpose: str, value: str) -> None:
    assert blind_index(organisation, purpose, value) != blind_index(OURS, "document", "751234567")


def test_blind_index_needs_its_key(settings: Settings) -> None:
    before = blind_index(OURS, "document", "751234567")
    settings.CASEWORK_INDEX_KEY = TWO
    assert blind_index(OURS, "document", "751234567") != before
