"""The writes of this room, each with its audit row in the same transaction."""

from .answers import ANSWERABLE, NeverTold, NothingToAnswer, acknowledge, answer
from .by_hand import NotGivenUp, NotWaiting, send_now, try_again
from .policies import drop_policy, set_policy
from .ticks import heal, plan, work

__all__ = [
    "ANSWERABLE",
    "NeverTold",
    "NotGivenUp",
    "NotWaiting",
    "NothingToAnswer",
    "acknowledge",
    "answer",
    "drop_policy",
    "heal",
    "plan",
    "send_now",
    "set_policy",
    "try_again",
    "work",
]
