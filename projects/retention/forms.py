"""How long things are kept, as a form: a number of days for each class, and the end of a project."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import Organization, User
from projects.models import Project
from projects.retention.classes import ADJUSTABLE, MAX_DAYS, Anchor, DataClass
from projects.retention.models import RetentionPolicy
from projects.retention.policies import check_end, policy_set, rules_of
from projects.retention.sweep import due_count


class ClosingForm(forms.Form):
    """The organisation's name, typed: nobody closes one by a slip."""

    name = forms.CharField(
        label="Its name, to be sure", max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, organization: Organization, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.organization = organization

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name != self.organization.name.strip():
            raise ValidationError("Type the name exactly as it stands.")
        return name


class PolicyForm(forms.Form):
    """An empty field is the default of the kind of organisation, or what the organisation said for all its projects."""

    ends_on = forms.DateField(
        label="Last day of the project",
        help_text="Of a campaign, or of a term. What counts from the end counts from here.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    sure = forms.BooleanField(
        label="Delete what is over the new date already", required=False, widget=forms.HiddenInput()
    )

    def __init__(self, data: QueryDict | None, *, organization: Organization, project: Project | None) -> None:
        self.organization, self.project = organization, project
        policy = RetentionPolicy.objects.filter(organization=organization, project=project).first()
        days: dict[str, int] = policy.days if policy else {}
        ends_on: date | None = policy.ends_on if policy else None
        super().__init__(data, initial={"ends_on": ends_on, **days})
        rules = rules_of(organization)
        for data_class in ADJUSTABLE:
            rule = rules.rule(data_class, project.pk if project else "")
            anchor = Anchor(rule.anchor)
            self.fields[data_class.value] = forms.IntegerField(
                label=f"{data_class.label}: days {anchor.label}",
                help_text=f"Now: {rule}.",
                required=False,
                min_value=0,
                max_value=MAX_DAYS,
            )
        self.order_fields([*(name for name in self.fields if name != "sure"), "sure"])

    def clean_ends_on(self) -> date | None:
        ends_on: date | None = self.cleaned_data["ends_on"]
        check_end(ends_on)
        return ends_on

    def clean(self) -> dict[str, Any]:
        """What would be over its date at once is not deleted by a slip: there was no warning of it."""
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not values.get("sure") and (gone := self._gone_at_once(values)):
            things = f"{gone} thing{'s' if gone > 1 else ''}"
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error("sure", f"{things} would be over the new date, and deleted within a day. Tick this if so.")
        return values

    def _gone_at_once(self, values: dict[str, Any]) -> int:
        rules, key = rules_of(self.organization), self.project.pk if self.project else ""
        policy = RetentionPolicy(days=self._days(values), ends_on=values.get("ends_on"))
        changed = replace(rules, policies={**rules.policies, key: policy})
        return max(0, due_count(self.organization, changed) - due_count(self.organization, rules))

    @staticmethod
    def _days(values: dict[str, Any]) -> dict[str, int]:
        days = {name: value for name, value in values.items() if name in set(ADJUSTABLE) and value is not None}
        return {DataClass(name).value: value for name, value in days.items()}

    def save(self, *, acting_user: User) -> bool:
        """Set the policy; False where it is not allowed to be so, which then stands beside the fields."""
        days = self._days(self.cleaned_data)
        try:
            policy_set(
                organization=self.organization,
                acting_user=acting_user,
                project=self.project,
                days=days,
                ends_on=self.cleaned_data["ends_on"],
            )
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True
