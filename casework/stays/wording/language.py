"""What a language needs so that the reasons of an answer can be read aloud in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """Templates in the syntax of str.format.

    A number takes its noun as a format: `{days:day|days}` gives "1 day", "90 days"; `plural` says which
    form. `words` are names of purposes, permits and documents by their code, or by kind and code where one code
    has two names (`purpose_other`); `missing` is said where a value
    is not there, by its name or, under `""`, for all others. `limits` describes a limit by its kind.
    `reviewed`: a speaker has read it. Wherever sentences are shown that nobody has read, that is said too.
    """

    sentences: Mapping[str, str]
    warnings: Mapping[str, str]
    limits: Mapping[str, str]
    words: Mapping[str, str]
    missing: Mapping[str, str]
    plural: Callable[[int], int]
    joined_by: str
    reviewed: bool
