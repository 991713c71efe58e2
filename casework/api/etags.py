"""`"<version>.<digest>"`: the version says whether somebody wrote, the digest whether anything shows."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson

from casework.api.errors import PreconditionFailed, PreconditionRequired

TAG = re.compile(r'(W/)?"([^"]*)"')


def tag_of(version: int, representation: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(orjson.dumps(representation, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f'"{version}.{digest[:24]}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """If-None-Match compares all of it, weakly (RFC 9110): True means 304."""
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or any(
        f'"{opaque}"' == tag for _, opaque in TAG.findall(if_none_match)
    )


def check_if_match(if_match: str | None, version: int) -> None:
    """If-Match compares the version: what only shows differently today was not written by somebody else."""
    if not if_match or not if_match.strip():
        raise PreconditionRequired
    if if_match.strip() == "*":
        return
    strong = (opaque for weak, opaque in TAG.findall(if_match) if not weak)
    if not any(opaque.partition(".")[0] == str(version) for opaque in strong):
        raise PreconditionFailed
