"""Which role may do what: one table."""

from enum import StrEnum

from accounts.models import Role


class Act(StrEnum):
    VIEW = "view"
    CREATE = "create"
    ASK_CONSENT = "ask-consent"
    RENDER = "render"
    REVIEW = "review"
    DOWNLOAD = "download"
    ADMINISTER = "administer"
    PAY = "pay"


_EDIT = {Act.VIEW, Act.CREATE, Act.ASK_CONSENT, Act.RENDER, Act.REVIEW, Act.DOWNLOAD}

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.ADMIN: frozenset(Act) - {Act.PAY},
    Role.EDITOR: frozenset(_EDIT),
    Role.REVIEWER: frozenset({Act.VIEW, Act.REVIEW, Act.DOWNLOAD}),
    Role.VIEWER: frozenset({Act.VIEW}),
    Role.BILLING: frozenset({Act.PAY}),
}


def may(role: str, act: Act) -> bool:
    """Whether a member with this role may do this. An unknown role may do nothing."""
    return role in PERMISSIONS and act in PERMISSIONS[Role(role)]
