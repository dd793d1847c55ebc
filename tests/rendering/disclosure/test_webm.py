"""What a transparent clip says of itself: in its tags, and in the credentials beside it."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from rendering.disclosure import sign_beside, verify
from rendering.disclosure.source_type import COMPOSITE
from rendering.disclosure.webm import webm_tags
from rendering.engine.video.transparent import TransparentWriter
from tests.rendering.disclosure.conftest import RENDER_ID
from tests.rendering.disclosure.photos import photo_bytes


@pytest.fixture
def webm(tmp_path: Path, keys: Path) -> Path:
    path = tmp_path / "cut-out.webm"
    with TransparentWriter(path, size=(64, 96), tags=webm_tags(RENDER_ID)) as writer:
        writer.write(np.full((5, 96, 64, 4), 200, np.uint8))
    sign_beside(path, path.with_suffix(".c2pa"), render_id=RENDER_ID, photo=photo_bytes(), keys=keys)
    return path


def test_tags_and_credentials_beside_it_say_all(webm: Path, keys: Path):
    found = verify(webm, keys=keys)
    assert found.ai_generated
    assert (found.source_type, found.render_id, found.label) == (COMPOSITE, RENDER_ID, "AI GENERATED")
    assert (found.credentials.valid, found.credentials.ours) == (True, True)


def test_one_bit_changed_and_the_credentials_no_longer_fit(webm: Path, keys: Path):
    content = bytearray(webm.read_bytes())
    content[-20] ^= 1
    webm.write_bytes(content)
    assert not verify(webm, keys=keys).credentials.valid


def test_without_its_credentials_the_tags_still_say_it(webm: Path, keys: Path, tmp_path: Path):
    alone = tmp_path / "alone.webm"
    shutil.copy(webm, alone)
    found = verify(alone, keys=keys)
    assert (found.ai_generated, found.render_id, found.credentials.present) == (True, RENDER_ID, False)


def test_signing_beside_leaves_the_clip_alone_and_nothing_else_behind(webm: Path):
    assert sorted(path.name for path in webm.parent.iterdir()) == ["cut-out.c2pa", "cut-out.webm"]
