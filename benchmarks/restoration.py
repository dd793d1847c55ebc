"""Photos spoilt on purpose: what the repairs bring back, and whether the person stays who they are."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measure, Target
from benchmarks.sheets import SHEETS
from benchmarks.spoiling import CONDITIONS, grainy, scratched
from rendering.engine.faces import Face, choose_face, find_faces, person_matte, read_photo
from rendering.engine.faces.advice import advise
from rendering.engine.faces.background import Background, filled_in, over
from rendering.engine.restoration import Change, face_change, repair
from rendering.engine.restoration.scratches import find_scratches

_TILE_PX = 360
_ANALYSIS_MS = 300
_RUNS = 5
_SEEN = 10.0  # ΔE
_QUICK = ("whole", "fade", "scratch", "old")


@dataclass(frozen=True)
class Repair:
    """One photo in one condition: `spoilt` and `repaired` (H, W, 3) uint8, and each one's face (None: not found).

    `before` and `after` say how far the face of the spoilt and of the repaired photo lie from the whole one's.
    """

    condition: str
    spoilt: np.ndarray
    repaired: np.ndarray
    spoilt_face: Face | None
    repaired_face: Face | None
    before: Change | None
    after: Change | None
    codes: tuple[str, ...]
    seconds: float


def run(path: Path, name: str, *, quick: bool = False) -> tuple[list[Measure], Path]:
    """The measures of the photo at `path` in every condition, and the sheet to look at. Raises PhotoError."""
    photo = read_photo(path.read_bytes())
    face = choose_face(find_faces(photo), 0)
    repairs = [_repair(photo, face, condition) for condition in (_QUICK if quick else CONDITIONS)]
    found = _analysis(path, name)
    for one in repairs:
        found += _measures(one, photo, name)
    found += _scratches(photo, face, name)
    return found, _write_sheet(repairs, photo, face, name)


def print_conditions(measures: list[Measure], console: Console) -> None:
    """A line a condition: whether the face was found, how far it lay from the whole photo's, and what a repair did."""
    known = {measure.name: measure.value for measure in measures}
    table = Table("spoilt by", "face found", "face moved, % of eyes", "embedding moved", "PSNR, dB", "repair, s")
    for condition in CONDITIONS:
        if f"{condition}: repair" not in known:
            continue

        def both(told: str, digits: int, of: str = condition) -> str:
            values = [known.get(f"{of}: {told}, {when}") for when in ("spoilt", "repaired")]
            return " → ".join("–" if value is None else f"{value:.{digits}f}" for value in values)

        table.add_row(
            condition,
            both("face found", 0).replace("1", "yes").replace("0", "no"),
            both("face moved", 2),
            both("embedding moved", 2),
            both("PSNR", 1),
            f"{known[f'{condition}: repair']:.1f}",
        )
    console.print(table)


def _analysis(path: Path, name: str) -> list[Measure]:
    """How long reading, finding and advising take, for the picture as it is and as a phone would have taken it."""
    return [*_analysis_of(path.read_bytes(), name, ""), *_analysis_of(_from_a_phone(path), name, "12 megapixels: ")]


