"""The forms of reports, answers and decisions."""

from typing import Any

from django import forms

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


class EvidenceForm(forms.Form):
    evidence = forms.CharField(
        label="Your answer",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A moderator reads it.",
    )


class DecisionForm(forms.Form):
    verdict = forms.ChoiceField(choices=Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        help_text="The organisation reads it. Name nobody.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    def clean_verdict(self) -> Verdict:
        return Verdict(self.cleaned_data["verdict"])


class ReversalForm(forms.Form):
    reason = forms.CharField(
        label="Why it is reversed", max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "cols": 60})
    )


def field_errors(form: forms.Form, error: Any) -> None:
    """Show a service's ValidationError beside the fields that it names, and on top where the form has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
