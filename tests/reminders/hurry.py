"""Seconds instead of minutes. All steps of one mail together stay below the lease, as in the product."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(seconds=5)
HELD_AT_MOST = timedelta(seconds=1.5)
FINAL_REPLY_TIMEOUT = timedelta(seconds=2)
STEP_TIMEOUT = timedelta(seconds=1)
FIRST_PAUSE = timedelta(seconds=0.2)
LONGEST_PAUSE = timedelta(seconds=1)
TICK = timedelta(seconds=1)
HEAL = timedelta(seconds=5)
