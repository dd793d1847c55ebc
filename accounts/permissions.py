"""Which role may do what: one table. Doors and services ask it, pages follow it; nothing else decides."""

from enum import StrEnum

from accounts.models import Role


class Act(StrEnum):
    VIEW = "view"  # projects, pictures, clips, consents
    CREATE = "create"  # and change
    DELETE = "delete"  # what was made, for good
    ASK_CONSENT = "ask-consent"
    RENDER = "render"  # spends credits
    REVIEW = "review"
    DOWNLOAD = "download"
    ADMINISTER = "administer"  # the organisation's name, kind, retention, labels
    MANAGE_MEMBERS = "manage-members"
    INTEGRATE = "integrate"  # API keys and webhooks
    AUDIT = "audit"  # read and export the audit ledger
    PAY = "pay"  # plans, invoices, credits
    OWN = "own"  # make and unmake owners, hand the organisation over, close it


_EDIT = frozenset({Act.VIEW, Act.CREATE, Act.DELETE, Act.ASK_CONSENT, Act.RENDER, Act.REVIEW, Act.DOWNLOAD})

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.ADMIN: frozenset(Act) - {Act.PAY, Act.OWN},
    Role.EDITOR: _EDIT,
    Role.REVIEWER: frozenset({Act.VIEW, Act.REVIEW, Act.DOWNLOAD}),
    Role.VIEWER: frozenset({Act.VIEW}),
    Role.BILLING: frozenset({Act.PAY}),
}

# What an owner does in person: a key would hand the whole house to whoever finds it.
IN_PERSON = frozenset({Act.OWN})
# The roles that a program may give and take, as one does that keeps members in step with a school's or a firm's own
# list: none of them makes keys, pays, or brings in others.
GIVEN_BY_PROGRAMS = frozenset({Role.EDITOR, Role.REVIEWER, Role.VIEWER})

# Said to a person who chooses a role for somebody.
ROLE_DESCRIPTIONS: dict[Role, str] = {
    Role.OWNER: "Everything, payment and other owners included.",
    Role.ADMIN: "Everything except payment, and who pays or owns.",
    Role.EDITOR: "Makes and deletes clips, asks for consent.",
    Role.REVIEWER: "Looks, comments and downloads.",
    Role.VIEWER: "Looks.",
    Role.BILLING: "Plans and invoices only; sees no picture and no clip.",
}


def may(role: str, act: Act) -> bool:
    """Whether a member with this role may do this. An unknown role may do nothing."""
    return role in PERMISSIONS and act in PERMISSIONS[Role(role)]


def may_give(role: str, given: str) -> bool:
    """Whether a member with `role` may give somebody the role `given`, or take it: only what they may all do
    themselves. So an administrator, who does not pay, makes nobody an owner or a payer either.
    """
    return role in PERMISSIONS and given in PERMISSIONS and PERMISSIONS[Role(given)] <= PERMISSIONS[Role(role)]
