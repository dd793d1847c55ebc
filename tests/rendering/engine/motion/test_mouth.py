from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.engine.motion import STYLES, lip_opening
from rendering.engine.motion.mouth import mouth, plan
from rendering.engine.speech import Phoneme
from tests.rendering.engine.motion.factories import frames_within, phonemes

NEUTRAL = STYLES["neutral"]
SOUNDS = "p b m f v θ t d s z ʃ tʃ k ɡ n l ɹ j w h a æ ə ɑ e ɛ i ɪ o ɔ u ʊ aɪ oʊ sil".split()  # noqa: SIM905

any_speech = st.lists(
    st.tuples(st.sampled_from(SOUNDS), st.integers(30, 400), st.sampled_from(["", "'"])), min_size=1, max_size=25
).map(lambda items: phonemes(" ".join(f"{symbol}:{length}{stress}" for symbol, length, stress in items)))


def curves(script, *, style=NEUTRAL, fps=25.0, gains=None):
    spoken = phonemes(script) if isinstance(script, str) else script
    t = np.arange(max(int(np.ceil(spoken[-1].end * fps - 1e-6)), 1)) / fps
    return mouth(t, spoken, gains or [1.0] * len(spoken), style=style)


def opening(script, **options):
    named = curves(script, **options)
    return lip_opening({name: np.asarray(curve, np.float32) for name, curve in named.items()})


def at(curve, seconds, fps=200.0):
    return float(curve[round(seconds * fps)])


@settings(max_examples=60, deadline=None)
@given(any_speech)
def test_lips_are_shut_on_every_p_b_m(spoken):
    parted = opening(spoken)
    for phoneme in spoken:
        if phoneme.symbol in "pbm":
            middle = (phoneme.start + phoneme.end) / 2
            # whichever frame stands for the middle of the sound: the one on show then, or the nearest
            nearest = min(round(middle * 25), len(parted) - 1)
            assert parted[int(middle * 25)] == 0
            assert parted[nearest] == 0


@settings(max_examples=60, deadline=None)
@given(any_speech)
def test_lower_lip_meets_the_teeth_on_every_f_v(spoken):
    # not at the edges, where the mouth is about to shut for good
    spoken = (*phonemes("a:300"), *shifted(spoken, 0.3), *shifted(phonemes("a:300"), 0.3 + spoken[-1].end))
    named, parted = curves(spoken), opening(spoken)
    for phoneme in spoken:
        if phoneme.symbol in "fv":
            frames = frames_within(phoneme.start, phoneme.start + 0.8 * (phoneme.end - phoneme.start))
            # the lips part just enough to show the teeth
            assert np.all(parted[frames] < 0.06)
            # the lip rolls in under the teeth, unless a neighbouring m or pause still holds it
            assert np.all((named["mouthRollLower"][frames] > 0.2) | (parted[frames] < 0.01))


def shifted(spoken, seconds):
    return tuple(replace(phoneme, start=phoneme.start + seconds, end=phoneme.end + seconds) for phoneme in spoken)


@settings(max_examples=60, deadline=None)
@given(any_speech)
def test_a_pause_over_350_ms_is_shut_and_still(spoken):
    parted = opening(spoken)
    pauses = [p for p in merged(spoken) if p.symbol == "sil" and p.end - p.start > 0.35]
    for pause in pauses:
        assert not parted[frames_within(pause.start + 0.1, pause.end - 0.1)].any()


def merged(spoken):
    joined = []
    for phoneme in spoken:
        if joined and joined[-1].symbol == phoneme.symbol == "sil":
            joined[-1] = Phoneme("sil", joined[-1].start, phoneme.end)
        else:
            joined.append(phoneme)
    return joined


@settings(max_examples=60, deadline=None)
@given(any_speech, st.sampled_from(sorted(STYLES)))
def test_every_curve_is_a_weight_and_mouth_close_never_passes_the_jaw(spoken, style):
    named = curves(spoken, style=STYLES[style])
    assert all(np.all((curve >= 0) & (curve <= 1)) for curve in named.values())
    assert np.all(named["mouthClose"] <= named["jawOpen"] + 1e-9)
    assert named["jawOpen"].max() <= 0.5


