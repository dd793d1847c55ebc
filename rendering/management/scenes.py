"""The scenes after the first one, from a file: `manage.py talk … --scenes FILE.json`.

    {"layout": "turns", "names": true,
     "scenes": [{"photo": "ada.png", "subject": "fictional", "say": "Good morning.", "fade": 0.4},
                {"say": "Good morning, Ada."}]}

A scene without a photo shows whom the first one shows. A photo that comes again needs its subject once. The names of
files are seen from the folder of this one. Besides `photo`, `subject`, `say` or `audio`, and `fade` (seconds; 0 is a
cut) a scene takes what the command's own options say of the first one: voice, style, direction, face, points, name,
statement, source, authority, year_of_death. Where nothing is said, somebody new has the command's voice and style, and
who was there before keeps their own. `layout` is “turns” or “together”: two portraits in one picture. `names`: the
caption files say who speaks.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from consent.gate import Grantor, SubjectKind
from projects.models import Layout
from rendering.management.terminal import BadInput

_OF_A_SCENE = {
    **{"photo": str, "subject": str, "say": str, "audio": str, "fade": (int, float), "voice": str, "style": str},
    **{"direction": str, "face": int, "points": str, "name": str, "statement": str, "source": str},
    **{"authority": str, "year_of_death": int},
}
_PASSED_ON = set(_OF_A_SCENE) - {"photo", "subject", "say", "audio", "points"}
_OF_THE_FILE = {"layout": str, "names": bool, "scenes": list}


@dataclass(frozen=True)
class Shown:
    """Whom a scene shows, and what they say. `face` counts from 1, largest first."""

    photo: Path
    kind: SubjectKind
    words: str = ""
    sound: Path | None = None
    voice: str = "heart"
    style: str = "neutral"
    direction: str = ""
    points: Path | None = None
    face: int | None = None
    name: str = ""
    statement: str = ""
    source: str = ""
    authority: str = ""
    year_of_death: int | None = None
    fade: float = 0.0


@dataclass(frozen=True)
class Further:
    """What such a file says."""

    scenes: tuple[Shown, ...] = ()
    layout: str = Layout.TURNS.value
    names: bool = False


ONE_SCENE = Further()


def read_scenes(path: Path, first: Shown) -> Further:
    """The scenes after `first` that the file describes. Raises BadInput, which says what is wrong, and where."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(
            f"The scenes {path} cannot be read: {error.strerror}.", "Check the name and try again."
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is no JSON: {error}.", "See “The terminal” in docs/scenes.md.") from error
    told = {"scenes": told} if isinstance(told, list) else told
    _check(told, _OF_THE_FILE, "The file of scenes")
    if not told.get("scenes"):
        raise BadInput(f"{path} holds no scenes.", "See “The terminal” in docs/scenes.md.")
    scenes: list[Shown] = []
    for number, scene in enumerate(told["scenes"], 2):
        _check(scene, _OF_A_SCENE, f"Scene {number}")
        scenes.append(_scene(scene, f"Scene {number}", path.parent, first, (first, *scenes)))
    return Further(tuple(scenes), told.get("layout", Layout.TURNS.value), told.get("names", False))


def _scene(told: dict[str, Any], which: str, folder: Path, first: Shown, before: tuple[Shown, ...]) -> Shown:
    if ("say" in told) == ("audio" in told):
        raise BadInput(f"{which} needs “say” or “audio”, and not both.", "Say what is spoken in it.")
    photo = folder / told["photo"] if "photo" in told else first.photo
    same = next((shown for shown in before if shown.photo.absolute() == photo.absolute()), None)
    if same is None and "subject" not in told:
        raise BadInput(f"{which} does not say who is shown.", f"Give “subject”, one of: {', '.join(SubjectKind)}.")
    for name, kinds in (("subject", tuple(SubjectKind)), ("authority", tuple(Grantor))):
        if name in told and told[name] not in kinds:
            raise BadInput(f"{which}: there is no {name} “{told[name]}”.", f"Choose one of: {', '.join(kinds)}.")
    known = same or Shown(photo, SubjectKind(told["subject"]), voice=first.voice, style=first.style)
    values = {name: told[name] for name in _PASSED_ON & set(told)}
    return replace(
        known,
        kind=SubjectKind(told.get("subject", known.kind)),
        words=told.get("say", ""),
        sound=folder / told["audio"] if "audio" in told else None,
        points=folder / told["points"] if "points" in told else known.points,
        **{"fade": 0.0} | values,
    )


def _check(told: Any, known: dict[str, Any], which: str) -> None:
    """Raises BadInput where something is misspelt or of another kind."""
    if not isinstance(told, dict):
        raise BadInput(f"{which} is no object with names and values.", "See “The terminal” in docs/scenes.md.")
    for name, value in told.items():
        if name not in known:
            raise BadInput(f"{which}: nothing is called “{name}”.", f"It takes: {', '.join(known)}.")
        if not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] is not bool):
            raise BadInput(f"{which}: “{name}” has a value of another kind.", "See “The terminal” in docs/scenes.md.")
