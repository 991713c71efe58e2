from casework.accounts.models import User
from casework.audit.actors import Actor
from casework.refusals import Fault, Invalid


def check_colleague(caseworker: User | None, by: Actor) -> None:
    """Users stand outside row-level security, so this is asked here."""
    if caseworker is not None and (
        caseworker.organisation_id != by.organisation_id or not caseworker.is_active
    ):
        raise Invalid(Fault("/assigned_to", "Nobody of that id works here."))
