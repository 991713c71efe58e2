"""In which language to explain: the client's first wish that we can fulfil."""

from collections.abc import Collection

from rest_framework.request import Request

from casework.stays.sentences import FALLBACK
from casework.stays.wording import LANGUAGES


def language_of(request: Request) -> str:
    """Of the languages that a stay can be explained in."""
    return preferred(request.headers.get("Accept-Language"), LANGUAGES)


def preferred(header: str | None, offered: Collection[str]) -> str:
    """Accept-Language (RFC 9110) against the languages offered; "ru-KZ" is served by "ru"."""
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate((header or "").split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        if tag and weight > 0:
            wishes.append((-weight, position, tag.strip().lower()))
    for _, _, tag in sorted(wishes):
        if tag == "*":
            return FALLBACK
        primary = tag.partition("-")[0]
        if primary in offered:
            return primary
    return FALLBACK


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
