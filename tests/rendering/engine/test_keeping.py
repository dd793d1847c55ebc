"""Dear results on disk: given back as they were, or not at all."""

from dataclasses import dataclass, fields

import numpy as np
import pytest
import torch

from rendering.engine.keeping import find_kept, keep
from rendering.engine.puppet import Rig, draw
from rendering.engine.puppet.expression import Expression
from rendering.engine.puppet.eyes import Eye
from rendering.engine.puppet.fields import Grid
from rendering.engine.puppet.head import HeadField
from rendering.engine.puppet.mouth import Mouth
from tests.rendering.engine.puppet.rigs import performance, rig

RIG = (Rig, Grid, HeadField, Expression, Eye, Mouth)


@dataclass(frozen=True)
class Part:
    field: torch.Tensor
    name: str


@dataclass(frozen=True)
class Thing:
    picture: np.ndarray
    parts: tuple[Part, ...]
    scale: float
    nothing: None = None


THING = Thing(np.arange(12, dtype=np.uint8).reshape(3, 4), (Part(torch.ones(2), "ä"), Part(torch.zeros(0), "")), 0.1)


def test_what_was_kept_comes_back_as_it_was(tmp_path):
    keep(tmp_path / "deep" / "thing.npz", THING)
    found = find_kept(tmp_path / "deep" / "thing.npz", (Thing, Part))
    assert np.array_equal(found.picture, THING.picture)
    assert found.picture.dtype == np.uint8
    assert torch.equal(found.parts[0].field, torch.ones(2))
    assert [part.name for part in found.parts] == ["ä", ""]
    assert (found.scale, found.nothing) == (0.1, None)


def test_a_kept_rig_draws_the_same_frames(tmp_path):
    keep(tmp_path / "rig.npz", rig())
    found = find_kept(tmp_path / "rig.npz", RIG)
    asked = performance(2, jawOpen=[0.1, 0.3], headYaw=[1.0, 4.0], eyeBlinkLeft=[0.0, 0.7])
    assert {field.name for field in fields(found)} == {field.name for field in fields(Rig)}
    assert (next(draw(found, asked)) == next(draw(rig(), asked))).all()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not a file of ours"])
def test_a_damaged_file_is_as_good_as_none(tmp_path, damage: bytes):
    path = tmp_path / "thing.npz"
    path.write_bytes(damage)
    assert find_kept(path, (Thing, Part)) is None


def test_a_file_cut_short_is_as_good_as_none(tmp_path):
    path = tmp_path / "thing.npz"
    keep(path, THING)
    path.write_bytes(path.read_bytes()[:-200])
    assert find_kept(path, (Thing, Part)) is None


def test_nothing_kept_is_none(tmp_path):
    assert find_kept(tmp_path / "thing.npz", (Thing,)) is None


def test_no_class_is_built_that_was_not_expected(tmp_path):
    keep(tmp_path / "thing.npz", THING)
    assert find_kept(tmp_path / "thing.npz", (Thing,)) is None


def test_a_disk_that_refuses_keeps_nothing_and_breaks_nothing(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    keep(tmp_path / "file" / "thing.npz", THING)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_kept_is_said(tmp_path):
    with pytest.raises(TypeError, match="set"):
        keep(tmp_path / "thing.npz", Part(torch.ones(1), {"a", "set"}))
