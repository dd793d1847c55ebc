"""Who listens: alive, lips closed, turned to who speaks."""

import numpy as np
import pytest

from rendering.engine.motion import POSE, STYLES, perform
from rendering.engine.motion.easing import Times
from rendering.engine.speech import Phoneme, Sound, Speech

FPS = 25.0


def silence(seconds: float) -> Speech:
    sound = Sound(np.zeros(round(24_000 * seconds), np.float32), 24_000)
    return Speech(sound, (Phoneme("sil", 0.0, seconds),), (), "heart")


HEARD = tuple(
    phoneme
    for start in (1.0, 4.0, 7.0)
    for phoneme in (Phoneme("ɑ", start, start + 2.2, 2), Phoneme("sil", start + 2.2, start + 3.0))
)


def listener(style: str, *, toward: float = 1.0, seed: int = 1, heard=HEARD) -> dict[str, Times]:
    return perform(silence(11.0), style=STYLES[style], seed=seed, fps=FPS, heard=heard, toward=toward).controls


@pytest.mark.parametrize("style", [style for style in STYLES if not STYLES[style].loop])
def test_the_lips_stay_closed_and_the_face_is_alive(style):
    controls = listener(style)
    assert controls["jawOpen"].max() < 0.02
    assert controls["eyeBlinkLeft"].max() > 0.9
    assert np.ptp(controls["breath"]) > 0.3


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("toward", [1.0, -1.0])
def test_the_head_turns_to_who_speaks_within_the_styles_limits(style, toward):
    controls, still = listener(style, toward=toward), listener(style, heard=())
    while_heard = slice(round(2.4 * FPS), round(8.5 * FPS))
    turned = (controls["headYaw"] - still["headYaw"])[while_heard]
    assert np.sign(turned.mean()) == toward
    for name, limit in zip(
        POSE, (STYLES[style].head_yaw, STYLES[style].head_pitch, STYLES[style].head_roll), strict=True
    ):
        assert np.abs(controls[name]).max() <= limit + 1e-6
        assert abs(controls[name][0]) < 1e-3


def test_some_nods_follow_what_was_said():
    nods = [
        np.min(listener("presenter", seed=seed)["headPitch"] - listener("presenter", seed=seed, heard=())["headPitch"])
        for seed in range(6)
    ]
    assert min(nods) < -0.5


def test_without_anybody_to_listen_to_nothing_changes():
    with_nobody, alone = listener("neutral", heard=()), perform(silence(11.0), style=STYLES["neutral"], seed=1).controls
    assert all(np.array_equal(with_nobody[name], alone[name]) for name in alone)


def test_the_same_seed_listens_in_the_same_way():
    one, other = listener("social", seed=4), listener("social", seed=4)
    assert all(np.array_equal(one[name], other[name]) for name in one)
