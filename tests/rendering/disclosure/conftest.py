from pathlib import Path

import pytest

from rendering.disclosure import sign, write_source_type
from rendering.disclosure.label import label_overlay
from rendering.engine.video import compose, encode
from tests.rendering.disclosure.photos import photo_bytes
from tests.rendering.engine.video.clips import SIZE, clicks, grey_chunks

RENDER_ID = "rnd_7hq2f9"


@pytest.fixture(scope="session")
def plain_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second, labelled to the eye, encoded and nothing more. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("plain") / "clip.mp4"
    frames = compose(grey_chunks([k * 9 for k in range(25)]), [label_overlay(SIZE)], fps=25)
    encode(path, frames, size=SIZE, sound=clicks([0.5], seconds=1))
    return path


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys folder of this installation."""
    return tmp_path_factory.mktemp("installation") / "keys"


@pytest.fixture(scope="session")
def signed_clip(plain_clip: Path, keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same second, marked and signed as the pipeline does it. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("signed") / "clip.mp4"
    path.write_bytes(plain_clip.read_bytes())
    write_source_type(path, render_id=RENDER_ID)
    sign(path, path, render_id=RENDER_ID, photo=photo_bytes(), keys=keys)
    return path
