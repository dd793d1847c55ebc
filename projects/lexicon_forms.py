"""A word, and how it is said."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organization, User
from projects.lexicon import lexicon_set
from projects.models import LexiconEntry


class LexiconForm(forms.Form):
    """One entry of the lexicon."""

    written = forms.CharField(
        label="Written",
        max_length=100,
        help_text="As it stands in the text. In small letters it holds for every spelling.",
        widget=forms.TextInput(attrs={"placeholder": "SQL"}),
    )
    said = forms.CharField(
        label="Said",
        max_length=200,
        help_text="In other words, or in IPA between slashes: /ˈlaɪknəs/",
        widget=forms.TextInput(attrs={"placeholder": "sequel"}),
    )

    def save(self, *, organization: Organization, acting_user: User) -> LexiconEntry | None:
        """The entry, or None with the reasons beside the fields."""
        try:
            return lexicon_set(organization=organization, acting_user=acting_user, **self.cleaned_data)
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else None, texts)
        return None
