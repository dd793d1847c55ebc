"""What a row of a batch comes to: its words, picture, voice and manner, or what is wrong with it, by column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import Organization
from accounts.names import visible
from projects.batches.columns import Target, column_for, values_of
from projects.batches.models import TITLE_LENGTH, Batch
from projects.batches.template import Template, TemplateError, fill, read_template
from projects.lexicon import entries_in, lexicon_of
from projects.models import Aspect, Portrait
from rendering.engine.errors import WordsError
from rendering.engine.motion import STYLES
from rendering.engine.speech import VOICES, Voice, all_voices, check_words, estimate_seconds
from rendering.engine.speech.words import language_name
from rendering.engine.video import unwritable

LONG_SECONDS = 90
NAMES_SHOWN = 12

_YES = frozenset({"yes", "y", "true", "1", "x", "on", "ja", "oui", "sí", "si"})
_NO = frozenset({"", "no", "n", "false", "0", "off", "nein", "non", "-"})
# What a spreadsheet leaves in a cell whose formula failed.
_FAILED = re.compile(r"#(REF|NAME|VALUE|DIV/0|N/A|NULL|NUM|SPILL|CALC)[!?]?|#{3,}")
# A spreadsheet takes 9:16 for a time of the day, and writes it as one.
_CLOCK = re.compile(r"0?(\d{1,2}):0?(\d{1,2})(?::00)?")
_ASPECTS = {
    "tall": Aspect.TALL,
    "vertical": Aspect.TALL,
    "story": Aspect.TALL,
    "square": Aspect.SQUARE,
    "wide": Aspect.WIDE,
    "landscape": Aspect.WIDE,
    "horizontal": Aspect.WIDE,
    "photo": Aspect.PHOTO,
    "original": Aspect.PHOTO,
    "as the photo": Aspect.PHOTO,
}


@dataclass(frozen=True)
class Defaults:
    """What rows have that say nothing else; `portrait` is an id."""

    portrait: str = ""
    voice: str = ""
    style: str = "neutral"
    aspect: str = Aspect.PHOTO
    direction: str = ""
    topic: str = ""
    captions: bool = False
    commercial: bool = False
    public: bool = False


@dataclass
class Plan:
    """What a row comes to. A problem stops it, a note does not; both are {"column", "message"} for a person."""

    words: str = ""
    portrait: Portrait | None = None
    voice: str = ""
    style: str = ""
    aspect: str = ""
    direction: str = ""
    title: str = ""
    topic: str = ""
    reference: str = ""
    captions: bool = False
    commercial: bool = False
    public: bool = False
    seconds: float = 0.0
    problems: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, column: str, message: str) -> None:
        self.problems.append({"column": column, "message": message})

    def note(self, column: str, message: str) -> None:
        self.notes.append({"column": column, "message": message})


class Planner:
    """Plans the rows of one batch. What they share is read once: make a new one for each round."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.defaults = Defaults(**batch.defaults)
        self.mapping: Mapping[str, str] = batch.mapping
        self.template: Template | None = read_template(batch.template) if batch.template.strip() else None
        self.voices: dict[str, Voice] = dict(VOICES)
        self.lexicon = lexicon_of(batch.organization)
        self._portraits = PortraitFinder(batch.organization)

    def plan(self, number: int, cells: Mapping[str, str]) -> Plan:
        """What the row `number` with these cells comes to."""
        plan = Plan()
        for column, cell in cells.items():
            self._look_at(plan, column, cell)
        self._set_portrait(plan, cells)
        self._set_voice(plan, cells)
        self._set_manner(plan, cells)
        self._set_uses(plan, cells)
        self._set_words(plan, cells)
        self._set_title(plan, number, cells)
        return plan

    def _cell(self, cells: Mapping[str, str], target: Target) -> tuple[str, str]:
        column = column_for(self.mapping, target)
        return column, cells.get(column, "").strip() if column else ""

    def _look_at(self, plan: Plan, column: str, cell: str) -> None:
        if self.mapping.get(column) == Target.IGNORED:
            return
        if _FAILED.fullmatch(cell.strip()):
            plan.wrong(
                column, f"“{cell.strip()}” is what a spreadsheet writes where a formula failed. Correct it there."
            )
        elif re.match(r"=\s*[A-Z]{2,}\(", cell):
            plan.note(column, "This looks like a formula. It is taken as text: nothing in a table is computed.")

    def _set_portrait(self, plan: Plan, cells: Mapping[str, str]) -> None:
        column, wanted = self._cell(cells, Target.PORTRAIT)
        wanted = wanted or self.defaults.portrait
        if not wanted:
            where = f"Name one in column “{column}”" if column else "Add a column “picture”"
            plan.wrong(column, f"This row has no picture. {where}, or choose one for the whole batch.")
            return
        plan.portrait, complaint = self._portraits.find(wanted)
        if complaint:
            plan.wrong(column, complaint)

    def _set_voice(self, plan: Plan, cells: Mapping[str, str]) -> None:
        voice_column, voice_wanted = self._cell(cells, Target.VOICE)
        language_column, language = self._cell(cells, Target.LANGUAGE)
        chosen = self._voice_named(voice_wanted) if voice_wanted else None
        if voice_wanted and chosen is None:
            plan.wrong(voice_column, self._no_voice(voice_wanted))
            return
        if language:
            speaking = [voice for voice in self.voices.values() if _speaks(voice, language)]
            if not speaking:
                plan.wrong(language_column, self._no_language(language))
                return
            if chosen is not None and chosen not in speaking:
                plan.wrong(
                    voice_column,
                    f"The voice “{chosen.name}” speaks {language_name(chosen.language)}, "
                    f"and this row wants “{language}”.",
                )
                return
            chosen = chosen or self._most_like_default(speaking)
        chosen = chosen or self._voice_named(self.defaults.voice) or next(iter(self.voices.values()))
        plan.voice = chosen.id

    def _voice_named(self, wanted: str) -> Voice | None:
        if wanted in self.voices:
            return self.voices[wanted]
        name = wanted.casefold()
        return next((v for v in self.voices.values() if name in (v.id.casefold(), v.name.casefold())), None)

    def _no_voice(self, wanted: str) -> str:
        names = [voice.name for voice in self.voices.values()]
        for entry in all_voices():
            if wanted.casefold() in (entry.voice.id.casefold(), entry.voice.name.casefold()) and entry.how:
                return f"The voice “{entry.voice.name}” is not installed here. {entry.how}"
        return f"There is no voice “{wanted}”. There are: {_listed(names)}."

    def _no_language(self, language: str) -> str:
        spoken = sorted({language_name(voice.language) for voice in self.voices.values()})
        return f"No voice here speaks “{language}”. Spoken are: {_listed(spoken)}. Recordings may be in any language."

    def _most_like_default(self, speaking: list[Voice]) -> Voice:
        default = self._voice_named(self.defaults.voice)
        if default is None:
            return speaking[0]
        alike = (voice for voice in speaking if voice == default)
        return next(alike, None) or next((v for v in speaking if v.gender == default.gender), speaking[0])

    def _set_manner(self, plan: Plan, cells: Mapping[str, str]) -> None:
        column, wanted = self._cell(cells, Target.STYLE)
        wanted = (wanted or self.defaults.style).casefold()
        style = next((s for s in STYLES.values() if wanted in (s.id.casefold(), s.title.casefold())), None)
        if style is None:
            plan.wrong(column, f"There is no style “{wanted}”. There are: {_listed([s.id for s in STYLES.values()])}.")
        else:
            plan.style = style.id
        column, wanted = self._cell(cells, Target.ASPECT)
        aspect = _aspect(wanted or self.defaults.aspect)
        if aspect is None:
            plan.wrong(column, f"“{wanted}” is no shape. There are: photo, 9:16, 1:1, 16:9.")
        else:
            plan.aspect = aspect
        plan.direction = " ".join((self._cell(cells, Target.DIRECTION)[1] or self.defaults.direction).split())[:500]

    def _set_uses(self, plan: Plan, cells: Mapping[str, str]) -> None:
        plan.captions = self._yes(plan, cells, Target.CAPTIONS, self.defaults.captions)
        plan.commercial = self._yes(plan, cells, Target.COMMERCIAL, self.defaults.commercial)
        plan.public = self._yes(plan, cells, Target.PUBLIC, self.defaults.public)
        plan.topic = " ".join((self._cell(cells, Target.TOPIC)[1] or self.defaults.topic).split())[:TITLE_LENGTH]

    def _yes(self, plan: Plan, cells: Mapping[str, str], target: Target, default: bool) -> bool:
        column, said = self._cell(cells, target)
        if not said:
            return default
        if said.casefold() in _YES:
            return True
        if said.casefold() not in _NO:
            plan.wrong(column, f"“{said}” is neither yes nor no.")
        return False

    def _set_words(self, plan: Plan, cells: Mapping[str, str]) -> None:
        column, own = self._cell(cells, Target.WORDS)
        try:
            template = read_template(own) if own else self.template
        except TemplateError as error:
            plan.wrong(column, error.message.replace("of the script", "of the words"))
            return
        if template is None:
            plan.wrong(column, "This row has no words, and the batch has no script.")
            return
        filled = fill(template, values_of(cells, self.mapping))
        if filled.missing:
            for name in filled.missing:
                plan.wrong(
                    name, f"There is nothing for {{{{{name}}}}}. Fill the cell, or give a default: {{{{{name}|…}}}}."
                )
            return
        plan.words = filled.words.strip()
        if not plan.voice:
            return
        try:
            lexicon = entries_in(plan.words, self.lexicon)
            plan.words = check_words(plan.words, voice=plan.voice, lexicon=lexicon)
            plan.seconds = estimate_seconds(plan.words, voice=plan.voice)
        except WordsError as error:
            plan.wrong(column if own else "", f"{error.message} {error.advice}".strip())
            return
        if plan.captions and (unwritten := unwritable(plan.words)):
            column = column_for(self.mapping, Target.CAPTIONS)
            plan.wrong(column, f"{unwritten.message} {unwritten.advice}")
        if plan.seconds > LONG_SECONDS:
            plan.note(
                column,
                f"This is about {round(plan.seconds)} seconds. Clips of 30 to 90 seconds are watched to the end.",
            )

    def _set_title(self, plan: Plan, number: int, cells: Mapping[str, str]) -> None:
        plan.reference = visible(self._cell(cells, Target.REFERENCE)[1])[:TITLE_LENGTH]
        own = visible(self._cell(cells, Target.TITLE)[1])
        plan.title = (own or f"{self.batch.name}, {plan.reference or f'row {number}'}")[:TITLE_LENGTH]


