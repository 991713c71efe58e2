from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, the value with its unit, and what it stands beside."""

    what: str
    value: str
    beside: str = ""


def printed(figures: list[Figure]) -> str:
    widest = max(len(figure.what) for figure in figures)
    wide = max(len(figure.value) for figure in figures)
    return "".join(f"{f.what:<{widest}}  {f.value:>{wide}}  {f.beside}\n" for f in figures)
