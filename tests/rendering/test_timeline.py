"""Scenes in time: whole frames, no voice cut, nothing said during a cross-fade, sound and picture together."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.motion import STYLES, perform, read_direction
from rendering.engine.speech import Phoneme, Sound, Speech, Word
from rendering.montage import joined_frames
from rendering.spec import RenderSpec, SceneSpec
from rendering.timeline import CLOSING_SILENCE, joined_performance, joined_speech, total_frames, turns_of

RATE, FPS = 24_000, 25.0


def spec_of(tmp_path, *fades: float) -> RenderSpec:
    scenes = tuple(SceneSpec(photo=tmp_path / "b", words="Hello.", fade=fade) for fade in fades)
    return RenderSpec("rnd_0123456789abcdef", 1, tmp_path / "a", tmp_path / "o", tmp_path, words="Hi.", scenes=scenes)


def tone(seconds: float, *, silence: float = 0.4) -> Speech:
    """A tone with silence before and after it, as a voice gives it."""
    samples = np.full(round(seconds * RATE), 0.5, np.float32)
    lead, tail = np.zeros(round(0.2 * RATE), np.float32), np.zeros(round(silence * RATE), np.float32)
    sound = Sound(np.concatenate([lead, samples, tail]), RATE)
    said = 0.2 + seconds
    phonemes = (Phoneme("sil", 0.0, 0.2), Phoneme("ɑ", 0.2, said, 2), Phoneme("sil", said, sound.duration))
    return Speech(sound, phonemes, (Word("ah", 0.2, said),), "heart")


def turns_for(spec: RenderSpec, *speeches: Speech):
    way = read_direction("", STYLES["neutral"])
    return turns_of(spec, [(shot, way, said) for shot, said in zip(spec.shots, speeches, strict=True)], fps=FPS)


seconds = st.floats(0.05, 3.0)
fades = st.sampled_from([0.0, 0.04, 0.2, 0.5, 1.0, 1.5])


@given(st.lists(st.tuples(seconds, fades), min_size=2, max_size=5))
def test_a_clip_is_as_long_as_its_scenes_less_nothing_that_is_said(tmp_path_factory, told):
    spec = spec_of(tmp_path_factory.getbasetemp(), *(fade for _, fade in told[1:]))
    turns = turns_for(spec, *(tone(length) for length, _ in told))
    speech = joined_speech(turns, fps=FPS)
    assert len(speech.sound.samples) == total_frames(turns) * RATE / FPS
    # every tone is there in full: nothing was cut, nothing laid over it
    assert np.count_nonzero(speech.sound.samples) == sum(round(length * RATE) for length, _ in told)
    assert np.abs(speech.sound.samples).max() <= 0.5
    assert speech.phonemes[0].start == 0.0
    assert all(one.end == pytest.approx(other.start) for one, other in pairwise(speech.phonemes))
    assert speech.phonemes[-1].end == pytest.approx(speech.sound.duration)
    for word in speech.words:
        first, last = round(word.start * RATE), round(word.end * RATE)
        assert abs(speech.sound.samples[first + 2]) == abs(speech.sound.samples[last - 3]) == 0.5


@given(st.lists(fades, min_size=1, max_size=4))
def test_nothing_is_said_while_one_scene_passes_over_into_the_next(tmp_path_factory, told):
    turns = turns_for(spec_of(tmp_path_factory.getbasetemp(), *told), *[tone(0.3)] * (len(told) + 1))
    samples = joined_speech(turns, fps=FPS).sound.samples
    for turn in turns[1:]:
        overlap = slice(round(turn.start / FPS * RATE), round((turn.start + turn.fade) / FPS * RATE))
        assert not samples[overlap].any()


def test_who_answers_does_not_wait_for_the_end_of_a_voices_own_silence(tmp_path):
    first, second = turns_for(spec_of(tmp_path, 0.0), tone(1.0), tone(1.0))
    assert first.speech.sound.duration == pytest.approx(1.2 + CLOSING_SILENCE, abs=0.04)
    assert second.speech.sound.duration == pytest.approx(1.6, abs=0.04)


def test_a_sound_of_another_rate_is_brought_to_the_first_ones(tmp_path):
    slow = Speech(Sound(np.zeros(16_000, np.float32), 16_000), (Phoneme("sil", 0.0, 1.0),), (), "recording")
    turns = turns_for(spec_of(tmp_path, 0.0), tone(0.5), slow)
    assert turns[1].speech.sound.rate == RATE
    assert turns[1].frames == 25


def test_the_other_is_silent_while_one_speaks(tmp_path):
    turns = turns_for(spec_of(tmp_path, 0.0, 0.0), tone(0.5), tone(0.7), tone(0.5))
    first = joined_speech(turns, fps=FPS, only=[turns[0], turns[2]])
    second = joined_speech(turns, fps=FPS, only=[turns[1]])
    whole = joined_speech(turns, fps=FPS)
    assert np.array_equal(first.sound.samples + second.sound.samples, whole.sound.samples)
    assert not (first.sound.samples * second.sound.samples).any()
    assert len(first.words) + len(second.words) == len(whole.words)


def test_each_frame_has_the_controls_of_who_is_seen(tmp_path):
    turns = turns_for(spec_of(tmp_path, 0.4), tone(0.5), tone(0.5))
    played = [perform(turn.speech, style=turn.direction.style, seed=1, fps=FPS) for turn in turns]
    controls = joined_performance(turns, played).controls["jawOpen"]
    assert len(controls) == total_frames(turns)
    middle = turns[1].start + turns[1].fade // 2
    assert np.array_equal(controls[:middle], played[0].controls["jawOpen"][:middle])
    assert np.array_equal(controls[middle:], played[1].controls["jawOpen"][turns[1].fade // 2 :])


class TestFrames:
    def frames_of(self, turns, *, chunk: int):
        """Scene n is all of brightness 100 · n."""
        scenes = (
            iter(
                [
                    np.full((min(chunk, turn.frames - at), 2, 2, 3), 100 * n, np.uint8)
                    for at in range(0, turn.frames, chunk)
                ]
            )
            for n, turn in enumerate(turns)
        )
        return np.concatenate([each.copy() for each in joined_frames(scenes, turns)])[:, 0, 0, 0]

    @pytest.mark.parametrize("chunk", [1, 7, 25])
    @pytest.mark.parametrize("fade", [0.0, 0.2, 1.0])
    def test_they_are_as_many_as_the_sound_is_long_and_pass_over_evenly(self, tmp_path, chunk, fade):
        turns = turns_for(spec_of(tmp_path, fade, fade), tone(0.5), tone(0.5), tone(0.5))
        seen = self.frames_of(turns, chunk=chunk)
        assert len(seen) == total_frames(turns)
        assert np.all(np.diff(seen.astype(int)) >= 0)
        assert (seen[0], seen[-1]) == (0, 200)
        for place, turn in enumerate(turns[1:]):
            passing = seen[turn.start : turn.start + turn.fade].astype(int)
            expected = 100 * place + 100 * (np.arange(turn.fade) + 1) / (turn.fade + 1)
            assert np.abs(passing - expected).max(initial=0) <= 1
            assert seen[turn.start - 1] == 100 * place
            assert seen[turn.start + turn.fade] == 100 * (place + 1)

    def test_only_the_overlap_is_held(self, tmp_path):
        turns = turns_for(spec_of(tmp_path, 0.2), tone(2.0), tone(2.0))
        yielded = []
        scenes = (iter([np.zeros((turn.frames, 2, 2, 3), np.uint8)]) for turn in turns)
        for chunk in joined_frames(scenes, turns):
            yielded.append(len(chunk))
        assert yielded == [turns[0].frames - 5, 5, turns[1].frames - 5]
