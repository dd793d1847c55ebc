"""The forms of reports, answers and decisions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from projects.moderation.models import AbuseReason, Verdict


class AbuseForm(forms.Form):
    """What a stranger says of a clip."""

    reason = forms.ChoiceField(label="What is wrong with it?", choices=AbuseReason.choices, widget=forms.RadioSelect)
    message = forms.CharField(
        label="What should we know?", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    takedown = forms.BooleanField(
        label="I ask for it to be taken down: it shows me, or somebody I speak for, and nobody agreed to it",
        required=False,
    )
    signed_name = forms.CharField(
        label="Your name, as your signature",
        help_text="Needed for a take-down request only.",
        required=False,
        max_length=200,
    )
    email = forms.EmailField(
        label="Your e-mail address",
        help_text="Needed for a take-down request; else only if you want an answer.",
        required=False,
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Your answer",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A moderator reads it.",
    )


class AppealForm(forms.Form):
    text = forms.CharField(
        label="Why is it wrong?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A second moderator reads it. You can appeal once against a decision.",
    )


class DecisionForm(forms.Form):
    """Only what this moderator can decide in this case now can be chosen."""

    verdict = forms.ChoiceField(widget=forms.RadioSelect)
    whole_picture = forms.BooleanField(
        label="The picture itself, whatever it says",
        help_text="A take-down otherwise stops this picture saying just this.",
        required=False,
    )
    reason = forms.CharField(
        label="Reason",
        help_text="The organisation reads it. Name nobody.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: QueryDict | None, *, verdicts: Sequence[Verdict], has_words: bool) -> None:
        super().__init__(data)
        self.fields["verdict"] = forms.ChoiceField(
            choices=[(verdict.value, verdict.label) for verdict in verdicts], widget=forms.RadioSelect
        )
        if Verdict.TAKE_DOWN not in verdicts or not has_words:
            del self.fields["whole_picture"]

    def clean_verdict(self) -> Verdict:
        return Verdict(self.cleaned_data["verdict"])


class ReversalForm(forms.Form):
    reason = forms.CharField(label="Why it is reversed", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


def field_errors(form: forms.Form, error: Any) -> None:
    """Show a service's ValidationError beside the fields that it names, and on top where the form has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
