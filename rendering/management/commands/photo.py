"""manage.py photo: what a photo is good for, in words; its repair; the matte of the person in it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from rendering.engine.errors import EngineError, PhotoError
from rendering.management.terminal import BadInput, NotMade, TerminalCommand

if TYPE_CHECKING:
    import numpy as np

    from rendering.engine.faces import Face
    from rendering.engine.faces.advice import Advice
    from rendering.engine.restoration import Repaired


class Command(TerminalCommand):
    help = (
        "Looks at PHOTO as an upload is looked at: is there a face, will it do, what will look bad. "
        "Exit codes: 0 a clip can be made of it, 2 it cannot be used, 1 anything else."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        from rendering.engine.restoration import CLASSICAL, STEPS  # noqa: PLC0415  slow to load

        add = parser.add_argument
        add("photo", type=Path, metavar="PHOTO")
        add("--json", action="store_true", help="everything, for programs")
        add("--face", type=int, metavar="N", help="which face, 1 being the largest")
        add("--repair", type=Path, metavar="OUT.png", help="write the photo repaired")
        add(
            "--steps",
            default=",".join(CLASSICAL),
            metavar="A,B",
            help=f"which repairs: {', '.join(STEPS)} (default: those without a network)",
        )
        add("--matte", type=Path, metavar="OUT.png", help="write which pixels belong to the person: white, grey, black")

    def handle(self, *args: Any, **options: Any) -> None:
        from rendering.disclosure.inputs import read_input_marks  # noqa: PLC0415
        from rendering.engine.faces import find_faces, read_photo  # noqa: PLC0415
        from rendering.engine.faces.advice import advise, usable  # noqa: PLC0415

        for target in filter(None, (options["repair"], options["matte"])):
            _check_target(target)
        try:
            data = options["photo"].read_bytes()
        except OSError as error:
            raise BadInput(f"There is no file {options['photo']} that can be read.", "Check the name.") from error
        index = None if options["face"] is None else options["face"] - 1
        try:
            photo = read_photo(data)
        except PhotoError as error:
            if options["json"]:
                self._write({"usable": False, "faces": [], "advice": [_problem(error)], "source_types": []})
            raise BadInput.of(error) from error
        faces = find_faces(photo)
        advice = advise(photo, faces, index)
        marks = read_input_marks(data).source_types
        report: dict[str, Any] = {
            "usable": usable(advice),
            "faces": [_face(face) for face in faces],
            "advice": [_advice(piece) for piece in advice],
            "source_types": list(marks),
        }
        if options["repair"]:
            repaired = _repair(photo, faces, index, options["steps"], options["repair"], marks)
            report["repair"] = _repaired(repaired)
        if options["matte"] and report["usable"]:
            _write_matte(photo, faces, index, options["matte"])
        if options["json"]:
            self._write(report)
        else:
            self.stdout.write("\n".join(_in_words(report)))
        if not report["usable"]:
            raise BadInput(advice[0].message)

    def _write(self, report: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))


def _check_target(target: Path) -> None:
    if target.suffix.lower() != ".png" or target.is_dir() or not target.absolute().parent.is_dir():
        raise BadInput(f"{target} cannot be written.", "Give the name of a .png file in a folder that exists.")


def _repair(
    photo: "np.ndarray", faces: "tuple[Face, ...]", index: int | None, steps: str, target: Path, marks: tuple[str, ...]
) -> "Repaired":
    from rendering.disclosure.pictures import repaired_source_type, write_png  # noqa: PLC0415
    from rendering.engine.restoration import DRAWN, repair  # noqa: PLC0415

    chosen = [step.strip() for step in steps.split(",") if step.strip()]
    first = (faces[index],) if index is not None and 0 <= index < len(faces) else faces[:1]
    ordered = (*first, *(face for face in faces if face is not (first or (None,))[0]))
    try:
        repaired = repair(photo, ordered, steps=chosen, models=settings.LIKENESS_MODELS_DIR)
    except ValueError as error:
        raise BadInput(str(error)) from error
    except EngineError as error:
        raise NotMade(str(error)) from error
    drawn_anew = any(note.done and note.step in DRAWN for note in repaired.notes)
    write_png(target, repaired.photo, source_type=repaired_source_type(marks, drawn_anew=drawn_anew))
    return repaired


def _write_matte(photo: "np.ndarray", faces: "tuple[Face, ...]", index: int | None, target: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    from rendering.engine.faces import choose_face, person_matte  # noqa: PLC0415

    matte = person_matte(photo, choose_face(faces, index).box)
    Image.fromarray((255 * matte).round().astype("uint8")).save(target)


def _face(face: "Face") -> dict[str, Any]:
    return {
        "box": [round(value, 1) for value in face.box],
        "size_px": round(face.size_px, 1),
        "yaw": round(face.yaw, 1),
        "pitch": round(face.pitch, 1),
        "roll": round(face.roll, 1),
    }


def _advice(piece: "Advice") -> dict[str, Any]:
    told: dict[str, Any] = {"code": piece.code, "severity": piece.severity.value, "message": piece.message}
    if piece.box:
        told["box"] = [round(value, 1) for value in piece.box]
    return told


def _problem(error: EngineError) -> dict[str, Any]:
    return {"code": error.code, "severity": "problem", "message": str(error)}


def _repaired(repaired: "Repaired") -> dict[str, Any]:
    change = repaired.change
    return {
        "size": [repaired.photo.shape[1], repaired.photo.shape[0]],
        "steps": [{"step": note.step, "done": note.done, "message": note.message} for note in repaired.notes],
        "change": change
        and {
            "moved": round(change.moved, 4),
            "apart": None if change.apart is None else round(change.apart, 3),
            "same_person": change.same_person,
        },
    }


def _in_words(report: dict[str, Any]) -> list[str]:
    lines = []
    for number, face in enumerate(report["faces"], start=1):
        turned = f"turned {face['yaw']:+.0f}°, raised {face['pitch']:+.0f}°, tilted {face['roll']:+.0f}°"
        lines.append(f"Face {number}: {face['size_px']:.0f} pixels tall, {turned}.")
    lines += [f"{piece['severity']:>8}  {piece['message']}" for piece in report["advice"]]
    lines += [f"The file says of itself: {uri.rsplit('/', 1)[-1]}." for uri in report["source_types"]]
    if "repair" in report:
        lines += [f"  {step['step']:>9}  {step['message']}" for step in report["repair"]["steps"]]
        if change := report["repair"]["change"]:
            apart = "" if change["apart"] is None else f", recogniser’s distance {change['apart']:.2f}"
            lines.append(f"The face’s shape moved by {100 * change['moved']:.1f} % of the eyes’ distance{apart}.")
    return lines
