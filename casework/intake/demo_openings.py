"""Invented work of the demo: building sites first, then kitchens, offices, schools and care."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Trade:
    """One kind of work. `days`: what a month of it pays, in days of a labourer; `often` in a hundred."""

    title: str
    sector: str
    occupation: str
    days: float
    often: int
    positions: tuple[int, int] = (1, 4)
    languages: tuple[tuple[str, str], ...] = (("ru", "B1"),)
    housing: float = 0.1
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Market:
    """Where the demo's openings are. `day`: what a labourer earns in one, in that currency."""

    country: str
    city: str
    currency: str
    day: int
    share: float
    local: str


WORK_NEAR_TBILISI = (
    Market("GE", "Tbilisi", "GEL", 80, 0.6, "ka"),
    Market("GE", "Batumi", "GEL", 75, 0.15, "ka"),
    Market("AM", "Yerevan", "AMD", 11_000, 0.15, "hy"),
    Market("TR", "Trabzon", "TRY", 1100, 0.1, "tr"),
)
WORK_NEAR_ALMATY = (
    Market("KZ", "Almaty", "KZT", 11_000, 0.55, "kk"),
    Market("KZ", "Uralsk", "KZT", 9000, 0.15, "kk"),
    Market("KG", "Bishkek", "KGS", 1600, 0.2, "ky"),
    Market("MN", "Ulaanbaatar", "MNT", 65_000, 0.1, "mn"),
)
ENGLISH = (("en", "B2"),)
TRADES = (
    Trade("Bricklayer", "F", "7112", 30, 14, (2, 8), housing=0.6, skills=("laying bricks",)),
    Trade("Labourer on a building site", "F", "9313", 21, 16, (3, 12), housing=0.6),
    Trade("Tiler", "F", "7122", 32, 8, (1, 5), housing=0.4, skills=("tiling",)),
    Trade("Painter", "F", "7131", 26, 8, (1, 5), housing=0.3, skills=("painting walls",)),
    Trade("Carpenter", "F", "7115", 30, 6, (1, 3), housing=0.4, skills=("formwork",)),
    Trade("Electrician", "F", "7411", 34, 6, (1, 3), skills=("wiring",)),
    Trade("Plumber", "F", "7126", 32, 4, (1, 3), skills=("welding pipes",)),
    Trade("Cook", "I", "5120", 26, 7, (1, 3), skills=("cooking for many",)),
    Trade("Kitchen helper", "I", "9412", 18, 6, (1, 4)),
    Trade("Waiter", "I", "5131", 19, 5, (1, 4), (("en", "A2"), ("ru", "B1"))),
    Trade("Software developer", "J", "2512", 95, 6, (1, 2), ENGLISH, skills=("Python", "testing")),
    Trade("Designer", "J", "2166", 55, 3, (1, 1), ENGLISH, skills=("drawing",)),
    Trade("Teacher of mathematics", "P", "2330", 28, 3, (1, 1)),
    Trade("Teacher of small children", "P", "2341", 26, 2, (1, 2)),
    Trade("Carer for an old lady", "Q", "5322", 24, 3, (1, 1), housing=0.8),
    Trade("Nurse", "Q", "2221", 34, 2, (1, 2)),
    Trade("Lorry driver", "H", "8332", 36, 2, (1, 3), skills=("licence C",)),
    Trade("Mechanic", "G", "7231", 30, 2, (1, 2), skills=("engines",)),
)
EMPLOYERS = {
    "F": "Vake Building,Third Floor Works,Plumb Line,Scaffold and Sons,Rooftop Brothers".split(","),
    "I": "The Long Table,Hotel Old Post,Samovar Corner,Copper Pan".split(","),
    "J": "Small Hours Software,Paper Plane Studio".split(","),
    "P": "School on Orchard Rise,Evening Classes".split(","),
    "Q": "Kind Hands,Clinic at the Bridge".split(","),
    "H": "Steppe Freight".split(","),
    "G": "Garage by the Depot".split(","),
}
DECLINED = (
    "They ask for the language of the country.",
    "They took somebody with more years at it.",
    "The papers did not come in time.",
    "They did not answer twice.",
)


def paid(trade: Trade, market: Market) -> dict[str, Any]:
    """Building pays by the day, an office by the month."""
    by_day = trade.sector == "F"
    amount = _round(market.day * trade.days / (21 if by_day else 1))
    return {"pay": amount, "currency": market.currency, "pay_per": "day" if by_day else "month"}


def _round(amount: float) -> Decimal:
    step = 5 if amount < 500 else 50 if amount < 20_000 else 1000
    return Decimal(round(amount / step) * step)
