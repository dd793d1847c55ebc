"""eSpeak NG's library at work in a process of its own: a request as JSON on standard input, the answer as JSON on
standard output.

Run as a script (`python -I -S espeak_child.py`), never imported: eSpeak NG is under the GPL, which is why it stays
outside of the process that asks. The argument, if any, is the library's path.
{"do": "voices"}                             → [{"id", "name", "gender"}]
{"do": "phonemes", "voice", "texts": [...]}  → [IPA with "^" as tie, words parted by spaces, ...]
{"do": "say", "voice", "text", "rate"}       → {"rate": Hz, "pcm": base64 of int16, "events": [[kind, place, length,
sample, IPA], ...]}; kind "word" (place: the first character, from 1), "phoneme" ("" for silence).
"""

import base64
import ctypes
import json
import sys

NAMES = ("libespeak-ng.so.1", "libespeak-ng.so", "libespeak-ng.1.dylib", "libespeak-ng.dylib", "libespeak-ng.dll")
SYNCHRONOUS, PHONEME_EVENTS_AS_IPA, UTF8, CHARACTERS, RATE_PARAMETER = 2, 0b11, 1, 1, 1  # speak_lib.h
WORDS_A_MINUTE, SLOWEST, FASTEST = 175, 80, 450
IPA_WITH_TIES = 0x02 | 0x80 | ord("^") << 8
KINDS = {1: "word", 7: "phoneme"}
GENDERS = {1: "male", 2: "female"}


class EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class Event(ctypes.Structure):
    _fields_ = (
        *(("type", ctypes.c_int), ("unique", ctypes.c_uint), ("place", ctypes.c_int), ("length", ctypes.c_int)),
        *(("milliseconds", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p), ("id", EventId)),
    )


class VoiceSpec(ctypes.Structure):
    _fields_ = (
        *(("name", ctypes.c_char_p), ("languages", ctypes.c_char_p), ("identifier", ctypes.c_char_p)),
        *(("gender", ctypes.c_ubyte), ("age", ctypes.c_ubyte), ("variant", ctypes.c_ubyte), ("x", ctypes.c_ubyte)),
        *(("score", ctypes.c_int), ("spare", ctypes.c_void_p)),
    )


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


def library(path: str | None) -> ctypes.CDLL:
    for name in (path,) if path else NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    sys.exit("there is no eSpeak NG library here")


def voices(lib: ctypes.CDLL) -> list[dict[str, str]]:
    lib.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(VoiceSpec))
    listed = lib.espeak_ListVoices(None)
    found: list[dict[str, str]] = []
    for spec in iter(lambda: listed[len(found)], None):
        if not spec:
            break
        # one byte of priority, then the language's name, ended by a zero
        language = spec.contents.languages[1:].decode()
        names = {"id": language, "name": spec.contents.name.decode(), "file": spec.contents.identifier.decode()}
        found.append(names | {"gender": GENDERS.get(spec.contents.gender, "")})
    return [voice for voice in found if not voice["file"].startswith(("mb/", "!v/"))]


def phonemes(lib: ctypes.CDLL, text: str) -> str:
    lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
    place = ctypes.c_void_p(ctypes.cast(ctypes.create_string_buffer(text.encode()), ctypes.c_void_p).value)
    clauses = []
    while place.value:
        clauses.append((lib.espeak_TextToPhonemes(ctypes.byref(place), UTF8, IPA_WITH_TIES) or b"").decode())
    return " ".join(clauses).strip()


def say(lib: ctypes.CDLL, hz: int, text: str, rate: float) -> dict[str, object]:
    pcm, events = bytearray(), []

    def heard(wave, count, event) -> int:  # type: ignore[no-untyped-def]
        if wave:
            pcm.extend(ctypes.string_at(wave, 2 * count))
        index = 0
        while event[index].type:
            each = event[index]
            if each.type in KINDS:
                ipa = each.id.string.decode(errors="ignore") if each.type == 7 else ""
                events.append([KINDS[each.type], each.place, each.length, each.sample, ipa])
            index += 1
        return 0

    callback = CALLBACK(heard)
    lib.espeak_SetSynthCallback(callback)
    speed = min(max(round(WORDS_A_MINUTE * rate), SLOWEST), FASTEST)
    lib.espeak_SetParameter(RATE_PARAMETER, speed, 0)
    encoded = text.encode()
    lib.espeak_Synth(encoded, len(encoded) + 1, 0, CHARACTERS, 0, UTF8, None, None)
    return {"rate": hz, "pcm": base64.b64encode(bytes(pcm)).decode(), "events": events}


def answer(request: dict, path: str | None) -> object:
    lib = library(path)
    hz = lib.espeak_Initialize(SYNCHRONOUS, 0, None, PHONEME_EVENTS_AS_IPA)
    if hz <= 0:
        sys.exit("eSpeak NG does not find its data")
    if request["do"] == "voices":
        return voices(lib)
    if lib.espeak_SetVoiceByName(request["voice"].encode()):
        sys.exit(f"eSpeak NG has no voice {request['voice']}")
    if request["do"] == "phonemes":
        return [phonemes(lib, text) for text in request["texts"]]
    return say(lib, hz, request["text"], request["rate"])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.loads(sys.stdin.read()), sys.argv[1] if sys.argv[1:] else None)))
