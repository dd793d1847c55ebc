"""A second take finds what the first has left; anything that could change it makes it anew."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from django.conf import settings

from rendering import preparing
from rendering.engine.errors import PhotoError
from rendering.engine.speech import synthesise
from rendering.preparing import MOST_KEPT_OF_WORDS, prepare, spoken
from rendering.spec import RenderSpec

PORTRAIT = settings.BASE_DIR / "samples" / "portrait.png"


@pytest.fixture(scope="module")
def takes(tmp_path_factory) -> Path:
    """A folder in which one take of the sample has left its rig."""
    folder = tmp_path_factory.mktemp("takes")
    prepare(spec_in(folder), stage=nullcontext)
    return folder


def spec_in(folder: Path, **changes) -> RenderSpec:
    values = {
        "render_id": "rnd_0123456789abcdef",
        "attempt": 1,
        "photo": PORTRAIT,
        "output": folder / "clip.mp4",
        "keys": folder / "keys",
        "words": "Hello.",
        "keep": folder,
        "keep_words": folder / "words",
    }
    return RenderSpec(**(values | changes))


@pytest.fixture
def _nothing_is_made(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("made anew")

    monkeypatch.setattr(preparing, "build_rig", refuse)
    monkeypatch.setattr(preparing, "find_faces", refuse)


@pytest.mark.usefixtures("_nothing_is_made")
@pytest.mark.parametrize(
    "changes",
    [{}, {"words": "Others."}, {"style": "memorial"}, {"seed": 9}, {"background": "blur"}, {"captions": True}],
)
def test_another_take_of_the_same_photo_makes_no_rig(takes: Path, changes: dict[str, object]):
    prepared = prepare(spec_in(takes, **changes), stage=nullcontext)
    assert prepared.rig.photo.shape == prepared.scene.photo.shape


@pytest.mark.usefixtures("_nothing_is_made")
@pytest.mark.parametrize("changes", [{"aspect": "1:1"}, {"face_index": 0}])
def test_another_framing_is_made_anew(takes: Path, changes: dict[str, object]):
    with pytest.raises(AssertionError, match="anew"):
        prepare(spec_in(takes, **changes), stage=nullcontext)


@pytest.mark.usefixtures("_nothing_is_made")
def test_another_photo_is_made_anew(takes: Path, tmp_path: Path):
    other = tmp_path / "other.png"
    other.write_bytes(PORTRAIT.read_bytes() + b"\x00")
    with pytest.raises(AssertionError, match="anew"):
        prepare(spec_in(takes, photo=other), stage=nullcontext)


@pytest.mark.usefixtures("_nothing_is_made")
def test_a_newer_engine_takes_nothing_from_an_older_one(takes: Path, monkeypatch):
    monkeypatch.setattr(preparing, "_engine", lambda: "another")
    with pytest.raises(AssertionError, match="anew"):
        prepare(spec_in(takes), stage=nullcontext)


def test_a_photo_that_will_not_do_leaves_nothing(tmp_path: Path):
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"no picture")
    with pytest.raises(PhotoError):
        prepare(spec_in(tmp_path / "takes", photo=photo), stage=nullcontext)
    assert not (tmp_path / "takes").exists()


def test_words_are_spoken_once(tmp_path: Path):
    spec, made = spec_in(tmp_path), []

    def make():
        made.append(True)
        return synthesise("Hello.")

    first, second = (spoken(spec, make, 1.0) for _ in range(2))
    assert (first.sound.samples == second.sound.samples).all()
    assert first.phonemes == second.phonemes
    spoken(spec, make, 1.1)
    assert len(made) == 2


def test_only_the_last_takes_are_kept(tmp_path: Path):
    speech = synthesise("Hello.")
    for rate in range(MOST_KEPT_OF_WORDS + 3):
        spoken(spec_in(tmp_path), lambda: speech, rate)
    assert len(list((tmp_path / "words").iterdir())) == MOST_KEPT_OF_WORDS
