"""Rules that flag words and photos for a person to look at. They stop nothing by themselves. Words: pure."""

import re
from dataclasses import dataclass

from django.db.models import Q

from consent.gate import LIVING_KINDS, SubjectKind
from projects.models import Portrait


@dataclass(frozen=True)
class Flag:
    """Why something should be looked at, and how urgent that is, 1 to 5."""

    summary: str
    risk: int


# English only in this first version. Each rule is a sign of a known misuse of talking portraits, not a proof of one.
_WORDS = (
    (r"\b(wire|transfer|send|deposit)\b.{0,40}\b(money|funds|bitcoin|crypto|gift cards?|\$|€|£)", "asks for money", 4),
    (r"\b(password|passcode|one[- ]time code|pin code|card number|cvv)\b", "asks for or names a secret", 4),
    (r"\b(guaranteed returns?|double your (money|investment)|risk[- ]free investment)\b", "promises profits", 4),
    (r"\b(vote (for|against)|do not vote|polling (station|place)|election day)\b", "is about an election", 3),
    (r"\b(cures?|heals?)\b.{0,30}\b(cancer|diabetes|covid|autism)\b", "promises a cure", 3),
    (r"\b(kill|shoot|rape|bomb)\b.{0,20}\b(you|them|him|her|everyone)\b", "threatens somebody", 5),
    (r"\b(naked|nude|porn\w*|sex (video|tape))\b", "is sexual", 4),
)
_RULES = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), what, risk) for pattern, what, risk in _WORDS)


def words_flag(words: str) -> Flag | None:
    """The most urgent flag on a script, naming all that was seen in it; None where nothing was."""
    seen = [(risk, what) for pattern, what, risk in _RULES if pattern.search(words)]
    if not seen:
        return None
    return Flag(f"The script {', '.join(what for _, what in seen)}.", max(risk for risk, _ in seen))


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
