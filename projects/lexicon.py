"""How an organisation wants words to be said: names, abbreviations, its own product."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from projects.models import LexiconEntry
from projects.services import insert
from rendering.engine.errors import WordsError

MOST_ENTRIES = 500


def lexicon_of(organization: Organization) -> dict[str, str]:
    """Word or phrase → how it is said: other words, or IPA between slashes."""
    return dict(LexiconEntry.objects.filter(organization=organization).values_list("written", "said"))


def entries_in(words: str, lexicon: dict[str, str]) -> dict[str, str]:
    """Those entries of `lexicon` that can matter for `words`."""
    low = words.casefold()
    return {written: said for written, said in lexicon.items() if written.casefold() in low}


@transaction.atomic
def lexicon_set(*, organization: Organization, acting_user: User, written: str, said: str) -> LexiconEntry:
    """Say `written` as `said` from now on, in clips that are made from now on.

    Raises PermissionDenied, ValidationError: nothing written, sounds that no voice has, too many entries.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    written, said = " ".join(written.split()), " ".join(said.split())
    _check(written, said)
    existing = LexiconEntry.objects.filter(organization=organization, written=written).first()
    if existing is not None:
        existing.said = said
        existing.save(update_fields=["said"])
        audit_record(
            organization=organization, acting_user=acting_user, action="lexicon.changed", object_id=existing.pk, data={}
        )
        return existing
    if LexiconEntry.objects.filter(organization=organization).count() >= MOST_ENTRIES:
        raise ValidationError({"written": f"There are {MOST_ENTRIES} entries already. Remove one first."})
    entry = LexiconEntry(organization=organization, created_by=acting_user, written=written, said=said)
    insert(entry, acting_user, "lexicon.added")
    return entry


@transaction.atomic
def lexicon_remove(*, organization: Organization, acting_user: User, entry: LexiconEntry) -> None:
    """Forget an entry. Clips that were ordered with it keep it. Raises PermissionDenied."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    audit_record(
        organization=organization, acting_user=acting_user, action="lexicon.removed", object_id=entry.pk, data={}
    )
    entry.delete()


def _check(written: str, said: str) -> None:
    from rendering.engine.speech import check_words  # noqa: PLC0415  loads voices

    if not any(letter.isalnum() for letter in written):
        raise ValidationError({"written": "Write the word or phrase as it stands in the text."})
    if not said:
        raise ValidationError({"said": "Write how it is said: in other words, or in IPA between slashes."})
    try:
        check_words(written, lexicon={written: said})
        if not said.startswith("/"):
            check_words(said)
    except WordsError as error:
        if error.code != "words-language":  # a single name may look like any language
            raise ValidationError({"said": f"{error.message} {error.advice}".strip()}) from error