def _from_a_phone(path: Path) -> bytes:
    """The picture at `path` as a JPEG of 12 megapixels, with the grain that fills such files."""
    photo = read_photo(path.read_bytes())
    scale = np.sqrt(12e6 / (photo.shape[0] * photo.shape[1]))
    large = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    _, packed = cv2.imencode(".jpg", grainy(large, 3)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
    return packed.tobytes()


def _analysis_of(data: bytes, name: str, which: str) -> list[Measure]:
    """Warm: the median of five."""
    spent: list[tuple[float, float, float, float]] = []
    for _ in range(_RUNS + 1):
        began = perf_counter()
        photo = read_photo(data)
        read = perf_counter()
        faces = find_faces(photo)
        looked = perf_counter()
        advise(photo, faces, 0)
        advised = perf_counter()
        spent.append((read - began, looked - read, advised - looked, advised - read))
    warm = 1000 * np.median(spent[1:], axis=0)
    names = ("reading the file", "finding faces", "advice", "analysis: faces and advice")
    targets = (None, None, None, Target(high=_ANALYSIS_MS))
    return [
        Measure("restoration", name, which + told, float(value), "ms", target)
        for told, value, target in zip(names, warm, targets, strict=True)
    ]


def _repair(photo: np.ndarray, face: Face, condition: str) -> Repair:
    spoilt = CONDITIONS[condition](photo)
    faces = find_faces(spoilt)
    began = perf_counter()
    repaired = repair(spoilt, faces)
    seconds = perf_counter() - began
    return Repair(
        condition=condition,
        spoilt=spoilt,
        repaired=repaired.photo,
        spoilt_face=faces[0] if faces else None,
        repaired_face=repaired.faces[0] if repaired.faces else None,
        before=face_change(photo, face, spoilt),
        after=face_change(photo, face, repaired.photo),
        codes=tuple(piece.code for piece in advise(spoilt, faces, 0)),
        seconds=seconds,
    )


def _measures(one: Repair, photo: np.ndarray, name: str) -> list[Measure]:
    def measure(told: str, value: float | None, unit: str = "", target: Target | None = None) -> Measure:
        return Measure("restoration", name, f"{one.condition}: {told}", value, unit, target)

    def moved(change: Change | None) -> float | None:
        return None if change is None else 100 * change.moved

    rows = [
        measure("face found, spoilt", float(one.spoilt_face is not None)),
        measure("face found, repaired", float(one.repaired_face is not None), target=Target(low=1)),
        measure("face moved, spoilt", moved(one.before), "% of eyes"),
        measure("face moved, repaired", moved(one.after), "% of eyes", Target(high=3)),
        measure("repair", one.seconds, "s"),
    ]
    if one.after is not None and one.after.apart is not None:
        rows.append(measure("embedding moved, spoilt", one.before.apart if one.before else None))
        rows.append(measure("embedding moved, repaired", one.after.apart, target=Target(high=0.45)))
    if one.condition not in ("whole", "small", "sepia, faded"):  # the whole photo is what it should look like again
        rows.append(measure("PSNR, spoilt", _psnr(photo, one.spoilt), "dB"))
        rows.append(measure("PSNR, repaired", _psnr(photo, one.repaired), "dB"))
    return rows


def _scratches(photo: np.ndarray, face: Face, name: str) -> list[Measure]:
    spoilt, marks = scratched(photo)
    found = find_scratches(spoilt, find_faces(spoilt))
    near = cv2.dilate(found.astype(np.uint8), np.ones((5, 5))).astype(bool)
    # paper on a white collar, dirt on a black coat: nobody sees it, and nothing has to be filled
    seen = marks & (_lab_distance(photo, spoilt) > _SEEN)
    wrong = find_scratches(photo, (face,))
    return [
        Measure("restoration", name, "scratches found", 100 * float(near[marks].mean()), "%"),
        Measure("restoration", name, "scratches found, of what can be seen", 100 * float(near[seen].mean()), "%"),
        Measure("restoration", name, "taken for scratches", 100 * float(wrong.mean()), "%", Target(high=0.3)),
    ]


def _lab_distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """ΔE (CIE 1976) of each pixel, (H, W)."""
    labs = [cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for photo in (one, other)]
    return np.asarray(np.linalg.norm(labs[0] - labs[1], axis=2))


def _psnr(meant: np.ndarray, seen: np.ndarray) -> float:
    if seen.shape != meant.shape:
        seen = cv2.resize(seen, meant.shape[1::-1], interpolation=cv2.INTER_AREA)
    error = float(np.mean((meant.astype(np.float64) - seen) ** 2))
    return float(10 * np.log10(255**2 / max(error, 1e-6)))


def _write_sheet(repairs: list[Repair], photo: np.ndarray, face: Face, name: str) -> Path:
    """A row for each condition: the photo and its face, spoilt and repaired side by side."""
    rows = []
    for one in repairs:
        tiles = [_whole(one.spoilt, photo), _whole(one.repaired, photo)]
        tiles += [_face(picture, photo, face) for picture in (one.spoilt, one.repaired)]
        row = np.hstack(
            [cv2.copyMakeBorder(tile, 0, 4, 2, 2, cv2.BORDER_CONSTANT, value=(30, 30, 30)) for tile in tiles]
        )
        strip = np.zeros((22, row.shape[1], 3), np.uint8)
        told = f"{one.condition}: {', '.join(one.codes)}"
        cv2.putText(strip, told, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
        rows += [strip, row]
    SHEETS.mkdir(parents=True, exist_ok=True)
    path = SHEETS / f"{name}-repair.png"
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])
    backgrounds = _backgrounds(photo, person_matte(photo, face.box))
    cv2.imwrite(str(SHEETS / f"{name}-backgrounds.png"), backgrounds[..., ::-1])
    return path


def _backgrounds(photo: np.ndarray, matte: np.ndarray) -> np.ndarray:
    wishes = (Background("blur"), Background("colour", (232, 230, 225)), Background("remove"))
    tiles = [photo, filled_in(photo, matte), *(over(photo, matte, wish) for wish in wishes)]
    return np.hstack([_whole(tile, photo) for tile in tiles])


def _whole(picture: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """`picture` as a tile; in all conditions as wide as `photo` asks for."""
    width = round(photo.shape[1] * _TILE_PX / photo.shape[0])
    return np.asarray(cv2.resize(picture, (width, _TILE_PX), interpolation=cv2.INTER_AREA))


def _face(picture: np.ndarray, photo: np.ndarray, face: Face) -> np.ndarray:
    scale = picture.shape[1] / photo.shape[1]
    x, y, w, h = (value * scale for value in face.box)
    side = 0.75 * max(w, h)
    left, top = max(int(x + w / 2 - side), 0), max(int(y + h / 2 - side), 0)
    piece = picture[top : int(y + h / 2 + side), left : int(x + w / 2 + side)]
    return np.asarray(cv2.resize(piece, (_TILE_PX, _TILE_PX), interpolation=cv2.INTER_CUBIC))
