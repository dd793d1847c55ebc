"""What a voice is, and the one that is always here."""

from dataclasses import dataclass

DEFAULT_VOICE = "heart"


@dataclass(frozen=True)
class Voice:
    """`language` as in BCP 47; `character` in a person's words; `model` names the file in the registry of models, or
    what the engine calls the voice. `basic`: intelligible, but plainly a machine.
    """

    id: str
    name: str
    language: str
    accent: str
    gender: str
    character: str
    engine: str
    licence: str
    model: str
    basic: bool = False


HEART = Voice(
    id=DEFAULT_VOICE,
    name="Heart",
    language="en-US",
    accent="American",
    gender="female",
    character="warm and clear, at a storyteller's pace",
    engine="hibari",
    licence="Apache-2.0",
    model="voice-heart",
)
