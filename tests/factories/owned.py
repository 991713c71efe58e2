from __future__ import annotations

from casework.accounts.models import Organisation
from casework.isolation import current_organisation


def organisation_acted_for() -> Organisation:
    """What a factory makes belongs to the organisation that the test acts for."""
    organisation_id = current_organisation()
    if organisation_id is None:
        raise AssertionError("the test acts for nobody: use `nino`, `levan` or `with acting(organisation)`")
    return Organisation.objects.get(pk=organisation_id)
