"""How fast the voice is made, and whether the times of its phonemes are where they are heard."""

from time import perf_counter, process_time

import numpy as np

from benchmarks.hearing import closures
from benchmarks.measure import Measure, Target
from benchmarks.sentences import SENTENCES
from rendering.engine.speech import VOICES, Speech, listen, synthesise
from rendering.engine.speech.activity import HOP, active, levels_db


def run(*, quick: bool) -> list[Measure]:
    """For every voice."""
    sentences = SENTENCES[: 3 if quick else None]
    return [measure for voice in VOICES for measure in _voice(voice, sentences)]


def _voice(voice: str, sentences: tuple[str, ...]) -> list[Measure]:
    synthesise(sentences[0], voice=voice)  # loads the model
    wall, cpu = perf_counter(), process_time()
    spoken = [synthesise(sentence, voice=voice) for sentence in sentences]
    wall, cpu = perf_counter() - wall, process_time() - cpu
    length = sum(speech.sound.duration for speech in spoken)
    offsets = np.concatenate([_offsets(speech) for speech in spoken])
    tiled = all(_tiles(speech) for speech in spoken)
    rows: tuple[tuple[str, float, str, Target | None], ...] = (
        ("time, of the sound's length", wall / length, "×", Target(high=1.0)),
        ("processor time, of the sound's length", cpu / length, "×", None),
        ("phonemes tile the sound", float(tiled), "", Target(low=1.0)),
        (
            "pauses where the sound is silent",
            float(np.mean([_silence(speech) for speech in spoken])),
            "share",
            Target(low=0.9),
        ),
        # the recogniser's own times are good to about 20 ms
        ("p b m: said before heard, median", 1000 * float(np.median(offsets)), "ms", Target(-45, 45)),
        ("p b m: distance of said and heard, 90 %", 1000 * float(np.percentile(np.abs(offsets), 90)), "ms", None),
    )
    return [Measure("speech", voice, *row) for row in rows]


def _tiles(speech: Speech) -> bool:
    edges = [phoneme.start for phoneme in speech.phonemes] + [speech.sound.duration]
    ends = [phoneme.end for phoneme in speech.phonemes]
    return edges[0] == 0 and bool(np.allclose(edges[1:], ends, atol=1e-6))


def _silence(speech: Speech) -> float:
    """Share of the time in which "sil" and the sound's level agree."""
    sounding = active(levels_db(speech.sound.samples, speech.sound.rate))
    times = (np.arange(len(sounding)) + 0.5) * HOP
    ends = np.array([phoneme.end for phoneme in speech.phonemes])
    names = np.array([phoneme.symbol for phoneme in speech.phonemes])
    said = names[np.minimum(np.searchsorted(ends, times, "right"), len(ends) - 1)] != "sil"
    return float((said == sounding).mean())


def _offsets(speech: Speech) -> np.ndarray:
    """For each p, b, m: s by which the recogniser hears it after it was said; those not heard within 0.1 s left out."""
    said, heard = closures(speech.phonemes), closures(listen(speech.sound).phonemes)
    nearest = [float(heard[np.argmin(np.abs(heard - time))] - time) for time in said] if len(heard) else []
    return np.array([offset for offset in nearest if abs(offset) < 0.1])
