import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.motion import ARKIT, CONTROLS, STYLES, lip_opening, perform
from rendering.engine.speech import Sound, Speech
from tests.rendering.engine.motion.factories import RATE, played, silence, speech

SOUNDS = "p b m f s ʃ t n w a e i o u aɪ sil"
SCRIPT = (
    "sil:300 h:60 æ:120' p:60 i:80 b:50 ɝ:100' θ:80 d:50 eɪ:180 sil:450 w:80 iː:90 l:50 ʌ:120' v:80 j:50 u:120 "
    "sil:200 s:90 oʊ:160' m:80 ʌ:110' tʃ:120 sil:600"
)


def pairs():
    return [
        (name, name.removesuffix("Left") + "Right")
        for name in ARKIT
        if name.endswith("Left") and not name.startswith(("eyeBlink", "eyeLook", "jaw")) and name != "mouthLeft"
    ]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(SOUNDS.split()), st.integers(30, 300)),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(sorted(STYLES)),
    st.integers(-5, 2**40),
    st.sampled_from([24.0, 25.0, 30.0]),
)
def test_any_speech_becomes_whole_curves_in_range(items, style, seed, fps):
    spoken = speech(" ".join(f"{symbol}:{length}" for symbol, length in items))
    performance = perform(spoken, style=STYLES[style], seed=seed, fps=fps)
    frames = max(math.ceil(round(spoken.sound.duration * fps, 6)), 1)
    assert tuple(performance.controls) == CONTROLS
    for name, curve in performance.controls.items():
        assert curve.shape == (frames,)
        assert curve.dtype == np.float32
        assert np.all(np.isfinite(curve))
        if not name.startswith("head"):
            assert np.all((curve >= 0) & (curve <= 1)), name


@pytest.mark.parametrize(
    ("samples", "fps", "frames"), [(24000, 25, 25), (24001, 25, 26), (26400, 30, 33), (132000, 25, 138), (1, 25, 1)]
)
def test_there_are_as_many_frames_as_the_sound_needs(samples, fps, frames):
    spoken = Speech(Sound(np.zeros(samples, np.float32), RATE), silence(samples / RATE).phonemes, (), "recording")
    assert perform(spoken, style=STYLES["neutral"], seed=1, fps=fps).frames == frames


def test_the_same_seed_plays_the_same():
    first, second = played(SCRIPT, style="social", seed=7), played(SCRIPT, style="social", seed=7)
    assert all(np.array_equal(first.controls[name], second.controls[name]) for name in CONTROLS)


def test_another_seed_moves_head_and_eyes_but_not_the_lips():
    first, second = played(SCRIPT, seed=1).controls, played(SCRIPT, seed=2).controls
    assert not np.array_equal(first["headYaw"], second["headYaw"])
    assert not np.array_equal(first["eyeBlinkLeft"], second["eyeBlinkLeft"])
    assert np.array_equal(first["jawOpen"], second["jawOpen"])


@pytest.mark.parametrize("style", sorted(STYLES))
def test_lips_stay_shut_in_pauses_under_every_expression(style):
    parted = lip_opening(played(SCRIPT, style=style).controls)
    assert not parted[:5].any()
    assert not parted[30:36].any()  # the pause from 1.08 to 1.53 s, but for a tenth at each end
    assert not parted[-12:].any()


@pytest.mark.parametrize("seed", range(10))
def test_no_face_is_quite_even_and_none_is_crooked(seed):
    controls = played(SCRIPT, style="birthday", seed=seed).controls
    differences = []
    for left, right in pairs():
        if controls[left].max() > 0.05:
            difference = np.abs(controls[left] - controls[right]) / np.maximum(controls[left], controls[right]).clip(
                1e-3
            )
            differences.append(difference.max())
    assert 0 < max(differences) <= 0.0601


def test_a_silent_living_portrait_breathes_blinks_smiles_and_loops():
    controls = perform(silence(5.5), style=STYLES["living-portrait"], seed=4).controls
    assert len(controls["breath"]) == 138
    for name, curve in controls.items():
        assert abs(curve[0] - curve[-1]) < 1e-6, name
        assert abs((curve[1] - curve[0]) - (curve[-1] - curve[-2])) < 4e-3, name
    assert controls["breath"].max() > 0.6
    assert controls["eyeBlinkLeft"].max() == 1
    assert 0.1 < controls["mouthSmileLeft"].max() < 0.25
    assert np.abs(controls["headYaw"]).max() > 0.3
    assert not lip_opening(controls).any()


@pytest.mark.parametrize("seed", range(12))
def test_a_loop_has_no_seam_whatever_the_seed(seed):
    controls = perform(silence(5.5), style=STYLES["living-portrait"], seed=seed).controls
    for name, curve in controls.items():
        assert abs(curve[0] - curve[-1]) < 1e-6, name


def test_a_silent_presenter_is_not_dead():
    controls = played("sil:8000", style="presenter").controls
    assert controls["eyeBlinkLeft"].max() == 1
    assert controls["breath"].max() > 0.5
    assert np.ptp(controls["headYaw"]) > 0.2


def test_eyes_turn_back_while_the_head_turns():
    controls = played(SCRIPT, style="social", seed=3).controls
    looking_left = controls["eyeLookOutLeft"] - controls["eyeLookInLeft"]
    assert np.corrcoef(looking_left, controls["headYaw"])[0, 1] < -0.3


def test_a_smile_yields_to_rounded_lips():
    smile = played("sil:1600 u:320 sil:1600", style="birthday").controls["mouthSmileLeft"]
    assert smile[44] < 0.6 * smile[30]


def test_blinks_like_the_end_of_a_phrase():
    at_the_end = 0
    for seed in range(40):
        blink = played("sil:500 a:1500 sil:2000", seed=seed).controls["eyeBlinkLeft"]
        at_the_end += bool(blink[50] == 0 and blink[51] > 0)
    assert at_the_end > 12


def test_eyes_are_never_wide_while_they_blink():
    controls = played("sil:9000", style="birthday").controls
    assert controls["eyeWideLeft"].max() > 0
    assert not controls["eyeWideLeft"][controls["eyeBlinkLeft"] == 1].any()


def test_styles_carry_their_own_names():
    assert list(STYLES) == ["neutral", "presenter", "social", "birthday", "anniversary", "memorial", "living-portrait"]
    assert all(style.id == name and style.title and style.description.endswith(".") for name, style in STYLES.items())
