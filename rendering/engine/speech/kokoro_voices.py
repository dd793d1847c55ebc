"""Kokoro-82M's 54 voices, in the order in which their vectors lie in the installed file."""

from statistics import median

from rendering.engine.installing import KOKORO_IDS
from rendering.engine.speech.voices import Voice

# What the first letter of an id says.
_LANGUAGES = {
    "a": ("en-US", "American"), "b": ("en-GB", "British"), "e": ("es", "Spanish"), "f": ("fr-FR", "French"),
    "h": ("hi", "Indian"), "i": ("it", "Italian"), "j": ("ja", "Japanese"), "p": ("pt-BR", "Brazilian"),
    "z": ("zh", "Mandarin"),
}  # fmt: skip
_GENDERS = {"f": "female", "m": "male"}
# Median pitch in Hz, the melody's spread in semitones, phonemes a second: one sentence, the same for all of a language.
_MEASURED = {
    "af_alloy": (139, 3.2, 12.4), "af_aoede": (173, 3.9, 13.3), "af_bella": (193, 4.6, 11.7),
    "af_heart": (197, 4.7, 12.3), "af_jessica": (198, 2.8, 13.9), "af_kore": (143, 4.0, 12.9),
    "af_nicole": (137, 4.6, 8.2), "af_nova": (150, 3.1, 13.0), "af_river": (170, 2.1, 14.0),
    "af_sarah": (196, 3.5, 12.8), "af_sky": (156, 3.2, 12.5), "am_adam": (110, 3.5, 13.0),
    "am_echo": (106, 3.3, 12.1), "am_eric": (152, 3.6, 14.4), "am_fenrir": (133, 4.1, 12.9),
    "am_liam": (115, 3.9, 14.0), "am_michael": (109, 2.9, 11.2), "am_onyx": (83, 2.3, 12.6),
    "am_puck": (109, 3.5, 13.4), "am_santa": (162, 5.0, 11.0), "bf_alice": (212, 4.2, 11.8),
    "bf_emma": (181, 2.3, 13.0), "bf_isabella": (204, 2.8, 12.8), "bf_lily": (186, 3.7, 12.1),
    "bm_daniel": (123, 2.9, 12.4), "bm_fable": (114, 4.0, 10.6), "bm_george": (140, 3.5, 10.4),
    "bm_lewis": (86, 3.7, 10.9), "ef_dora": (188, 3.3, 11.9), "em_alex": (144, 3.2, 12.0),
    "em_santa": (156, 3.5, 11.8), "ff_siwis": (202, 2.8, 11.7), "hf_alpha": (228, 4.8, 9.3),
    "hf_beta": (176, 5.6, 10.8), "hm_omega": (133, 5.6, 9.5), "hm_psi": (123, 6.1, 9.5), "if_sara": (240, 1.8, 13.0),
    "im_nicola": (104, 3.0, 12.6), "jf_alpha": (273, 2.4, 12.7), "jf_gongitsune": (238, 3.0, 10.0),
    "jf_nezumi": (237, 1.9, 10.1), "jf_tebukuro": (329, 2.4, 10.3), "jm_kumo": (89, 3.2, 12.1),
    "pf_dora": (197, 2.9, 12.0), "pm_alex": (147, 5.5, 12.1), "pm_santa": (140, 4.9, 12.1),
    "zf_xiaobei": (252, 5.1, 12.7), "zf_xiaoni": (241, 3.2, 14.4), "zf_xiaoxiao": (255, 3.0, 15.0),
    "zf_xiaoyi": (312, 2.7, 15.4), "zm_yunjian": (120, 2.1, 14.1), "zm_yunxi": (170, 2.7, 15.9),
    "zm_yunxia": (306, 2.8, 14.7), "zm_yunyang": (110, 3.2, 15.6),
}  # fmt: skip
_WHISPERED = frozenset({"af_nicole"})  # a quarter of its speech is voiced; half or more of the others'
_REGISTERS = {
    "female": ((165, "low"), (235, "mid-range"), (999, "bright")),
    "male": ((100, "deep"), (135, "mid-range"), (999, "light")),
}


def _voice(id: str) -> Voice:  # noqa: A002 -- the name that the field has everywhere
    language, accent = _LANGUAGES[id[0]]
    return Voice(
        id=id,
        name=id[3:].capitalize(),
        language=language,
        accent=accent,
        gender=_GENDERS[id[1]],
        character=_character(id),
        engine="kokoro",
        licence="Apache-2.0",
        model="kokoro",
    )


def _character(id: str) -> str:  # noqa: A002
    """What the measures say: register, melody where it is even or lively, pace against the language's other voices."""
    pitch, melody, pace = _MEASURED[id]
    register = next(name for limit, name in _REGISTERS[_GENDERS[id[1]]] if pitch < limit)
    usual = median(other[2] for name, other in _MEASURED.items() if name[0] in {id[0], {"a": "b", "b": "a"}.get(id[0])})
    said = ["whispering" if id in _WHISPERED else f"{register} voice"]
    said += ["even melody"] if melody < 2.6 else ["lively melody"] if melody > 4.2 else []
    said += ["unhurried"] if pace < 0.92 * usual else ["brisk"] if pace > 1.06 * usual else []
    return ", ".join(said)


KOKORO_VOICES = tuple(map(_voice, KOKORO_IDS))
