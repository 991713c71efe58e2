"""Figures of the caller's organisation by day or week: who came, who stays, beds and jobs. No persons."""

from datetime import date
from typing import Any

from rest_framework import serializers

from casework.accounts.models import Organisation
from casework.api.fields import City
from casework.api.figures import SUPPRESSED, FiguresAnswer, FiguresQuery, Statistic
from casework.api.pagination import Row
from casework.figures import Span, Told
from casework.housing.statistics import bed_figures
from casework.stays.statistics import arrival_figures, stay_figures
from casework.work.statistics import work_figures


def count(told: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=told or None)


class RentAnswer(serializers.Serializer[Any]):
    currency = serializers.CharField(help_text="ISO 4217.")
    paid = serializers.CharField(
        allow_null=True, help_text="The median of the placements that began, for the night and the household."
    )
    asked = serializers.CharField(
        allow_null=True, help_text="The median of what those who were turned away were asked for."
    )


class BedChange(serializers.Serializer[Any]):
    needs_asked = count("Requests for beds, by the day on which they were asked.")
    people_asked = count()
    people_placed = count("By the first night; confirmed or ended. Who moves is placed once.")
    people_turned_away = count()
    nights_sold = count("Beds and nights of placements confirmed or ended; a private unit is sold whole.")
    nights_available = count("Beds and nights on which units were there and not closed.")
    occupancy = serializers.FloatField(allow_null=True, help_text="nights_sold / nights_available.")
    rents = RentAnswer(many=True)


class BedFigures(FiguresAnswer, BedChange):
    """One city in one period."""

    city = serializers.CharField()
    suppressed = SUPPRESSED
    change = BedChange(help_text="Against the period before; null where one of the two is.")


class BedsQuery(FiguresQuery):
    city = City(required=False)


class BedStatistic(Statistic):
    """Beds by day or week, country and city: asked for, given, not there; nights, occupancy and rents."""

    query, answers = BedsQuery, BedFigures

    def figures(self, span: Span, organisation: Organisation, today: date, asked: Row) -> list[Told]:
        return bed_figures(
            span, zone=organisation.time_zone, own_country=organisation.country,
            country=asked.get("country", ""), city_key=asked.get("city", ""),
        )  # fmt: skip


class WorkChange(serializers.Serializer[Any]):
    openings = count("By the day on which they open.")
    positions = count("Of those openings.")
    applications = count("By the day on which somebody was proposed.")
    interviews = count()
    hires = count()


class WorkFigures(FiguresAnswer, WorkChange):
    """One country in one period, by where the work is."""

    suppressed = SUPPRESSED
    change = WorkChange(help_text="Against the period before; null where one of the two is.")


class WorkStatistic(Statistic):
    """Work by day or week and country: openings, applications, interviews, hires."""

    answers = WorkFigures

    def figures(self, span: Span, organisation: Organisation, today: date, asked: Row) -> list[Told]:
        return work_figures(span, zone=organisation.time_zone, country=asked.get("country", ""))


class ArrivalChange(serializers.Serializer[Any]):
    arrivals = count("By the day of entry.")


class ArrivalFigures(FiguresAnswer, ArrivalChange):
    """One country in one period."""

    suppressed = SUPPRESSED
    change = ArrivalChange(help_text="Against the period before; null where one of the two is.")


class ArrivalStatistic(Statistic):
    """Arrivals by day or week and country."""

    answers = ArrivalFigures

    def figures(self, span: Span, organisation: Organisation, today: date, asked: Row) -> list[Told]:
        return arrival_figures(span, country=asked.get("country", ""))


class StayChange(serializers.Serializer[Any]):
    open_stays = count("People who are there on the last day of the period; today, of the one that goes on.")
    ending_soon = count("Of them, whose last lawful day is one of the next 14.")
    overstayed = count("Of them, whose last lawful day has passed.")


class StayFigures(FiguresAnswer, StayChange):
    """One country at the end of one period, by the last lawful days as they are known now."""

    suppressed = SUPPRESSED
    change = StayChange(help_text="Against the period before; null where one of the two is.")


class StayStatistic(Statistic):
    """Stays by day or week and country: open, ending within 14 days, run over."""

    answers = StayFigures

    def figures(self, span: Span, organisation: Organisation, today: date, asked: Row) -> list[Told]:
        return stay_figures(span, today=today, country=asked.get("country", ""))
