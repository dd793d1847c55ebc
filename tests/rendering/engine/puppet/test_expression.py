"""Lips that are held together where they should touch and never go through each other."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.motion.controls import ARKIT
from rendering.engine.puppet.expression import Expression, Pose, build_expression, emphasis, pose
from rendering.engine.puppet.fields import Grid, sample
from rendering.engine.puppet.lips import mouth_width
from tests.rendering.engine.faces.portraits import portrait_face
from tests.rendering.engine.puppet.rigs import WIDTH, rig, shapes

DRAWN_ELSEWHERE = tuple(name for name in ARKIT if name.startswith(("eyeBlink", "eyeLook", "tongueOut")))
FIELDS = tuple(name for name in ARKIT if name not in DRAWN_ELSEWHERE)
ANY_WEIGHTS = st.dictionaries(st.sampled_from(FIELDS), st.floats(0, 1), max_size=12)
STILL = 1e-3  # px


def expression() -> Expression:
    return rig().expression


def posed(*frames: dict[str, float]) -> Pose:
    weights = torch.zeros((len(frames), len(expression().names)))
    for row, frame in enumerate(frames):
        for name, value in frame.items():
            weights[row, expression().names.index(name)] = value
    return pose(expression(), weights)


def gaps(found: Pose) -> torch.Tensor:
    """(B, 11) px between the inner contours."""
    return (found.contours[:, 1] - found.contours[:, 0]) @ expression().across


def test_it_follows_all_controls_but_those_drawn_by_eyes_and_mouth():
    assert sorted(expression().names) == sorted(FIELDS)
    assert len(expression().upper) == len(expression().lower) == len(FIELDS) + 11


@given(weights=ANY_WEIGHTS)
@settings(max_examples=200, deadline=None)
def test_contours_never_cross(weights: dict[str, float]):
    assert float(gaps(posed(weights)).min()) > -STILL


@given(weights=ANY_WEIGHTS)
@settings(max_examples=100, deadline=None)
def test_the_opening_is_the_widest_gap(weights: dict[str, float]):
    found = posed(weights)
    assert float(found.opening[0]) == pytest.approx(float(gaps(found).max()) / expression().width, abs=1e-4)


@given(jaw=st.floats(0, 1), more=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_closing_the_lips_over_an_open_jaw_seals_them(jaw: float, more: float):
    jaw *= 0.35  # as far as speech opens a jaw behind closed lips
    found = posed({"jawOpen": jaw, "mouthClose": jaw, "mouthPressLeft": more, "mouthPressRight": more})
    assert float(gaps(found).max()) < 0.02 * expression().width


def test_at_rest_the_lips_touch_and_nothing_else_moves():
    found = posed({})
    assert float(gaps(found).abs().max()) < STILL
    assert float(found.opening[0]) == pytest.approx(0, abs=1e-6)
    assert float((found.contours[0] - expression().rest).abs().max()) < 0.05  # the sample's lips are closed already
    assert float(found.jaw.abs().max()) == 0


def test_the_opening_grows_with_the_jaw():
    found = posed(*({"jawOpen": jaw} for jaw in np.linspace(0, 1, 21)))
    opening = found.opening.numpy()
    assert (np.diff(opening) > 0).all()
    assert opening[0] == 0
    assert 0.4 < opening[-1] < 1.2  # of the mouth's width
    assert (np.diff(found.jaw[:, 1].numpy()) > 0).all()  # the lower teeth go down with it


@given(weights=ANY_WEIGHTS, more=st.floats(0, 0.3))
@settings(max_examples=60, deadline=None)
def test_lips_part_without_a_jump(weights: dict[str, float], more: float):
    jaw = 0.7 * weights.get("jawOpen", 0)
    before, after = (gaps(posed({**weights, "jawOpen": jaw + step})) for step in (more, more + 1e-3))
    assert float((after - before).abs().max()) < 0.01 * expression().width


def test_a_frame_does_not_depend_on_its_neighbours():
    frames = [{"jawOpen": 0.4}, {}, {"mouthPucker": 0.7, "mouthClose": 0.1}]
    together = posed(*frames)
    for i, frame in enumerate(frames):
        alone = posed(frame)
        assert torch.allclose(alone.contours[0], together.contours[i], atol=1e-4)
        assert torch.allclose(alone.weights[0], together.weights[i], atol=1e-4)


def test_rounded_lips_touch_at_the_sides_and_are_open_between():
    spread, rounded = gaps(posed({"jawOpen": 0.3}, {"jawOpen": 0.3, "mouthPucker": 1.0})).numpy()
    assert (spread[1:-1] > 0.03 * expression().width).all()
    assert np.abs(rounded[[1, 2, -3, -2]]).max() < STILL
    assert rounded[5] > 0.5 * spread[5]
    assert (np.diff(rounded[2:6]) > 0).all()
    assert (np.diff(rounded[5:-2]) < 0).all()


def test_lips_round_without_a_jump():
    found = gaps(posed(*({"jawOpen": 0.3, "mouthPucker": pucker} for pucker in np.linspace(0, 1, 1001)))).numpy()
    assert np.abs(np.diff(found, axis=0)).max() < 0.01 * expression().width


CLEAR_POSES = [
    {"jawOpen": 0.3},
    {"jawOpen": 0.3, "mouthClose": 0.3},
    {"mouthRollLower": 0.8, "mouthRollUpper": 0.8},
    {"mouthUpperUpLeft": 0.6, "mouthUpperUpRight": 0.6},
    {"mouthPucker": 0.6},
]


@pytest.mark.parametrize("weights", CLEAR_POSES)
def test_the_fields_take_the_lips_where_the_pose_says(weights: dict[str, float]):
    found = posed(weights)
    for lip, field in enumerate((expression().upper, expression().lower)):
        moved = torch.einsum("bk,kcij->bcij", found.weights, field)[:, :2]
        spots = expression().rest[lip].T[None, :, None]
        arrived = (spots + sample(moved, spots, rig().grid))[0, :, 0].T
        off = (arrived - found.contours[0, lip]).norm(dim=1)[2:-2]  # the corners belong to both lips
        assert float(off.max()) < 0.04 * expression().width


def test_a_correction_draws_each_lip_to_the_other():
    nodes, middle = rig().grid.nodes(), expression().rest[:, 5].mean(dim=0).numpy()
    row, column = np.unravel_index(np.linalg.norm(nodes - middle, axis=-1).argmin(), rig().grid.shape)
    for field, sign in ((expression().upper, 1), (expression().lower, -1)):
        along = field[len(FIELDS) + 5, :2, row, column] @ expression().across
        assert 0.3 < float(along) * sign < 1.2


def test_an_open_photo_is_closed_first():
    apart = expression().rest + torch.stack([torch.zeros(2), 6 * expression().across])[:, None]
    parted = replace(expression(), rest=apart)
    still = torch.zeros((1, len(expression().names)))
    found = pose(parted, still)
    assert float(gaps(found).abs().max()) < STILL
    # both lips go half of the way
    assert torch.allclose(found.contours[0, 0] - apart[0], 3 * expression().across.expand(11, 2), atol=0.05)


def test_lips_that_were_parted_are_held_and_pressed_only_while_they_are_shut():
    apart = expression().rest + torch.stack([torch.zeros(2), 6 * expression().across])[:, None]
    roll = torch.tensor([0.2 * (name == "mouthRollLower") for name in expression().names])
    parted = replace(expression(), rest=apart, press=1.5, held=roll)
    frames = torch.zeros((2, len(expression().names)))
    frames[1, expression().names.index("jawOpen")] = 0.4
    found = pose(parted, frames)
    controls = found.weights[:, : len(expression().names)]
    assert torch.allclose(controls[0], roll)
    assert torch.equal(controls[1], frames[1])
    shut, opened = gaps(found)
    assert float(shut.max()) == pytest.approx(-1.5, abs=STILL)
    assert float(opened.max()) > 0.1 * expression().width


def test_both_fields_agree_outside_the_lips():
    """Where they do not, the lower lip's layer would show its edge."""
    nodes = rig().grid.nodes()
    points = portrait_face(WIDTH).points
    mouth, width = points[[13, 14], :2].mean(axis=0), expression().width
    jaw = expression().names.index("jawOpen")
    apart = (expression().upper[jaw, :2] - expression().lower[jaw, :2]).norm(dim=0).numpy()
    distance = np.linalg.norm(nodes - mouth, axis=-1)
    assert apart[distance < 0.25 * width].max() > 0.2 * width
    assert apart[distance > 1.2 * width].max() < 0.02 * width


