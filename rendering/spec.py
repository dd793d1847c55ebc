"""What goes into the child process and what comes out of it. Plain data: importing this costs nothing."""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Progress = Callable[[str, float], None]
"""Called with the name of the stage and the share of the whole work that is done, 0..1, never falling."""

MOST_SCENES = 12
_PATHS = ("photo", "recording", "output", "keys", "backdrop", "music", "keep", "keep_words", "preview")


@dataclass(frozen=True)
class SceneSpec:
    """A scene after the first one: the fields are those of RenderSpec. `fade`: s in which the scene before passes over
    into it, 0 for a cut.
    """

    photo: Path
    face_index: int | None = None
    words: str | None = None
    recording: Path | None = None
    voice: str = "heart"
    lexicon: dict[str, str] = field(default_factory=dict)
    style: str = "neutral"
    direction: str = ""
    transcript: list[list[Any]] = field(default_factory=list)
    language: str = ""
    placed: dict[str, list[float]] | None = None
    photo_source_types: list[str] = field(default_factory=list)
    keep: Path | None = None
    keep_words: Path | None = None
    name: str = ""
    fade: float = 0.0


@dataclass(frozen=True)
class RenderSpec:
    """One clip to make. All paths are local; `output` is where clip.mp4 shall lie, its folder takes the files beside
    it.

    Exactly one of `words` and `recording` is given. `face_index` chooses among several faces, largest first, None when
    there is one; `placed` are points that a person placed instead, in px of the photo; `photo_source_types` what the
    photo said of itself when it was uploaded (URIs). `head` asks for head.glb beside
    the clip. `background` is what lies behind the person (faces.background.MODES): "colour" goes with
    `background_colour` (#rrggbb), "picture" with `backdrop`; "remove" gives a green screen, and cut-out.webm with
    cut-out.c2pa beside the clip. `keys` is
    the folder of the signing keys. `device` is a torch device. In the folders
    `keep` and `keep_words` lies what earlier takes of this photo, and of these words, have left (rendering.preparing).
    `scenes` come after this one; with the `layout` "together" two portraits stand in one picture. `name`: of who
    speaks, for the caption files, "" where they shall not say so. `frame`: the size (W, H) px of the clip that a scene
    is for, where another scene has set it.
    `captions` asks for captions in the picture, in the look `caption_look` (video.LOOKS). `transcript` is what a
    recording says, each word as [text, start, end] in s, and `language` (BCP 47) in which language, where somebody said
    so. Into the folder `preview` go the pieces of a stream that plays before the clip is done (video.preview).
    """

    render_id: str
    attempt: int
    photo: Path
    output: Path
    keys: Path
    face_index: int | None = None
    words: str | None = None
    recording: Path | None = None
    voice: str = "heart"
    lexicon: dict[str, str] = field(default_factory=dict)
    style: str = "neutral"
    direction: str = ""
    aspect: str = "photo"
    captions: bool = False
    caption_look: str = "plain"
    transcript: list[list[Any]] = field(default_factory=list)
    language: str = ""
    head: bool = False
    placed: dict[str, list[float]] | None = None
    background: str = "keep"
    background_colour: str = ""
    backdrop: Path | None = None
    music: Path | None = None
    music_level: str = "medium"
    title_card: str = ""
    end_card: str = ""
    photo_source_types: list[str] = field(default_factory=list)
    seed: int = 0
    device: str = "cpu"
    keep: Path | None = None
    keep_words: Path | None = None
    preview: Path | None = None
    name: str = ""
    scenes: tuple[SceneSpec, ...] = ()
    layout: str = "turns"
    frame: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if (self.words is None) == (self.recording is None):
            raise ValueError("a render needs words or a recording, and not both")

    @property
    def shots(self) -> "tuple[RenderSpec, ...]":
        """Each scene as if it was a clip of its own, in order, each with a seed of its own."""
        shots = [dataclasses.replace(self, scenes=())]
        for place, scene in enumerate(self.scenes, 1):
            of_scene = {each.name: getattr(scene, each.name) for each in dataclasses.fields(scene)}
            del of_scene["fade"]
            shots.append(dataclasses.replace(self, scenes=(), seed=self.seed + place, **of_scene))
        return tuple(shots)

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> "RenderSpec":
        values: dict[str, Any] = json.loads(text)
        scenes = tuple(SceneSpec(**_with_paths(scene)) for scene in values.pop("scenes", ()))
        frame = tuple(values.pop("frame", None) or ()) or None
        return cls(**_with_paths(values), scenes=scenes, frame=frame)


def _with_paths(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: Path(values[name]) for name in _PATHS if values.get(name) is not None}


@dataclass(frozen=True)
class RenderResult:
    """`path` is the finished, signed clip; `report` says how it was made (see rendering.pipeline)."""

    path: Path
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PersonReadable:
    """Why something did not work, for the person who wanted it: a code for programs, what is wrong, what to do."""

    code: str
    message: str
    advice: str = ""
