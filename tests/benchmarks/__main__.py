"""`make bench`: one table of figures and ratios. Trust the ratios; the machine's speed drifts."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# They need Django to be set up.
from tests.benchmarks import arrivals, assessing, delivering, housing, planning, replaying  # noqa: E402
from tests.benchmarks.table import Figure, printed  # noqa: E402

BENCHMARKS = {
    "assess": assessing.measure,
    "arrivals": arrivals.measure,
    "replay": replaying.measure,
    "planning": planning.measure,
    "delivery": delivering.measure,
    "housing": housing.measure,
}


def main(names: list[str]) -> None:
    figures: list[Figure] = []
    for name in names or list(BENCHMARKS):
        figures.extend(BENCHMARKS[name]())
    sys.stdout.write(printed(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
