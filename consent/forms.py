"""Forms of the consent pages: the subject's answer, reports from anybody, and what those who ask fill in."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import EmailValidator

from accounts.names import visible
from consent import gate
from consent.comparing import MOST_BYTES
from consent.face_register import register_ready
from consent.gate import Grantor, Scope
from consent.hearing import can_hear
from consent.models import ConsentRequest, Subject
from consent.notices import LANGUAGES, selfie_words
from consent.selfies import selfie_offered
from consent.wording import LANGUAGE_NAMES, page_words, scope_titles
from consent.wording_pages import words_of

AUTHORITIES = (
    ("executor", "The executor of the estate"),
    ("rights-holder", "The holder of the rights"),
    ("family", "Close family"),
)


class AnswerForm(forms.Form):
    """An answer to each scope on its own; as soon as one of them is a yes, a name and the three words are needed."""

    typed_name = forms.CharField(max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    challenge = forms.CharField(
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        ),
    )

    # Sent twice by a double click, an answer leads to the same receipt: the browser has this number, the link has not.
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    receipt_to = forms.EmailField(
        required=False, widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    )

    def __init__(self, consent_request: ConsentRequest, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = page_words(consent_request, language=language)
        for scope, title in scope_titles(consent_request, language=language).items():
            self.fields[scope.value] = forms.ChoiceField(
                label=title,
                choices=[("yes", self.words["yes"]), ("no", self.words["no"])],
                widget=forms.RadioSelect,
                error_messages={"required": self.words["choose"]},
            )
        names = {"typed_name": "name", "challenge": "words", "receipt_to": "email"}
        for field, text in names.items():
            self.fields[field].label = self.words[text]
            self.fields[field].help_text = self.words.get(f"{text}_help", "")
        self.fields["receipt_to"].error_messages["invalid"] = self.words["email_wrong"]
        if consent_request.email:
            del self.fields["receipt_to"]
        self.copies_voice = Scope.CLONE in self.fields
        self.hears = can_hear(language)
        if self.copies_voice or self.hears:
            explained = [self.words["spoken_help"], self.words["spoken_heard" if self.hears else "spoken_person"]]
            if self.copies_voice:
                explained.insert(0, self.words["spoken_only_clone"])
            self.fields["spoken"] = forms.FileField(
                label=self.words["spoken"],
                help_text=" ".join(explained),
                required=False,
                widget=forms.FileInput(attrs={"accept": "audio/*"}),
            )
        if selfie_offered(consent_request):
            self.fields["selfie"] = forms.FileField(
                label=self.words["selfie"],
                required=False,
                widget=forms.FileInput(attrs={"accept": "image/*"}),
                error_messages={"empty": self.words["selfie_unusable"]},
            )
            agreed = selfie_words(organization=consent_request.organization_name, language=language)
            self.fields["selfie_agreed"] = forms.BooleanField(label=agreed, required=False)
        if Grantor(consent_request.grantor_kind) in gate.HEIRS:
            self.fields["evidence"] = forms.FileField(
                label=self.words["evidence"],
                help_text=self.words["evidence_help"],
                required=False,
                widget=forms.FileInput(attrs={"accept": ".pdf,image/jpeg,image/png"}),
            )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if self.granted and not visible(str(values.get("typed_name", ""))):
            self.add_error("typed_name", self.words["name_missing"])
        spoken = values.get("spoken")
        if Scope.CLONE in self.granted and not spoken and "spoken" not in self.errors:
            self.add_error("spoken", self.words["spoken_missing"])
        typed = str(values.get("challenge", "")).strip()
        if self.granted and not typed and not (spoken and self.hears):
            self.add_error("challenge", self.words["words_missing"])
        selfie = values.get("selfie")
        if Scope.FACE in self.granted and selfie and not values.get("selfie_agreed"):
            self.add_error("selfie_agreed", self.words["selfie_not_agreed"])
        if selfie and selfie.size > MOST_BYTES:
            self.add_error("selfie", self.words["selfie_unusable"])
        return values

    @property
    def granted(self) -> set[Scope]:
        """The scopes with a yes."""
        return {scope for scope in Scope if self.cleaned_data.get(scope.value) == "yes"}

    @property
    def recording(self) -> bytes:
        """The recording of the three words; b"" without one."""
        file = self.cleaned_data.get("spoken")
        return file.read() if file else b""

    @property
    def own_picture(self) -> bytes:
        """The selfie, to be compared; b"" without one."""
        file = self.cleaned_data.get("selfie")
        return file.read() if file else b""

    @property
    def document(self) -> bytes:
        """The document that came with the answer; b"" without one."""
        file = self.cleaned_data.get("evidence")
        return file.read() if file else b""


class ReportForm(forms.Form):
    """ "Not me": which clip, or a photo that must not be used here."""

    clip_reference = forms.CharField(max_length=300, required=False)
    photo = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))
    message = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    true = forms.BooleanField()

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if register_ready():
            self.fields["recognise"] = forms.BooleanField(required=False)
        words = words_of(language, operator=settings.LIKENESS_OPERATOR or words_of(language)["operator"])
        named = {"clip_reference": "clip"}
        for field in self.fields:
            text = f"report_{named.get(field, field)}"
            self.fields[field].label = words[text]
            self.fields[field].help_text = words.get(f"{text}_help", "")
            self.fields[field].error_messages["required"] = words["required"]
        self.fields["email"].error_messages["invalid"] = words["invalid_email"]
        # The field brings a validator with a text of its own.
        self.fields["email"].validators = [EmailValidator(words["invalid_email"])]
        self.words = words

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("clip_reference") and not values.get("photo") and "photo" not in self.errors:
            self.add_error("clip_reference", self.words["report_clip_or_photo"])
        return values


class SendForm(forms.Form):
    """To whom the link is sent."""

    email = forms.EmailField(label="E-mail address of the person asked")


class TermsForm(forms.Form):
    """The same question on other terms."""

    topic = forms.CharField(
        label="A topic",
        help_text="Within it any words may be said, if the person agrees. The exact words are asked about as well.",
        max_length=200,
        required=False,
    )
    commercial = forms.BooleanField(label="It advertises or sells something", required=False)
    public = forms.BooleanField(label="It is posted where everybody can see it", required=False)
    clone = forms.BooleanField(label="It speaks with a copy of the person’s own voice", required=False)
    voice_recording = forms.FileField(
        label="A recording of their voice, from which the copy would be made",
        help_text="They hear it on the page. It is erased when they say no, or take the yes back.",
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*"}),
    )
    purpose = forms.CharField(label="What it is for", max_length=500)
    audience = forms.CharField(label="Where it is shown, and to whom", max_length=300)
    language = forms.ChoiceField(
        label="Language of the person", choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]
    )


class StatementForm(forms.Form):
    """Why somebody may be shown who cannot be asked, with the document that shows the authority."""

    authority = forms.ChoiceField(
        label="Who gives permission",
        choices=[*AUTHORITIES, ("editor", "We ourselves, as editors")],
    )
    statement = forms.CharField(label="The statement", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    source = forms.CharField(label="What it rests on", max_length=1000, required=False)
    evidence = forms.FileField(
        label="The document that shows it",
        help_text="A will, a certificate of inheritance, a contract: PDF, JPEG or PNG. Only moderators see it.",
        required=False,
    )


class LinkForm(forms.Form):
    """Who is asked by a link about somebody who cannot be."""

    authority = forms.ChoiceField(label="Who decides")
    name = forms.CharField(label="Their name", help_text="Only you see it.", max_length=200, required=False)

    def __init__(self, subject: Subject, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = gate.LINK_GRANTORS.get(gate.SubjectKind(subject.kind), frozenset())
        choices = [(value, title) for value, title in AUTHORITIES if value in allowed]
        self.fields["authority"].choices = [*choices, ("", "Nobody: a statement stands instead")]  # type: ignore[attr-defined]
        self.fields["authority"].required = False


class AppealForm(forms.Form):
    """Why a refused picture may be used."""

    reason = forms.CharField(
        label="Why this picture may be used", max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _PhotosField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        chosen = data if isinstance(data, list) else [data]
        return [super(_PhotosField, self).clean(one, initial) for one in chosen]


class ClassForm(forms.Form):
    """A whole class: the list, the photos, and what the guardians are asked."""

    name = forms.CharField(label="Name of the class", max_length=200)
    pupils = forms.CharField(
        label="The list",
        help_text="One pupil a line: name; guardian; guardian’s e-mail; file name of the photo. A table can be pasted.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    photos = _PhotosField(
        label="The photos",
        help_text="All that the list names. Keep the files: consent is for exactly these.",
        widget=_ManyFiles(attrs={"multiple": True, "accept": "image/*"}),
    )
    topic = forms.CharField(label="What the pupils talk about", max_length=200)
    purpose = forms.CharField(label="What it is for", max_length=500)
    audience = forms.CharField(label="Where it is shown, and to whom", max_length=300)
    language = forms.ChoiceField(
        label="Language of the guardians", choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from rendering.engine.speech import VOICES  # noqa: PLC0415  the engine loads voices: only when they are needed

        super().__init__(*args, **kwargs)
        self.voices = {name: f"{voice.name}, a computer voice" for name, voice in VOICES.items()}
        self.fields["voice"] = forms.ChoiceField(label="The voice", choices=list(self.voices.items()), initial="heart")
