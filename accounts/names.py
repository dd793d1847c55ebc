"""Names as people type them, made fit to be shown to somebody else."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# Signs that say how the letters around them join (Arabic, Indic scripts): the only invisible ones that belong in names.
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """`text` in one line, without what cannot be seen: controls, marks that turn the reading direction, odd spaces."""
    kept = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text)
        if letter in _JOINERS or letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf")
    )
    return " ".join(kept.split())


def clean_name(text: str, *, complaint: str) -> str:
    """The name that is seen in `text`. It stands on the page on which somebody is asked for consent: it must be there,
    and read as it was typed.

    Raises ValidationError with `complaint` where there is no letter and no digit.
    """
    name = visible(text)
    if not re.search(r"[^\W_]", name):
        raise ValidationError(complaint)
    return name
