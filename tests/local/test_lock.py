from __future__ import annotations

import re

from local.home import REPOSITORY

PIN = re.compile(r"^([a-z0-9_.-]+)==([^ ;]+)(?: ; [^\\]*)? \\$", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((REPOSITORY / "requirements" / f"{name}.txt").read_text(encoding="utf-8")))


def test_locks_agree() -> None:
    # `make run` after `make test` must not install anything over again.
    production, local, development = pins("production"), pins("local"), pins("development")

    assert len(production) > 20
    assert production.items() <= local.items() <= development.items()


def test_no_lock_names_a_package_index() -> None:
    for name in ("production", "local", "development"):
        assert "://" not in (REPOSITORY / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
