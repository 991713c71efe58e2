"""RFC 9457 problem documents: what a refusal looks like outside."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from casework.refusals import Fault

MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"  # RFC 9457: the problem says no more than its status does


def problem(
    status: int, detail: str, *, title: str = "", type_: str = BLANK, faults: Iterable[Fault] = ()
) -> dict[str, Any]:
    """`errors` is present only where a part of the request can be pointed at."""
    document: dict[str, Any] = {
        "type": type_,
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    errors = [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults]
    return {**document, "errors": errors} if errors else document


def type_of(failure: type[Exception]) -> str:
    """A name that a program can compare: DocumentTaken becomes urn:casework:problem:document-taken."""
    return "urn:casework:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", failure.__name__).lower()


def escaped(token: object) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return str(token).replace("~", "~0").replace("/", "~1")


def faults_of(detail: Any, pointer: str = "") -> list[Fault]:
    """DRF's nested errors as pointers: lists of objects by index, a form's own errors at the form."""
    if isinstance(detail, dict):
        return [
            fault
            for key, inner in detail.items()
            for fault in faults_of(
                inner, pointer if key == "non_field_errors" else f"{pointer}/{escaped(key)}"
            )
        ]
    if isinstance(detail, list):
        return [
            fault for position, inner in enumerate(detail) for fault in _in_list(inner, pointer, position)
        ]
    return [Fault(pointer, str(detail))]


def _in_list(inner: Any, pointer: str, position: int) -> list[Fault]:
    # A list holds either sentences about one place, or one dictionary per element.
    return faults_of(inner, f"{pointer}/{position}") if isinstance(inner, dict) else faults_of(inner, pointer)
