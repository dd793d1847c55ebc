"""How long things are kept, as a form: a number of days for each class, and the end of a project."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import Organization, User
from projects.models import Project
from projects.retention.classes import ADJUSTABLE, MAX_DAYS, Anchor, DataClass
from projects.retention.models import RetentionPolicy
from projects.retention.policies import policy_set, rules_of


class PolicyForm(forms.Form):
    """An empty field is the default of the kind of organisation, or what the organisation said for all its projects."""

    ends_on = forms.DateField(
        label="Last day of the project",
        help_text="Of a campaign, or of a term. What counts from the end counts from here.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
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

    def save(self, *, acting_user: User) -> bool:
        """Set the policy; False where it is not allowed to be so, which then stands beside the fields."""
        days = {
            DataClass(name).value: value
            for name, value in self.cleaned_data.items()
            if name != "ends_on" and value is not None
        }
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
