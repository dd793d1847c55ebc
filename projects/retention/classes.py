"""The classes of data and how long each is kept: one table, and the arithmetic of its dates. Pure; no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import models

from accounts.models import OrganizationKind


class DataClass(models.TextChoices):
    PHOTO = "photo", "Photographs"
    BIOMETRICS = "biometrics", "Landmarks and embeddings of faces"
    RECORDING = "recording", "Recordings of voices"
    CLONED_VOICE = "cloned-voice", "Cloned voices"
    DRAFT = "draft", "Drafts"
    CLIP = "clip", "Finished clips"
    EVIDENCE = "evidence", "Evidence of consent"
    LOG = "log", "Logs"
    ACCOUNT = "account", "Accounts"


class Anchor(models.TextChoices):
    MADE = "made", "after it was made"
    TERM = "term", "after the end of the term"
    END = "end", "after the project's end"
    LAPSE = "lapse", "after the consent lapsed"
    CLOSED = "closed", "when the account is closed"


@dataclass(frozen=True)
class Rule:
    """`days` days from the anchor. Where no end of the project was set, TERM and END fall back (see `end_of`)."""

    anchor: Anchor
    days: int = 0

    def __str__(self) -> str:
        if self.anchor is Anchor.CLOSED:
            return str(self.anchor.label)
        if not self.days:
            return {Anchor.TERM: "at the end of the term", Anchor.END: "at the project's end"}.get(
                self.anchor, "at once"
            )
        return f"{self.days} {'day' if self.days == 1 else 'days'} {self.anchor.label}"


# BIPA, 740 ILCS 14/15(a): destroyed within three years of the last contact at the latest.
THREE_YEARS = 3 * 365
# A campaign whose end nobody has told: it is taken to last a year.
CAMPAIGN_DAYS = 365
# The ends of the two terms of a school year, (month, day); a school that ends otherwise sets its project's end.
TERM_ENDS = ((1, 31), (7, 31))

_MATERIAL = (
    DataClass.PHOTO,
    DataClass.BIOMETRICS,
    DataClass.RECORDING,
    DataClass.CLONED_VOICE,
    DataClass.DRAFT,
    DataClass.CLIP,
)
_MATERIAL_RULES = {
    OrganizationKind.FAMILY: Rule(Anchor.MADE, 7),
    OrganizationKind.SCHOOL: Rule(Anchor.TERM),
    OrganizationKind.BRAND: Rule(Anchor.END, 30),
    OrganizationKind.MUSEUM: Rule(Anchor.MADE, THREE_YEARS),
}
_DIFFERENT = {
    # What was tried and not used is not worth a collection's time.
    (OrganizationKind.MUSEUM, DataClass.DRAFT): Rule(Anchor.MADE, 365),
    (OrganizationKind.MUSEUM, DataClass.CLONED_VOICE): Rule(Anchor.MADE, 365),
}
_EVERYWHERE = {
    DataClass.EVIDENCE: Rule(Anchor.LAPSE, THREE_YEARS),
    DataClass.LOG: Rule(Anchor.MADE, 365),
    DataClass.ACCOUNT: Rule(Anchor.CLOSED),
}

DEFAULTS: dict[tuple[OrganizationKind, DataClass], Rule] = {
    (kind, data_class): _EVERYWHERE.get(data_class) or _DIFFERENT.get((kind, data_class)) or _MATERIAL_RULES[kind]
    for kind in OrganizationKind
    for data_class in DataClass
}

ADJUSTABLE = _MATERIAL
"""The classes that an organisation may keep for another time; the others follow from what they are for."""

MAX_DAYS = THREE_YEARS

# Days before the date from which it is announced.
WARNING_DAYS = {
    OrganizationKind.FAMILY: 2,
    OrganizationKind.SCHOOL: 14,
    OrganizationKind.BRAND: 14,
    OrganizationKind.MUSEUM: 30,
}


def deletion_at(rule: Rule, *, made_at: datetime, ends_on: date | None = None) -> datetime | None:
    """When what was made at `made_at` is to be deleted; None: not by date. `ends_on`: the project's end, if it is set.

    What is made after the project's end counts from when it was made.
    """
    if rule.anchor is Anchor.CLOSED:
        return None
    return end_of(rule, made_at=made_at, ends_on=ends_on) + timedelta(days=rule.days)


def end_of(rule: Rule, *, made_at: datetime, ends_on: date | None) -> datetime:
    """From when the rule's days count."""
    if rule.anchor in (Anchor.MADE, Anchor.LAPSE):
        return made_at
    if ends_on is not None:
        return max(made_at, _close_of(ends_on))
    if rule.anchor is Anchor.TERM:
        return next(end for end in _term_ends(made_at.year) if end >= made_at)
    return made_at + timedelta(days=CAMPAIGN_DAYS)


def cutoff(rule: Rule, *, at: datetime, ends_on: date | None = None) -> datetime | None:
    """The latest moment of making whose deletion is due at `at`; None where nothing is. The inverse of `deletion_at`:
    `deletion_at(rule, made_at=made) <= at` just where `made <= cutoff(rule, at=at)`.
    """
    if rule.anchor is Anchor.CLOSED:
        return None
    then = at - timedelta(days=rule.days)
    if rule.anchor in (Anchor.MADE, Anchor.LAPSE):
        return then
    if ends_on is not None:
        return then if _close_of(ends_on) <= then else None
    if rule.anchor is Anchor.TERM:
        return max(end for end in _term_ends(then.year - 1) if end <= then)
    return then - timedelta(days=CAMPAIGN_DAYS)


def _term_ends(year: int) -> list[datetime]:
    """The ends of terms of this year and the next."""
    return [_close_of(date(each, month, day)) for each in (year, year + 1) for month, day in TERM_ENDS]


def _close_of(day: date) -> datetime:
    """The midnight that ends the day, UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def table() -> str:
    """Classes × kinds of organisation, as a Markdown table: what docs/retention.md shows."""
    kinds = list(OrganizationKind)
    lines = [
        "| class | " + " | ".join(str(kind.label) for kind in kinds) + " |",
        "| --- |" + " --- |" * len(kinds),
    ]
    lines += [
        f"| {data_class.label} | " + " | ".join(str(DEFAULTS[kind, data_class]) for kind in kinds) + " |"
        for data_class in DataClass
    ]
    warning = " | ".join(f"{WARNING_DAYS[kind]} days before" for kind in kinds)
    return "\n".join([*lines, f"| *a warning goes out* | {warning} |"]) + "\n"