@settings(max_examples=30, deadline=None)
@given(any_speech)
def test_curves_have_no_corners(spoken):
    """Twice the frame rate halves what a smooth curve's slope changes by between frames; a corner's change stays."""
    named, finer = curves(spoken, fps=400), curves(spoken, fps=800)
    for name in named:
        bend, finer_bend = (np.abs(np.diff(c[name], 2)).max(initial=0) * fps for c, fps in ((named, 400), (finer, 800)))
        assert finer_bend < max(0.7 * bend, 0.35), name


@settings(max_examples=30, deadline=None)
@given(any_speech)
def test_jaw_and_rounding_move_no_faster_than_a_face(spoken):
    named = curves(spoken, fps=200)
    assert np.abs(np.diff(named["jawOpen"])).max(initial=0) * 200 < 8
    assert np.abs(np.diff(named["mouthPucker"])).max(initial=0) * 200 < 18


@pytest.mark.parametrize("late", range(0, 40, 5))
def test_a_closure_lasts_two_frames_where_there_is_room(late):
    named = curves(f"sil:400 a:{200 + late} b:50 a:200 sil:400")
    sealed = named["mouthClose"] == named["jawOpen"]
    assert np.count_nonzero(sealed[frames_within(0.5, 0.75)]) >= 2


def test_lips_press_and_roll_in_on_a_closure_and_lie_easy_in_silence():
    named = curves("sil:400 a:200 p:100 a:200 sil:400", fps=200)
    assert at(named["mouthPressLeft"], 0.65) > 0.1
    assert at(named["mouthRollUpper"], 0.65) > 0.05
    assert at(named["mouthRollLower"], 0.65) > 0.05
    assert not named["mouthPressLeft"][frames_within(0, 0.4, 200)].any()


def test_a_shout_does_not_gape():
    loud = curves("sil:400 a:300' sil:400", gains=[1, 1.15, 1], style=replace(NEUTRAL, jaw=1.08))["jawOpen"]
    assert loud.max() <= 0.45 * 1.08


def test_a_vowel_between_two_closures_still_opens():
    parted = opening("sil:400 m:80 a:120' m:80 sil:400")
    assert parted[frames_within(0.48, 0.60)].max() > 0.1


def test_two_closures_in_a_row_are_one():
    parted = opening("sil:400 a:150 m:90 p:90 a:150 sil:400", fps=200)
    assert not parted[frames_within(0.55, 0.70, 200)].any()


def test_lips_close_before_a_plosive_by_half_the_sound_before_it():
    close = curves("sil:400 a:200 b:80 a:200 sil:400", fps=1000)["mouthClose"]
    begins = np.flatnonzero(close[450:] > 0)[0] / 1000 + 0.45
    assert 0.6 - 0.12 - 0.04 <= begins <= 0.6 - 0.08


@pytest.mark.parametrize("sound", ["s", "z", "ʃ", "tʃ"])
def test_sibilants_narrow_the_jaw(sound):
    jaw = curves(f"sil:400 a:150' {sound}:100 a:150' sil:400", fps=200)["jawOpen"]
    assert at(jaw, 0.6) < 0.17 < at(jaw, 0.46)


@pytest.mark.parametrize("sound", ["n", "l", "t", "d", "k", "ɡ", "ŋ", "h"])
def test_tongue_only_sounds_leave_the_lips_to_their_neighbours(sound):
    rounded = curves(f"sil:400 u:150 {sound}:80 u:150 sil:400", fps=200)["mouthPucker"]
    spread = curves(f"sil:400 i:150 {sound}:80 i:150 sil:400", fps=200)["mouthStretchLeft"]
    assert at(rounded, 0.59) > 0.8 * at(rounded, 0.48)
    assert at(spread, 0.59) > 0.8 * at(spread, 0.48)


@pytest.mark.parametrize("sound", ["w", "u", "ʃ", "tʃ", "ɹ"])
def test_rounding_starts_early_and_ends_late(sound):
    pucker = curves(f"sil:400 s:120 t:120 {sound}:120 t:120 s:120 sil:400", fps=200)["mouthPucker"]
    whole = at(pucker, 0.70)
    assert at(pucker, 0.64 - 0.075) > 0.15 * whole
    assert at(pucker, 0.76 + 0.075) > 0.15 * whole
    assert at(pucker, 0.64 - 0.16) == 0


