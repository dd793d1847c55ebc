"""Django's own check of what keeps tenants apart, for `manage.py check --deploy`."""

from django.conf import settings
from django.core import checks

from accounts.row_security import faults

HINT = "docs/deployment.md says how the roles are made. Set LIKENESS_ROW_SECURITY=require once they are."


# Not among the checks of databases: those run before a migrate too, which is the owner's and comes before the policies.
@checks.register(checks.Tags.security, deploy=True)
def row_security(**kwargs: object) -> list[checks.CheckMessage]:
    """Faults of the third layer: errors where the settings demand it, else warnings."""
    kind = checks.Error if settings.LIKENESS_ROW_SECURITY == "require" else checks.Warning
    return [kind(fault, hint=HINT, id="accounts.E001") for fault in faults()]
