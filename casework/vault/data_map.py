"""What a model's fields are, in the words of data protection. The build fails on an undeclared field."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Declared:
    """Field names, separated by spaces. Personal: tells who somebody is or was helped with.
    Sensitive: could get somebody hurt. Neither: the rest."""

    personal: str = ""
    sensitive: str = ""
    neither: str = ""

    def class_of(self, field: str) -> str:
        """ "personal", "sensitive" or "neither"; raises KeyError for an undeclared field."""
        for name in ("personal", "sensitive", "neither"):
            if field in getattr(self, name).split():
                return name
        raise KeyError(field)

    def names(self) -> frozenset[str]:
        return frozenset(f"{self.personal} {self.sensitive} {self.neither}".split())
