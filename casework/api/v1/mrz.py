"""The machine readable lines of a document: what is sent, and what they say. Nothing of it is stored."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from casework.api.asked import Asked
from casework.api.fields import Text
from casework.api.pagination import Row
from casework.api.problems import MEDIA_TYPE
from casework.api.schema import PROBLEMS, Problem
from casework.people import mrz
from casework.people.models import DocumentKind, Precision
from casework.refusals import under

FORMATS = ["TD1", "TD2", "TD3", "RU_INTERNAL"]
CHECKS = ["number", "birth_date", "expires_on", "optional", "composite"]
LONGEST_LINE, MOST_LINES = 100, 10  # more than any zone has, so that its own reader says what is wrong


class ZoneAsked(Asked):
    lines = serializers.ListField(
        child=Text(max_length=LONGEST_LINE, trim_whitespace=False), max_length=MOST_LINES,
        help_text="From top to bottom, as printed: two of 44 or 36 characters, or three of 30.",
    )  # fmt: skip


class ZoneNamesAnswer(serializers.Serializer[Any]):
    family_name = serializers.CharField()
    given_name = serializers.CharField()
    patronymic = serializers.CharField()


class VerdictsAnswer(serializers.Serializer[Any]):
    number = serializers.BooleanField()
    birth_date = serializers.BooleanField()
    expires_on = serializers.BooleanField()
    optional = serializers.BooleanField(required=False, help_text="Only passports have this digit.")
    composite = serializers.BooleanField()


class CheckDigitAnswer(serializers.Serializer[Any]):
    printed = serializers.CharField(help_text="A filler (<) beside an empty field is as good as 0.")
    computed = serializers.CharField()
    ok = serializers.BooleanField()


class CheckDigitsAnswer(serializers.Serializer[Any]):
    number = CheckDigitAnswer()
    birth_date = CheckDigitAnswer()
    expires_on = CheckDigitAnswer()
    optional = CheckDigitAnswer(required=False)
    composite = CheckDigitAnswer()


class ZoneWarningAnswer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class ZoneAnswer(serializers.Serializer[Any]):
    format = serializers.ChoiceField(FORMATS)
    document_code = serializers.CharField()
    kind = serializers.ChoiceField(DocumentKind.values, help_text="A guess to be confirmed.")
    issuer = serializers.CharField(help_text="As printed: three letters of ICAO Doc 9303.")
    issuing_country = serializers.CharField(allow_null=True, help_text="null: no country of ISO 3166-1.")
    number = serializers.CharField()
    family_name = serializers.CharField(help_text="In capitals; of a Russian internal passport in Russian.")
    given_name = serializers.CharField()
    patronymic = serializers.CharField(help_text="Only Russian internal passports have one.")
    native_name = serializers.CharField(help_text="The whole name where it is not Latin.")
    latin_name = ZoneNamesAnswer(help_text="As a passport of today would spell it.")
    nationality = serializers.CharField(allow_null=True, help_text="null: no country; see `warnings`.")
    birth_date = serializers.DateField(allow_null=True)
    birth_date_precision = serializers.ChoiceField(Precision.values, allow_null=True)
    sex = serializers.ChoiceField(["F", "M", "X", ""])
    expires_on = serializers.DateField(allow_null=True, help_text="null: none, or in no calendar.")
    issued_on = serializers.DateField(allow_null=True, help_text="Only of a Russian internal passport.")
    issuing_unit = serializers.CharField(allow_null=True)
    optional_data = serializers.ListField(child=serializers.CharField())
    valid = serializers.BooleanField(help_text="Every check digit agrees.")
    checks = VerdictsAnswer()
    check_digits = CheckDigitsAnswer()
    printed = serializers.DictField(
        child=serializers.CharField(), help_text="Every field as it stands, with its fillers."
    )
    warnings = ZoneWarningAnswer(many=True)


def zone_of(values: Row, at: datetime) -> mrz.Zone:
    """Raises UnreadableZone. The day in UTC is near enough: it decides nothing but a century."""
    with under("/lines"):
        return mrz.read(values["lines"], at.date())


def represent_zone(zone: mrz.Zone) -> Row:
    return {
        "format": zone.format,
        "document_code": zone.document_code,
        "kind": zone.kind,
        "issuer": zone.issuer,
        "issuing_country": zone.issuing_country,
        "number": zone.number,
        **asdict(zone.names),
        "native_name": zone.native_name,
        "latin_name": asdict(zone.latin),
        "nationality": zone.nationality,
        "birth_date": zone.birth_date,
        "birth_date_precision": zone.birth_precision,
        "sex": zone.sex,
        "expires_on": zone.expires_on,
        "issued_on": zone.issued_on,
        "issuing_unit": zone.issuing_unit,
        "optional_data": list(zone.optional),
        "valid": zone.valid,
        "checks": {name: verdict.ok for name, verdict in zone.checks.items()},
        "check_digits": {name: asdict(verdict) for name, verdict in zone.checks.items()},
        "printed": zone.printed,
        "warnings": [asdict(remark) for remark in zone.remarks],
    }


ANSWERS: dict[Any, Any] = {
    200: ZoneAnswer,
    **{
        (status, MEDIA_TYPE): OpenApiResponse(Problem, description=PROBLEMS[status])
        for status in "400 401 403 413 415 429".split()
    },
}
EXAMPLE = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
EXAMPLES = [
    OpenApiExample("Asked", value={"lines": EXAMPLE}, request_only=True),
    OpenApiExample(
        "Answered",
        value={
            "format": "TD3", "document_code": "P", "kind": "passport", "issuer": "UTO", "number": "L898902C3",
            "issuing_country": None, "family_name": "ERIKSSON", "given_name": "ANNA MARIA", "patronymic": "",
            "native_name": "",
            "latin_name": {"family_name": "ERIKSSON", "given_name": "ANNA MARIA", "patronymic": ""},
            "nationality": None, "birth_date": "1974-08-12", "birth_date_precision": "day", "sex": "F",
            "expires_on": "2012-04-15", "issued_on": None, "issuing_unit": None,
            "optional_data": ["ZE184226B"], "valid": True,
            "checks": dict.fromkeys(CHECKS, True),
            "check_digits": {
                name: {"printed": digit, "computed": digit, "ok": True}
                for name, digit in zip(CHECKS, "62910", strict=True)
            },
            "printed": {"number": "L898902C3", "number_digit": "6"},
            "warnings": [{"code": "issuer_unknown", "detail": "UTO is no country of ISO 3166-1."}],
        },
        response_only=True, status_codes=["200"],
    ),
]  # fmt: skip
