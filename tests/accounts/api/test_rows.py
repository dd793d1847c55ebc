"""Rows are written as DRF's own serializer writes them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from accounts.api.rows import RowSerializer, written
from projects.api.serializers import PortraitSerializer, ProjectSerializer, RecordingSerializer
from rendering.api.serializers import ClipSerializer, RenderSerializer
from rendering.models import Render
from rendering.states import RenderState
from tests.factories import ClipFactory, RecordingFactory


def as_drf_has_it(serializer, row):
    return JSONRenderer().render(serializers.ModelSerializer.to_representation(serializer, row))


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_they_are_the_same_byte_for_byte(zone):
    clip = ClipFactory()
    made = Render.objects.create(
        organization=clip.organization,
        clip=clip,
        state=RenderState.FAILED,
        seconds_held=5,
        error_code="worker-lost",
        error_message="It stopped.",
        started_at=timezone.now(),
    )
    rows = {
        ClipSerializer: clip,
        RenderSerializer: made,
        PortraitSerializer: clip.portrait,
        ProjectSerializer: clip.project,
        RecordingSerializer: RecordingFactory(),
    }
    with timezone.override(ZoneInfo(zone)):
        for kind, row in rows.items():
            fresh = type(row).objects.get(pk=row.pk)
            serializer = kind()
            assert isinstance(serializer, RowSerializer)
            assert JSONRenderer().render(serializer.to_representation(fresh)) == as_drf_has_it(serializer, fresh)
            assert JSONRenderer().render(serializer.to_representation(row)) == as_drf_has_it(serializer, row)


@pytest.mark.parametrize("hours", [0, 5, -3])
def test_moments_are_written_as_drf_writes_them(hours):
    moment = datetime(2026, 11, 30, 9, 0, 0, 120, tzinfo=UTC) + timedelta(hours=hours)

    assert written(moment) == serializers.DateTimeField().to_representation(moment)
