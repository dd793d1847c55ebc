"""478 points on a face: the MediaPipe face mesh (Kartynnik et al. 2019; irises Grishchenko et al. 2020), run by
LiteRT.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from rendering.engine.faces.detection import Detection, detect_faces
from rendering.engine.faces.networks import at_once, network
from rendering.engine.faces.pose import head_pose

_INPUT_PX = 256
_CROP = 1.5  # the model was trained on crops half again as large as the face
_MIN_PRESENCE = 0.98  # a logit of 4: blurred shelves of books reach 3, faces blurred past knowing them 7
_EYES_AND_MOUTH = [33, 133, 362, 263, 61, 0, 291, 17]  # their corners, and the lips' upper and lower edge
# The model's logit is 14 to 24 for upright faces and up to 13 for faces on their head, which it takes for upright ones
# with a mouth in the forehead (measured on seven portraits and on them turned).
_SURE = 1 - 1e-7
_SURE_WHEN_TURNED = 1 - 1e-5


@dataclass(frozen=True)
class Face:
    """A face in a photograph.

    `box` (x, y, w, h) px around the points; `points` (478, 3) float32: x, y in px of the photo, z in the same unit with
    smaller being nearer; `yaw`, `pitch`, `roll` in degrees (yaw > 0: turned to the person's left, pitch > 0: looking
    up,
    roll > 0: tilted to the person's left shoulder); `score` 0..1, how sure the model is that this is a face; `whole`:
    eyes and mouth lie inside the photo.
    """

    box: tuple[float, float, float, float]
    points: np.ndarray
    yaw: float
    pitch: float
    roll: float
    score: float
    whole: bool = True

    @property
    def size_px(self) -> float:
        """The longer side of the box."""
        return max(self.box[2:])


def find_faces(photo: np.ndarray) -> tuple[Face, ...]:
    """All faces in `photo` (H, W, 3) uint8, largest first, whichever way up they are."""
    faces = _look(photo)
    seen = max((face.score for face in faces), default=0.0)
    if seen < _SURE and (turned := _upside_down(photo, faces, seen)):
        faces = turned
    return tuple(sorted(faces, key=lambda face: -face.size_px))


def _upside_down(photo: np.ndarray, upright: list[Face], seen: float) -> list[Face]:
    """The faces of a picture that stands on its head; none when it does not. `seen` is the best score the right way up.

    Where something is `upright` its surroundings are enough to tell: a face on its head is found there, if badly.
    """
    if seen > _SURE_WHEN_TURNED:
        x, y, w, h = max(upright, key=lambda face: face.score).box
        reach = 1.5 * max(w, h)
        left, top = max(round(x + w / 2 - reach), 0), max(round(y + h / 2 - reach), 0)
        near = photo[top : round(y + h / 2 + reach), left : round(x + w / 2 + reach)]
        if not _surer(_look(cv2.flip(near, -1), levels=2), seen):
            return []
    turned = _look(cv2.flip(photo, -1))
    return [_turned_back(face, photo) for face in turned] if _surer(turned, seen) else []


def _surer(turned: list[Face], seen: float) -> bool:
    return max((face.score for face in turned), default=0.0) > max(seen, _SURE_WHEN_TURNED)


def track_face(photo: np.ndarray, previous: Face) -> Face | None:
    """The face near where `previous` was, as in the next frame of a clip; None when it is gone."""
    points, presence = _run(photo, *_crop_around(previous.points))
    return _face(points, presence, photo) if presence > _MIN_PRESENCE else None


def _look(photo: np.ndarray, *, levels: int = 3) -> list[Face]:
    faces: list[Face] = []
    for face in at_once(lambda detection: _mesh_of(photo, detection), detect_faces(photo, levels=levels)):
        if face is not None and all(_apart(face, other) for other in faces):
            faces.append(face)
    return faces


def _turned_back(face: Face, photo: np.ndarray) -> Face:
    """`face`, found in `photo` turned by half a turn, as it is in `photo`."""
    points = face.points.copy()
    points[:, :2] = np.array(photo.shape[1::-1], np.float32) - 1 - points[:, :2]
    return _face(points, face.score, photo)


def _mesh_of(photo: np.ndarray, found: Detection) -> Face | None:
    x, y, w, h = found.box
    eyes = np.subtract(found.left_eye, found.right_eye)
    centre, side, angle = (x + w / 2, y + h / 2), max(w, h) * _CROP, float(np.arctan2(eyes[1], eyes[0]))
    points, presence = _run(photo, centre, side, angle)
    # the detector's box is rough; a second look through the crop that the points themselves ask for sits tighter
    for _ in range(2):
        if presence <= _MIN_PRESENCE:
            return None
        points, presence = _run(photo, *_crop_around(points))
    return _face(points, presence, photo) if presence > _MIN_PRESENCE else None


def _face(points: np.ndarray, presence: float, photo: np.ndarray) -> Face:
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    yaw, pitch, roll = head_pose(points)
    box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    seen = points[_EYES_AND_MOUTH, :2]
    whole = bool(((seen >= 0) & (seen <= np.array(photo.shape[1::-1]) - 1)).all())
    return Face(box=box, points=points, yaw=yaw, pitch=pitch, roll=roll, score=presence, whole=whole)


def _crop_around(points: np.ndarray) -> tuple[tuple[float, float], float, float]:
    """Centre, side and angle of the crop that fits the points, with the eyes' outer corners (33, 263) level."""
    across = points[263, :2] - points[33, :2]
    angle = float(np.arctan2(across[1], across[0]))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    level = points[:, :2] @ turn.T
    low, high = level.min(axis=0), level.max(axis=0)
    centre = turn.T @ ((low + high) / 2)
    return (float(centre[0]), float(centre[1])), float((high - low).max()) * _CROP, angle


def _run(photo: np.ndarray, centre: tuple[float, float], side: float, angle: float) -> tuple[np.ndarray, float]:
    cos, sin, scale = np.cos(angle), np.sin(angle), _INPUT_PX / side
    turn = scale * np.array([[cos, sin], [-sin, cos]])
    shift = _INPUT_PX / 2 - turn @ np.asarray(centre)
    to_crop = np.column_stack([turn, shift])
    picture = photo
    if scale < 0.5:
        # INTER_AREA does not average in warpAffine: halve first, or a large photo's points jitter with its grain
        halving = 2 ** int(np.floor(np.log2(1 / scale)))
        picture, corner = _around(photo, centre, side, halving)
        picture = cv2.resize(picture, None, fx=1 / halving, fy=1 / halving, interpolation=cv2.INTER_AREA)
        to_crop[:, 2] += turn @ corner
        to_crop = to_crop * [halving, halving, 1]
    crop = cv2.warpAffine(
        picture, to_crop, (_INPUT_PX, _INPUT_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    outputs = network("face_landmarks_detector").run((crop.astype(np.float32) / 255)[None])
    raw = outputs["Identity"].reshape(478, 3)
    points = np.empty((478, 3), np.float32)
    points[:, :2] = (raw[:, :2] - shift) @ np.linalg.inv(turn).T
    points[:, 2] = raw[:, 2] / scale
    presence = float(1 / (1 + np.exp(-float(outputs["Identity_1"].ravel()[0]))))
    return points, presence


def _around(photo: np.ndarray, centre: tuple[float, float], side: float, grid: int) -> tuple[np.ndarray, np.ndarray]:
    """The piece of `photo` that holds a crop `side` px wide at any angle, and its corner (x, y),
    a multiple of `grid`.
    """
    reach = side / np.sqrt(2) + 2 * grid
    size = np.array(photo.shape[1::-1])
    low = np.clip((np.asarray(centre) - reach) // grid * grid, 0, (size - 1) // grid * grid).astype(int)
    high = np.clip(((np.asarray(centre) + reach) // grid + 1) * grid, low + grid, size).astype(int)
    return photo[low[1] : high[1], low[0] : high[0]], low


def _apart(a: Face, b: Face) -> bool:
    """Whether two faces are two: their centres lie further apart than half the smaller one."""
    centre = [np.array([f.box[0] + f.box[2] / 2, f.box[1] + f.box[3] / 2]) for f in (a, b)]
    return float(np.linalg.norm(centre[0] - centre[1])) > min(a.size_px, b.size_px) / 2
