"""When somebody is told where no policy says otherwise, how long a lease lasts, when to give up."""

from datetime import time, timedelta

# Days before the day; the last one is the day itself.
OFFSETS = (30, 14, 7, 3, 1, 0)
# Once more on the day after, to say that it has passed.
AFTER = -1
# Who is told of a deadline.
TOLD = frozenset({"person", "caseworker"})
# In the recipient's own zone.
HOUR = time(9, 0)
# In the host country: whoever lives far to the west of it is still told within the day.
LATEST_HOUR = time(20, 0)
# Deadlines beyond it wait: a permit that ends in five years will move before anybody needs to hear of it.
HORIZON = timedelta(days=400)

# What a policy may ask for; the horizon lies beyond the farthest with its week of quiet days.
FARTHEST = 365
MOST_OFFSETS = 12
# Added to the longest offset: beyond it nothing is due yet, in whatever zone.
AROUND = timedelta(days=2)
# Deadlines planned in one transaction, and in one tick of one organisation.
PLANNED_AT_ONCE = 2_000
PLANNED_PER_TICK = 200_000

# A day as near as this is told at once; others wait for the digest when a caseworker has had so many letters.
URGENT_DAYS = 3
TOLD_SINGLY = 3

LEASE = timedelta(minutes=5)
# Rows claimed together, and how long one worker keeps those that it has not begun.
CLAIMED_AT_ONCE = 50
HELD_AT_MOST = timedelta(seconds=20)
# The fence lets nobody send who has used up more of the lease than this.
FRESH = 0.8

# The last word of a mail server may take its time. What comes before the message must leave enough of the
# lease for it: a connection is up to a dozen steps.
STEP_TIMEOUT = timedelta(seconds=15)
BEFORE_THE_MESSAGE = timedelta(seconds=60)
FINAL_REPLY_TIMEOUT = timedelta(minutes=3)

MAX_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)

# Told twice is better than not at all where the law counts days.
LEGAL_KINDS = frozenset({"stay_end", "registration", "appeal"})

# Days before the day from which a second address is written to as well, unless there was an answer.
SECOND_FROM = 7

# Days before the day from which silence is somebody's task, then the supervisor's news.
TASK_FROM = 3
SUPERVISOR_FROM = 1
# Nobody is called silent before they could have looked: less where there is no more time.
TIME_TO_ANSWER = timedelta(hours=12)
TIME_TO_ANSWER_AT_LAST = timedelta(hours=2)

# How much one tick does for one organisation before others have their turn: so much, and in so much time, for
# each message to a mail host that does not answer takes as long as a step may.
TURN = timedelta(seconds=60)
SENT_PER_TICK = 500
TASKS_PER_TICK = 200
# How often what is due is compared with the ledger as a whole.
HEALED_EVERY = timedelta(minutes=1)
# A ledger that nobody has compared for longer is looked after by nobody.
UNHEALED_AFTER = timedelta(minutes=5)
# How often the log hears that this process may send nothing.
HELD_BACK_SAID_EVERY = timedelta(minutes=1)


def pause(attempts: int, luck: float) -> timedelta:
    """How long to leave a mail server alone after so many attempts. `luck` in 0..1 spreads the crowd."""
    doublings: int = 2 ** min(attempts - 1, 16)
    doubled = min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
    return doubled * (0.5 + luck)


def may_be_told_twice(kind: str) -> bool:
    return kind in LEGAL_KINDS
