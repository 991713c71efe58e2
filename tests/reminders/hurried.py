"""`celery -A tests.reminders.hurried worker|beat`: Celery as it runs, with seconds instead of minutes.

Only for processes of their own: whoever imports this has the figures changed.
"""

from __future__ import annotations

from casework.reminders import policies
from tests.reminders import hurry

# Before anything else takes the figures from there.
policies.LEASE = hurry.LEASE
policies.HELD_AT_MOST = hurry.HELD_AT_MOST
policies.FINAL_REPLY_TIMEOUT = hurry.FINAL_REPLY_TIMEOUT
policies.STEP_TIMEOUT = hurry.STEP_TIMEOUT
policies.FIRST_PAUSE = hurry.FIRST_PAUSE
policies.LONGEST_PAUSE = hurry.LONGEST_PAUSE

from config.celery import app  # noqa: E402

schedule = app.conf.beat_schedule
app.conf.beat_schedule = {
    "tick": {**schedule["reminders-tick"], "schedule": hurry.TICK.total_seconds()},
    "heal": {**schedule["reminders-heal"], "schedule": hurry.HEAL.total_seconds()},
}
