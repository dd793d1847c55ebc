"""What the plan's page is asked for."""

from typing import Any

from django import forms

from accounts.billing.overage import MOST_SECONDS


class ProductForm(forms.Form):
    """A plan or a pack by its name in the catalogue, and the number of the form; never an amount."""

    product = forms.CharField(max_length=40)
    once = forms.RegexField(r"^[0-9a-f]{32}$")


class OnceForm(forms.Form):
    """A button."""

    once = forms.RegexField(r"^[0-9a-f]{32}$")


class LimitForm(forms.Form):
    """How far beyond the plan, in minutes."""

    minutes = forms.IntegerField(
        label="Minutes beyond the plan, a month",
        min_value=0,
        max_value=MOST_SECONDS // 60,
        help_text="0 means that clips wait until there are seconds again.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    @property
    def seconds(self) -> int:
        value: Any = self.cleaned_data["minutes"]
        return int(value) * 60
