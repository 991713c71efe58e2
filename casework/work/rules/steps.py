"""Which step of an application may follow which."""

from enum import StrEnum


class Step(StrEnum):
    PROPOSED = "proposed"
    SENT = "sent"
    INTERVIEW = "interview"
    HIRED = "hired"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OVER = frozenset({Step.DECLINED, Step.WITHDRAWN})
STEPS: dict[Step, frozenset[Step]] = {
    Step.PROPOSED: frozenset({Step.SENT}) | OVER,
    Step.SENT: frozenset({Step.INTERVIEW}) | OVER,
    Step.INTERVIEW: frozenset({Step.HIRED}) | OVER,
}
# Somebody waits for an answer.
LIVE = frozenset(STEPS)
# What keeps a second application of the same person to the same opening out.
STANDING = frozenset(Step) - OVER


def refusal(before: Step, after: Step, reason: str) -> tuple[str, str] | None:
    """The field and why this step may not be taken; None when it may."""
    if before not in STEPS:
        return "/status", f"This application is {before}: it goes no further."
    if after not in STEPS[before]:
        allowed = [step for step in Step if step in STEPS[before]]
        return "/status", f"From {before} it goes to {', '.join(allowed[:-1])} or {allowed[-1]}."
    if after == Step.DECLINED and not reason.strip():
        return "/reason", "Say why it was declined: the next proposal will be better for it."
    return None
