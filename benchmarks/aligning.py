"""A forced aligner to stand beside listen(): pocketsphinx (BSD), which is told the words and only has to place them.

Where it is installed (requirements/dev.txt); its model knows American English.
"""

import importlib.util
import re
from functools import cache
from math import gcd
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from rendering.engine.speech import Phoneme, Sound

_RATE, _FRAME = 16_000, 0.01  # Hz; s
_IPA = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð",
    "EH": "ɛ", "ER": "ɚ", "EY": "eɪ", "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IY": "i", "JH": "dʒ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ",
    "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip


def missing_aligner() -> bool:
    """Whether there is none on this machine."""
    return importlib.util.find_spec("pocketsphinx") is None


def aligned(text: str, sound: Sound) -> tuple[Phoneme, ...]:
    """The phonemes of the English `text` where they are in `sound`, tiling it; none where it does not find them."""
    shared = gcd(_RATE, sound.rate)
    samples = resample_poly(sound.samples, _RATE // shared, sound.rate // shared)
    pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes()
    decoder = _decoder()
    words = " ".join(re.findall(r"[a-z']+", text.lower()))
    try:
        decoder.set_align_text(words)
        for prepare in (lambda: None, decoder.set_alignment):  # words first, their phones on the second way through
            prepare()
            decoder.start_utt()
            decoder.process_raw(pcm, full_utt=True)
            decoder.end_utt()
        found = [phone for word in decoder.get_alignment() for phone in word]
    except (RuntimeError, TypeError):
        return ()
    out = [
        Phoneme(_IPA.get(phone.name, "sil"), phone.start * _FRAME, (phone.start + phone.duration) * _FRAME)
        for phone in found
    ]
    return (*out, Phoneme("sil", out[-1].end, sound.duration)) if out and out[-1].end < sound.duration else tuple(out)


@cache
def _decoder() -> Any:
    from pocketsphinx import Decoder  # noqa: PLC0415

    return Decoder(samprate=_RATE, loglevel="FATAL")
