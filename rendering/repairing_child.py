"""The process in which one photo is repaired: `python -m rendering.repairing_child`, so that the site, which waits for
it, stays as quick as it was, and what it takes of memory goes back with it.

Reads {"photo", "target", "steps", "box", "placed", "models", "keys", "root", "stated"} on standard input; writes the
repaired PNG, marked and signed, at `target`, and one JSON line: {"notes", "change", "faces", "face_index", "advice",
"source_type", "size"}, or {"error": {"code", "message", "advice"}}. It knows no database.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from rendering.disclosure.pictures import repaired_source_type, sign_png, write_png
from rendering.engine.errors import EngineError
from rendering.engine.faces import Face, find_faces, read_photo
from rendering.engine.faces.advice import Advice, advise
from rendering.engine.restoration import DRAWN, Change, repair

NICENESS = 10


def main() -> int:
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries print; what they print is not the answer
    os.nice(NICENESS)
    try:
        told = repair_file(json.loads(sys.stdin.read()))
    except EngineError as error:
        told = {"error": {"code": error.code, "message": error.message, "advice": error.advice}}
    answer.write(json.dumps(told) + "\n")
    answer.close()
    return 0


def repair_file(asked: dict[str, Any]) -> dict[str, Any]:
    """Repair what was asked for; see above."""
    photo = read_photo(Path(asked["photo"]).read_bytes())
    placed = asked.get("placed")
    found = () if placed else find_faces(photo)
    meant = _nearest(found, asked["box"])
    first = found if meant is None else (found[meant], *(face for i, face in enumerate(found) if i != meant))
    models = Path(asked["models"]) if asked.get("models") else None
    repaired = repair(photo, first, steps=asked["steps"], models=models)
    told: dict[str, Any] = {
        "notes": [
            {"step": note.step, "done": note.done, "message": note.message, **_change(note.change)}
            for note in repaired.notes
        ],
        "change": _change(repaired.change),
        "size": [repaired.photo.shape[1], repaired.photo.shape[0]],
    }
    if not repaired.changed:
        return told
    scale = repaired.photo.shape[1] / photo.shape[1]
    faces = () if placed else find_faces(repaired.photo)
    index = _nearest(faces, [value * scale for value in asked["box"]]) or 0
    drawn_anew = any(note.done and note.step in DRAWN for note in repaired.notes)
    source_type = repaired_source_type(asked["stated"], drawn_anew=drawn_anew)
    target = Path(asked["target"])
    write_png(target, repaired.photo, source_type=source_type)
    done = [note.message for note in repaired.notes if note.done]
    sign_png(target, keys=Path(asked["keys"]), source_type=source_type, done=done, stated=asked["stated"])
    return told | {
        "faces": [_face(face) for face in faces],
        "face_index": index,
        "advice": [] if placed else [_advice(piece) for piece in advise(repaired.photo, faces, index)],
        "source_type": source_type,
    }


def _nearest(faces: tuple[Face, ...], box: list[float]) -> int | None:
    if not faces:
        return None
    middle = np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
    away = [np.linalg.norm(middle - [f.box[0] + f.box[2] / 2, f.box[1] + f.box[3] / 2]) for f in faces]
    return int(np.argmin(away))


def _change(change: Change | None) -> dict[str, float | None]:
    if change is None:
        return {"moved": None, "apart": None}
    return {"moved": round(change.moved, 4), "apart": None if change.apart is None else round(change.apart, 3)}


def _face(face: Face) -> dict[str, Any]:
    angles = {"yaw": float(face.yaw), "pitch": float(face.pitch), "roll": float(face.roll)}
    return {"box": [float(value) for value in face.box], **angles, "score": float(face.score)}


def _advice(piece: Advice) -> dict[str, Any]:
    told: dict[str, Any] = {"code": piece.code, "severity": piece.severity.value, "message": piece.message}
    return told | ({"box": [round(float(value), 1) for value in piece.box]} if piece.box else {})


if __name__ == "__main__":
    sys.exit(main())
