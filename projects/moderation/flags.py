"""Rules that flag words and photos for a person to look at. Words and numbers: pure."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.scopes import across_tenants
from consent.gate import LIVING_KINDS, SubjectKind
from projects.models import Portrait
from projects.moderation.phrases import PHRASES, plain


@dataclass(frozen=True)
class Flag:
    """Why something should be looked at, and how urgent that is, 1 to 5. `holds`: nothing is made of it until then."""

    summary: str
    risk: int
    holds: bool = False


# open_nsfw's authors call under 0.2 safe and over 0.8 a nude; what lies between is the operator's to draw. Measured on
# the sample drawing and seven portraits in oil: 0.0001 to 0.03.
NUDITY_TO_LOOK_AT = 0.5
NUDITY_TO_HOLD = 0.8


def words_flag(words: str) -> Flag | None:
    """The most urgent flag on a script, naming all that was seen in it; None where nothing was."""
    said = plain(words)
    seen = {phrase.what: phrase.risk for phrase in PHRASES if phrase.pattern.search(said)}
    if not seen:
        return None
    return Flag(f"The script {', '.join(seen)}.", max(seen.values()))


def nudity_flag(score: float | None, what: str = "The photo") -> Flag | None:
    """What follows from how likely a picture is a nude, 0 to 1. None, where nothing could tell, is flagged too."""
    if score is None:
        return Flag(f"{what} could not be looked at for nudity: the model is not there.", 2)
    if score >= NUDITY_TO_HOLD:
        return Flag(f"{what} is likely a nude ({score:.0%}). Nothing is made of it until this is decided.", 5, True)
    if score >= NUDITY_TO_LOOK_AT:
        return Flag(f"{what} may be a nude ({score:.0%}).", 3)
    return None


@across_tenants("whether another organisation says otherwise of the same photo")
def photo_flag(portrait: Portrait) -> Flag | None:
    """Whether another organisation shows the same photo as another kind of person: one says living, one says not."""
    living = portrait.subject.kind in LIVING_KINDS
    same = Q(sha256__in=portrait.sha256s) | Q(root_sha256__in=portrait.sha256s)
    others = Portrait.objects.filter(same).exclude(organization_id=portrait.organization_id)
    for kind in others.values_list("subject__kind", flat=True).distinct():
        if (kind in LIVING_KINDS) != living:
            said, other = SubjectKind(portrait.subject.kind).value, SubjectKind(kind).value
            return Flag(f"The same photo is “{said}” here and “{other}” in another organisation.", 4)
    return None
