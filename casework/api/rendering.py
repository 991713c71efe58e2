"""JSON in and out: strict about what comes in, fast about what goes out."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any, NoReturn

import orjson
from django.http import HttpRequest
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

MOST_BYTES = 2_000_000
MOST_DIGITS = 18


class TooLarge(APIException):
    status_code = 413
    default_detail = "A body has at most 2 MB."


def as_json(value: Any) -> bytes:
    """Days, moments with their offset and ids as text; keys in the order given."""
    return orjson.dumps(value)


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else as_json(data)


def take_chunks(request: HttpRequest) -> None:
    """A body without a declared length is read here: Django takes it for an empty one."""
    if request.META.get("CONTENT_LENGTH") or "chunked" not in request.headers.get("Transfer-Encoding", ""):
        return
    body = request.META["wsgi.input"].read(MOST_BYTES + 1)
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)


class StrictJSONParser(BaseParser):
    """An object in UTF-8 of at most 2 MB; no NaN, no key twice, no number without end.

    A view that takes many at once (`takes_many`) gets a list too when something is added.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge
        view = (parser_context or {}).get("view")
        adds = getattr(view, "action", None) == "create"
        return parsed(body, lists=adds and getattr(view, "takes_many", False))


def parsed(body: bytes, *, lists: bool = False) -> Any:
    """Raises ParseError with one sentence; never the parser's own words, which may quote the body."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("The body is not UTF-8.") from None
    try:
        value = json.loads(
            text, parse_constant=_refuse_constant, parse_int=_whole, object_pairs_hook=_without_doubles
        )
    except json.JSONDecodeError as error:
        raise ParseError(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise ParseError("The body is nested too deeply.") from None
    if not isinstance(value, (dict, list) if lists else dict):
        raise ParseError(f"The body must be a JSON object{' or a list of them' if lists else ''}.")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not JSON.")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ParseError(f"A number has more than {MOST_DIGITS} digits.")
    return int(digits)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError("A field stands twice in one object.")
    return found
