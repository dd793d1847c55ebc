"""The form of a new link."""

from django import forms

LASTING = ((7, "A week"), (30, "30 days"), (90, "90 days"), (365, "A year"))


class ShareForm(forms.Form):
    label = forms.CharField(
        label="For whom",
        max_length=100,
        required=False,
        help_text="So that you tell your links apart. Nobody else sees it.",
    )
    days = forms.TypedChoiceField(label="It works for", choices=LASTING, coerce=int, initial=30)