class PortraitFinder:
    """The organisation's pictures, by id, by name, or by whom they show."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._found: dict[str, tuple[Portrait | None, str]] = {}

    def find(self, wanted: str) -> tuple[Portrait | None, str]:
        """The picture, or None and why not."""
        if wanted not in self._found:
            self._found[wanted] = self._find(wanted)
        return self._found[wanted]

    @cached_property
    def _all(self) -> list[Portrait]:
        portraits = Portrait.objects.filter(organization=self._organization).select_related("subject", "organization")
        return list(portraits)

    def _find(self, wanted: str) -> tuple[Portrait | None, str]:
        by_id = [portrait for portrait in self._all if portrait.pk == wanted]
        tests: tuple[Callable[[Portrait], str], ...] = (lambda p: p.name, lambda p: p.subject.name)
        name = " ".join(wanted.split()).casefold()
        named = [p for p in self._all if p.erased_at is None and name in (test(p).casefold() for test in tests)]
        found = by_id or named
        if not found:
            names = sorted({portrait.name for portrait in self._all if portrait.erased_at is None})
            there = f"There are: {_listed(names)}." if names else "Upload it first."
            return None, f"There is no picture “{wanted}”. {there}"
        if found[0].erased_at is not None:
            return None, f"The picture “{wanted}” was erased. Upload it again, or choose another one."
        if len(found) > 1:
            ids = ", ".join(portrait.pk for portrait in found[:NAMES_SHOWN])
            return None, f"There are {len(found)} pictures called “{wanted}”. Give the number of one: {ids}."
        return found[0], ""


def _speaks(voice: Voice, language: str) -> bool:
    said, tag = language.strip().casefold().replace("_", "-"), voice.language.casefold()
    return said in (tag, tag.split("-")[0], language_name(voice.language).casefold(), voice.accent.casefold())


def _aspect(wanted: str) -> str | None:
    said = " ".join(wanted.casefold().split())
    if said in _ASPECTS:
        return _ASPECTS[said]
    match = _CLOCK.fullmatch(said.replace("x", ":").replace("/", ":"))
    shape = f"{int(match[1])}:{int(match[2])}" if match else said
    return shape if shape in Aspect.values else None


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown} and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else shown
