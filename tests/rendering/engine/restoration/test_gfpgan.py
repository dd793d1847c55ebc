"""GFPGAN with a small random checkpoint: its real class, our alignment, and no connection to anywhere."""

import importlib.util
import socket
import sys

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.errors import EngineError
from rendering.engine.restoration import gfpgan, repair
from rendering.engine.restoration.gfpgan import SIDE_PX, alignment, paste_back, restore_face, weights_path
from tests.rendering.engine.faces.portraits import portrait, portrait_face

INSTALLED = all(importlib.util.find_spec(name) is not None for name in ("gfpgan", "basicsr", "facexlib", "torchvision"))
needs_gfpgan = pytest.mark.skipif(not INSTALLED, reason="gfpgan is not installed (requirements/restoration.in)")


def test_the_face_comes_to_lie_on_the_template():
    matrix = alignment(portrait_face())
    spots = portrait_face().points[[468, 473, 1, 61, 291], :2] @ matrix[:, :2].T + matrix[:, 2]
    eyes = np.linalg.norm(spots[0] - spots[1])
    assert np.abs(spots - gfpgan._TEMPLATE).max() < 0.2 * eyes
    assert np.abs((spots - gfpgan._TEMPLATE).mean(axis=0)).max() < 0.01


@given(angle=st.floats(-60, 60), scale=st.floats(0.3, 3))
def test_the_alignment_undoes_any_similarity(angle, scale):
    face = portrait_face()
    turn = cv2.getRotationMatrix2D((100, 50), angle, scale)
    points = face.points.copy()
    points[:, :2] = points[:, :2] @ turn[:, :2].T + turn[:, 2]
    moved = type(face)(face.box, points, 0, 0, 0, 1)
    both = np.vstack([alignment(moved), [0, 0, 1]]) @ np.vstack([turn, [0, 0, 1]])
    assert both[:2] == pytest.approx(alignment(face), abs=1e-2)


def test_what_is_pasted_back_unchanged_is_the_photo_again():
    photo, matrix = portrait(), alignment(portrait_face())
    aligned = cv2.warpAffine(photo, matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_CUBIC)
    mask = gfpgan.face_mask(photo.shape, portrait_face())
    again = paste_back(photo, aligned, matrix, mask)
    assert np.abs(again.astype(int) - photo)[mask > 0.5].mean() < 2.5
    assert np.array_equal(again[mask == 0], photo[mask == 0])


def test_without_weights_it_says_where_they_go(tmp_path):
    with pytest.raises(EngineError, match=r"GFPGANv1\.4\.pth") as caught:
        weights_path(tmp_path)
    assert caught.value.code == "gfpgan-missing"


def test_the_better_weights_go_first(tmp_path):
    folder = tmp_path / "gfpgan"
    folder.mkdir()
    (folder / "GFPGANv1.3.pth").touch()
    assert weights_path(tmp_path).name == "GFPGANv1.3.pth"
    (folder / "GFPGANv1.4.pth").touch()
    assert weights_path(tmp_path).name == "GFPGANv1.4.pth"


def test_it_is_not_loaded_before_it_is_needed():
    assert "gfpgan.utils" not in sys.modules or INSTALLED
    assert gfpgan.gfpgan_ready(None) is False


@pytest.fixture
def narrow(tmp_path, monkeypatch):
    """A models folder with a random checkpoint a sixteenth as wide as the real one, and GFPGAN built as wide."""
    with gfpgan._imports_of_old_torchvision():
        module = importlib.import_module("gfpgan.utils")

    class Narrow(module.GFPGANv1Clean):
        def __init__(self, **numbers):
            super().__init__(**{**numbers, "narrow": 0.0625})

    monkeypatch.setattr(module, "GFPGANv1Clean", Narrow)
    torch.manual_seed(0)
    network = Narrow(
        out_size=512, num_style_feat=512, channel_multiplier=2, decoder_load_path=None, fix_decoder=False, num_mlp=8,
        input_is_latent=True, different_w=True, narrow=1, sft_half=True,
    )  # fmt: skip
    (tmp_path / "gfpgan").mkdir()
    torch.save({"params_ema": network.state_dict()}, tmp_path / "gfpgan" / "GFPGANv1.4.pth")
    gfpgan._restorer.cache_clear()
    yield tmp_path
    gfpgan._restorer.cache_clear()


@needs_gfpgan
def test_the_real_class_draws_the_face_and_nothing_but_the_face_offline(narrow, monkeypatch):
    def no_connection(*_, **__):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", no_connection)
    monkeypatch.setattr(socket, "getaddrinfo", no_connection)
    photo = portrait()
    drawn = restore_face(photo, portrait_face(), weights=weights_path(narrow))
    mask = gfpgan.face_mask(photo.shape, portrait_face())
    assert np.array_equal(drawn[mask == 0], photo[mask == 0])
    assert np.abs(drawn.astype(int) - photo)[mask > 0.9].mean() > 5
    half = restore_face(photo, portrait_face(), weights=weights_path(narrow), strength=0.5)
    assert np.abs(half.astype(int) - photo).mean() < 0.7 * np.abs(drawn.astype(int) - photo).mean()


@needs_gfpgan
def test_a_random_face_is_refused_for_it_is_not_the_person(narrow):
    repaired = repair(portrait(), (portrait_face(),), steps=("gfpgan",), models=narrow)
    assert np.array_equal(repaired.photo, portrait())
    assert repaired.notes[0].message.startswith("Left out")


@needs_gfpgan
def test_a_file_that_is_no_model_is_told(tmp_path):
    (tmp_path / "gfpgan").mkdir()
    (tmp_path / "gfpgan" / "GFPGANv1.4.pth").write_bytes(b"not a model")
    with pytest.raises(EngineError) as caught:
        restore_face(portrait(), portrait_face(), weights=weights_path(tmp_path))
    assert caught.value.code == "gfpgan-weights"