def test_the_fields_are_still_far_from_the_face():
    nodes = rig().grid.nodes()
    points = portrait_face(WIDTH).points[:468, :2]
    far = np.linalg.norm((nodes - points.mean(axis=0)) / np.ptp(points, axis=0), axis=-1) > 1.3
    assert far.any()
    for field in (expression().upper, expression().lower):
        assert float(field[..., torch.from_numpy(far)].abs().max()) == 0


def test_a_field_moves_the_chin_as_its_shape_says():
    points = portrait_face(WIDTH).points
    grid = Grid.over((0, 0, WIDTH, WIDTH * 5 // 4), 3)
    built = build_expression(points, shapes(), grid)
    nodes = grid.nodes()
    chin = np.unravel_index(np.linalg.norm(nodes - points[199, :2], axis=-1).argmin(), grid.shape)
    for name, times in (("jawOpen", emphasis(mouth_width(points))), ("jawLeft", 1.0)):
        wanted = times * shapes().deltas[shapes().names.index(name), 199]
        for field in (built.upper, built.lower):
            found = field[built.names.index(name), :, *chin].numpy()
            assert np.abs(found - wanted).max() < 0.02 * shapes().unit_px


def test_a_small_mouth_opens_more_than_asked_and_a_large_one_as_asked():
    openings = [emphasis(width) for width in (20, 50, 89, 90, 300)]
    assert openings == sorted(openings, reverse=True)
    assert openings[0] == pytest.approx(1.35)
    assert openings[-2:] == [1.0, 1.0]