def test_rounding_reaches_the_sound_before_it_earlier_than_the_jaw_does():
    named = curves("sil:400 t:200 u:150' t:200 sil:400", fps=200)
    rounding, jaw_alone = named["mouthPucker"], curves("sil:400 t:200 a:150' t:200 sil:400", fps=200)["jawOpen"]
    assert np.flatnonzero(rounding > 0)[0] == pytest.approx((0.6 - 0.15) * 200, abs=1.5)
    assert at(jaw_alone, 0.6 - 0.121) == pytest.approx(at(jaw_alone, 0.46), abs=2e-3)


def test_a_pause_under_120_ms_keeps_the_shape():
    parted = opening("sil:400 a:150 sil:100 a:150 sil:400", fps=200)
    assert parted[frames_within(0.55, 0.65, 200)].min() > 0.6 * parted.max()


def test_a_pause_up_to_350_ms_relaxes_and_a_longer_one_closes():
    relaxed = opening("sil:400 a:150 sil:340 a:150 sil:400", fps=200)
    closed = opening("sil:400 a:150 sil:360 a:150 sil:400", fps=200)
    assert 0 < at(relaxed, 0.72) < 0.1 * relaxed.max()
    assert at(closed, 0.73) == 0


def test_a_pause_in_two_parts_counts_as_one():
    assert at(opening("sil:400 a:150 sil:200 sil:200 a:150 sil:400", fps=200), 0.75) == 0


def test_a_clip_starts_and_ends_with_the_mouth_shut():
    for script in ("sil:200 a:300 sil:200", "sil:60 a:300 sil:60", "sil:100 a:300"):
        parted = opening(script)
        assert parted[0] == 0
        assert parted[-1] == 0


def test_a_stressed_vowel_opens_more_than_an_unstressed_one_and_a_schwa_least():
    def height(vowel):
        return curves(f"sil:400 t:80 {vowel} t:80 o:100' sil:400", fps=200)["jawOpen"][
            frames_within(0.45, 0.6, 200)
        ].max()

    assert height("a:120'") > 1.1 * height("a:120") > 1.5 * height("ə:120")


def test_without_any_stress_marks_vowels_are_not_all_weak():
    assert curves("sil:400 a:150 sil:400")["jawOpen"].max() > 0.3


def test_loud_vowels_open_more():
    soft = curves("sil:400 a:150 sil:400", gains=[1, 0.8, 1])["jawOpen"].max()
    loud = curves("sil:400 a:150 sil:400", gains=[1, 1.1, 1])["jawOpen"].max()
    assert loud == pytest.approx(soft * 1.1 / 0.8)


def test_jaw_and_lips_are_two_controls():
    script = "sil:400 ʃ:120 oʊ:200' sil:400"
    plain = curves(script)
    jaw = curves(script, style=replace(NEUTRAL, jaw=0.6))
    lips = curves(script, style=replace(NEUTRAL, lips=0.6))
    assert jaw["jawOpen"].max() == pytest.approx(0.6 * plain["jawOpen"].max())
    assert np.array_equal(jaw["mouthPucker"], plain["mouthPucker"])
    assert lips["mouthPucker"].max() == pytest.approx(0.6 * plain["mouthPucker"].max())
    assert np.array_equal(lips["jawOpen"], plain["jawOpen"])


def test_a_mumble_still_closes_on_m():
    parted = opening("sil:400 a:150 m:90 a:150 sil:400", style=replace(NEUTRAL, jaw=0.5, lips=0.5))
    assert parted[frames_within(0.56, 0.62)].max() == 0


def test_a_diphthong_goes_from_open_to_spread():
    named = curves("sil:400 aɪ:240' sil:400", fps=200)
    assert at(named["jawOpen"], 0.46) > 1.8 * at(named["jawOpen"], 0.62)
    assert at(named["mouthStretchLeft"], 0.62) > 1.5 * at(named["mouthStretchLeft"], 0.44)


def test_the_tongue_shows_on_th_only():
    assert 0.1 < curves("sil:400 θ:120 a:100 sil:400")["tongueOut"].max() < 0.3
    assert not curves("sil:400 t:120 a:100 s:100 n:80 sil:400")["tongueOut"].any()


def test_the_plan_leaves_out_the_shortest_pauses():
    spoken = phonemes("a:100 sil:110 a:100 sil:200 a:100 sil:400 a:100")
    planned = plan(spoken, [1.0] * len(spoken), style=NEUTRAL)
    assert [(gesture.viseme.jaw > 0.1, gesture.shut) for gesture in planned] == [
        (True, False), (True, False), (False, False), (True, False), (False, True), (True, False)
    ]  # fmt: skip
