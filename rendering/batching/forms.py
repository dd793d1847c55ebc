"""The form behind a batch: a table, a script, and what all rows share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.models import Organization, User
from projects.batches.columns import TARGET_LABELS, MappingError, guess_mapping
from projects.batches.models import TITLE_LENGTH, Batch
from projects.batches.planning import Defaults
from projects.batches.services import batch_change, batch_create, sheet_from
from projects.batches.sheet import MOST_BYTES, Sheet, SheetError
from projects.batches.template import MOST_CHARACTERS, TemplateError, read_template
from projects.models import Aspect, Portrait, Project
from rendering.engine.motion import STYLES
from rendering.engine.speech import VOICES

_SHAPES = {Aspect.PHOTO: "Picture", Aspect.TALL: "Tall 9:16", Aspect.SQUARE: "Square", Aspect.WIDE: "Wide 16:9"}
COLUMN = "column-"
_DEFAULTS = ("portrait", "voice", "style", "aspect", "direction", "topic", "captions", "commercial", "public")


class SheetField(forms.FileField):
    """A table's file; its value is (Sheet, SHA-256)."""

    widget = forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.json,text/csv,application/json"})

    def clean(self, data: Any, initial: Any = None) -> tuple[Sheet, str, str] | None:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(
                f"This file is bigger than {MOST_BYTES // 1_000_000} MB. Split it into several batches."
            )
        name = upload.name or ""
        try:
            return (*sheet_from(upload.read(), name), name)
        except SheetError as error:
            raise ValidationError(error.message) from None


class BatchForm(forms.Form):
    """A table, a script, and what all rows share; for a batch that is there, what its columns mean too."""

    name = forms.CharField(
        max_length=TITLE_LENGTH,
        help_text="Clips without a title of their own are called by it.",
        widget=forms.TextInput(attrs={"placeholder": "For example: autumn mailing"}),
        error_messages={"required": "Give the batch a name."},
    )
    file = SheetField(
        error_messages={
            "required": "Choose the table first: a CSV or JSON file with a row for each clip.",
            "empty": "This file is empty. Choose a CSV or JSON file with a row for each clip.",
        }
    )
    template = forms.CharField(
        label="Script",
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        help_text="The names of columns stand in two braces, with a default after a bar if you like. "
        "A table with the words in a column needs no script.",
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": "Hello {{first name}}, your seat in {{city|our house}} is waiting."}
        ),
    )
    portrait = forms.ChoiceField(label="Picture", required=False)
    voice = forms.ChoiceField(label="Voice", required=False)
    style = forms.ChoiceField(label="Style", initial="presenter")
    aspect = forms.ChoiceField(
        label="Shape",
        initial=Aspect.PHOTO.value,
        choices=[(shape.value, title) for shape, title in _SHAPES.items()],
        widget=forms.RadioSelect,
    )
    direction = forms.CharField(label="Direction", required=False, max_length=500)
    topic = forms.CharField(
        label="Topic",
        required=False,
        max_length=TITLE_LENGTH,
        help_text="Whoever is shown can agree to any words on a topic, once, instead of to every row.",
        widget=forms.TextInput(attrs={"placeholder": "For example: greetings to our members this autumn"}),
    )
    captions = forms.BooleanField(label="Captions in the picture", required=False)
    commercial = forms.BooleanField(label="For advertising, or something that is sold", required=False)
    public = forms.BooleanField(label="Posted where anybody can see it", required=False)

    def __init__(self, organization: Organization, *args: Any, batch: Batch | None = None, **kwargs: Any) -> None:
        if batch is not None:
            kwargs["initial"] = {"name": batch.name, "template": batch.template, **batch.defaults}
        super().__init__(*args, **kwargs)
        self.organization, self.batch = organization, batch
        portraits = Portrait.objects.filter(organization=organization, erased_at=None).select_related("subject")
        self.fields["portrait"].choices = [  # type: ignore[attr-defined]
            ("", "As each row says"),
            *((p.pk, p.name if p.name == p.subject.name else f"{p.name} ({p.subject.name})") for p in portraits),
        ]
        self.fields["voice"].choices = [  # type: ignore[attr-defined]
            (voice.id, f"{voice.name} · {voice.accent}, {voice.gender}") for voice in VOICES.values()
        ]
        self.fields["style"].choices = [(style.id, style.title) for style in STYLES.values()]  # type: ignore[attr-defined]
        if batch is not None:
            self.fields["file"].required = False
            self.fields["name"].disabled = True
            self._add_columns(batch)

    def _add_columns(self, batch: Batch) -> None:
        choices = [(target.value, label) for target, label in TARGET_LABELS.items()]
        for index, column in enumerate(batch.columns):
            said = batch.mapping.get(column) or guess_mapping(batch.columns)[column]
            self.fields[f"{COLUMN}{index}"] = forms.ChoiceField(
                label=column, choices=choices, initial=said, required=False
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields that say what the columns mean."""
        return [self[name] for name in self.fields if name.startswith(COLUMN)]

    def clean_template(self) -> str:
        template = str(self.cleaned_data["template"])
        try:
            read_template(template)
        except TemplateError as error:
            raise ValidationError(error.message) from None
        return template

    def save(self, *, acting_user: User, project: Project | None = None) -> Batch | None:
        """The batch, to be checked, or None with the reasons beside the fields."""
        try:
            return self._change(acting_user) if self.batch is not None else self._create(acting_user, project)
        except MappingError as error:
            self.add_error(None, error.message)
        except ValidationError as error:
            for name, texts in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
                self.add_error(name if name in self.fields else None, texts)
        return None

    def _create(self, acting_user: User, project: Project | None) -> Batch:
        if project is None:
            raise ValueError("a new batch belongs to a project")
        values = self.cleaned_data
        sheet, sha256, name = values["file"]
        return batch_create(
            organization=self.organization,
            acting_user=acting_user,
            project=project,
            name=values["name"],
            template=values["template"],
            sheet=sheet,
            file_name=name,
            file_sha256=sha256,
            defaults=self._defaults(),
        )

    def _change(self, acting_user: User) -> Batch:
        if self.batch is None:
            raise ValueError("there is no batch to change")
        values = self.cleaned_data
        sheet, sha256, name = values.get("file") or (None, "", "")
        chosen = enumerate(self.batch.columns)
        mapping = {column: values.get(f"{COLUMN}{index}") for index, column in chosen}
        return batch_change(
            organization=self.organization,
            acting_user=acting_user,
            batch=self.batch,
            template=values["template"],
            defaults=self._defaults(),
            mapping={column: said for column, said in mapping.items() if said} if sheet is None else None,
            sheet=sheet,
            file_name=name,
            file_sha256=sha256,
        )

    def _defaults(self) -> Defaults:
        return Defaults(**{name: self.cleaned_data[name] for name in _DEFAULTS})


class CorrectionForm(forms.Form):
    """A corrected table of rows."""

    file = SheetField(error_messages={"required": "Choose the corrected table first.", "empty": "This file is empty."})
