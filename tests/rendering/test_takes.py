"""What takes leave on a worker's disk goes with the portrait and the clip it was made of."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from projects.retention.sweep import sweep as retention_sweep
from rendering import takes
from rendering.sweeper import sweep
from rendering.takes import UNUSED, portrait_folder, takes_clear, words_folder
from tests.factories import ClipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data_folder(settings, tmp_path):
    settings.LIKENESS_DATA_DIR = tmp_path


def left(folder: Path, name: str = "rig-1.npz", *, size: int = 10, age: timedelta = timedelta()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"x" * size)
    when = (timezone.now() - age).timestamp()
    os.utime(path, (when, when))
    return path


def test_what_a_living_portrait_and_clip_left_stays():
    clip = ClipFactory()
    kept = [left(portrait_folder(clip.portrait)), left(words_folder(clip, clip.portrait), "speech-1.npz")]
    assert takes_clear() == 0
    assert all(path.exists() for path in kept)


def test_an_erased_portrait_takes_its_rig_and_its_words_with_it():
    clip = ClipFactory()
    left(portrait_folder(clip.portrait))
    left(words_folder(clip, clip.portrait), "speech-1.npz")
    type(clip.portrait).objects.filter(pk=clip.portrait_id).update(erased_at=timezone.now())
    sweep()
    assert not portrait_folder(clip.portrait).exists()


def test_a_deleted_clip_takes_its_words_with_it_and_leaves_the_rig():
    clip = ClipFactory()
    rig, words = left(portrait_folder(clip.portrait)), left(words_folder(clip, clip.portrait), "speech-1.npz")
    type(clip).objects.filter(pk=clip.pk).delete()
    takes_clear()
    assert rig.exists()
    assert not words.parent.exists()


def test_what_was_not_used_for_long_goes():
    clip = ClipFactory()
    old = left(portrait_folder(clip.portrait), "rig-old.npz", age=UNUSED + timedelta(hours=1))
    new = left(portrait_folder(clip.portrait), "rig-new.npz", age=UNUSED - timedelta(hours=1))
    takes_clear()
    assert (old.exists(), new.exists()) == (False, True)


def test_the_oldest_go_when_it_is_too_much(monkeypatch):
    monkeypatch.setattr(takes, "MOST_BYTES", 25)
    clip = ClipFactory()
    paths = [left(portrait_folder(clip.portrait), f"rig-{n}.npz", age=timedelta(minutes=n)) for n in range(4)]
    takes_clear()
    assert [path.exists() for path in paths] == [True, True, False, False]


def test_nothing_kept_is_nothing_to_clear():
    assert takes_clear() == 0


@pytest.mark.parametrize(("dry_run", "stays"), [(True, True), (False, False)])
def test_the_sweep_of_what_is_over_takes_them_along(dry_run: bool, stays: bool):
    clip = ClipFactory()
    left(portrait_folder(clip.portrait))
    type(clip.portrait).objects.filter(pk=clip.portrait_id).update(erased_at=timezone.now())
    retention_sweep(dry_run=dry_run)
    assert portrait_folder(clip.portrait).exists() == stays
