"""How batches and their rows look in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.pages import PageQuery
from accounts.api.rows import RowSerializer
from projects.batches.columns import Target
from projects.batches.models import Batch, BatchRow
from projects.batches.sheet import MOST_ROWS
from projects.batches.template import MOST_CHARACTERS
from projects.models import TITLE_LENGTH, Aspect
from rendering.batching.standing import GROUPS, complaints_of, group_of, totals_of

_GROUPS = list(GROUPS)
_TARGETS = [target.value for target in Target]
MOST_CSV = 900_000


class DefaultsSerializer(serializers.Serializer[Any]):
    """What rows have that say nothing else."""

    portrait = serializers.CharField(required=False, max_length=24, allow_blank=True)
    voice = serializers.CharField(required=False, max_length=60, allow_blank=True)
    style = serializers.CharField(required=False, max_length=40)  # type: ignore[assignment]  # the API's name
    aspect = serializers.ChoiceField(required=False, choices=Aspect.values)
    direction = serializers.CharField(required=False, max_length=500, allow_blank=True)
    topic = serializers.CharField(
        required=False, max_length=TITLE_LENGTH, allow_blank=True, help_text="one yes to it does for all of its words"
    )
    captions = serializers.BooleanField(required=False)
    commercial = serializers.BooleanField(required=False)
    public = serializers.BooleanField(required=False)


class _TableSerializer(serializers.Serializer[Any]):
    rows = serializers.ListField(
        child=serializers.DictField(child=serializers.JSONField()),
        required=False,
        max_length=MOST_ROWS,
        help_text="one object a clip: column → text, number, true or false",
    )
    csv = serializers.CharField(
        required=False, max_length=MOST_CSV, help_text="the same as CSV; the first row names the columns"
    )


class _ScriptSerializer(_TableSerializer):
    script = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MOST_CHARACTERS,
        trim_whitespace=False,
        help_text="with `{{name}}`, or `{{name|a default}}`",
    )
    columns = serializers.DictField(
        child=serializers.ChoiceField(choices=_TARGETS),
        required=False,
        help_text="what a column is for, where it is not guessed",
    )
    defaults = DefaultsSerializer(required=False)


class BatchNewSerializer(_ScriptSerializer):
    name = serializers.CharField(max_length=TITLE_LENGTH)
    project = serializers.CharField(required=False, max_length=24)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"script": "", "columns": {}, "defaults": {}, **attrs}


class BatchChangeSerializer(_ScriptSerializer):
    pass


class CorrectionSerializer(_TableSerializer):
    pass


class StartSerializer(serializers.Serializer[Any]):
    digest = serializers.CharField(max_length=64, help_text="of the dry run that was looked at")


class RowsChosenSerializer(serializers.Serializer[Any]):
    rows = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1), required=False, max_length=MOST_ROWS
    )
    group = serializers.ChoiceField(choices=_GROUPS, required=False)


class ChangedSerializer(serializers.Serializer[Any]):
    rows = serializers.IntegerField(help_text="how many")


class RowsQuery(PageQuery):
    group = serializers.ChoiceField(choices=_GROUPS, required=False)


class QuestionSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField()
    url = serializers.CharField(help_text="where the person shown answers")
    rows = serializers.ListField(child=serializers.IntegerField())


class QuestionsSerializer(serializers.Serializer[Any]):
    data = QuestionSerializer(many=True)  # type: ignore[assignment]  # the API's name


class TotalsSerializer(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    groups = serializers.DictField(child=serializers.IntegerField(), source="counts")
    ready_credits = serializers.IntegerField(help_text="seconds of video that the ready rows take")
    consent_credits = serializers.IntegerField(help_text="and those that wait for consent")
    available = serializers.IntegerField(help_text="seconds of video that are left")
    work_seconds = serializers.IntegerField(help_text="about how long making the ready rows takes")


class BatchSerializer(serializers.ModelSerializer[Batch]):
    project = serializers.CharField(source="project_id")
    script = serializers.CharField(source="template", allow_blank=True)
    columns = serializers.DictField(source="mapping", child=serializers.CharField())
    defaults = DefaultsSerializer()
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="what is wrong with the script as a whole"
    )
    totals = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields = (
            "id", "name", "project", "state", "paused_because", "script", "columns", "defaults", "digest", "problems",
            "totals", "created_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TotalsSerializer)
    def get_totals(self, batch: Batch) -> dict[str, Any]:
        totals: dict[str, Any] = TotalsSerializer(totals_of(batch)).data
        return totals


class ComplaintSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class BatchRowSerializer(RowSerializer[BatchRow]):
    row = serializers.IntegerField(source="number", help_text="as a spreadsheet counts: the heads are row 1")
    group = serializers.SerializerMethodField()
    cells = serializers.DictField(child=serializers.CharField(allow_blank=True))
    portrait = serializers.CharField(source="portrait_id", allow_null=True)
    clip = serializers.CharField(source="clip_id", allow_null=True)
    render = serializers.CharField(source="render_id", allow_null=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="scopes that nobody agreed to")
    problems = serializers.SerializerMethodField()
    notes = ComplaintSerializer(many=True)

    class Meta:
        model = BatchRow
        fields = (
            "row", "reference", "group", "cells", "words", "portrait", "voice", "style", "aspect", "direction", "title",
            "topic", "captions", "commercial", "public", "seconds", "missing", "problems", "notes", "clip", "render",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=_GROUPS))
    def get_group(self, row: BatchRow) -> str:
        return group_of(row)

    @extend_schema_field(ComplaintSerializer(many=True))
    def get_problems(self, row: BatchRow) -> list[dict[str, str]]:
        return complaints_of(row)
