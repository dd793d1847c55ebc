"""What can be measured of a photo and the face in it: sharpness, light, noise, JPEG blocks, expression.

Numbers only; `advice` puts them into words, `rendering.engine.restoration` tunes itself by them.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from rendering.engine.faces.mesh import Face, track_face
from rendering.engine.faces.networks import at_once
from rendering.engine.faces.shrinking import halved

# Outlines in the face mesh (MediaPipe's FACEMESH_FACE_OVAL, …_EYE, …_LIPS, …_EYEBROW); right and left are the person's.
OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377]
OVAL += [152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
RIGHT_EYE = [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7]
LEFT_EYE = [263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249]
LIPS = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146]
RIGHT_BROW = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46]
LEFT_BROW = [300, 293, 334, 296, 336, 285, 295, 282, 283, 276]
_CHEEKS = ((50, 280), (205, 425), (187, 411), (101, 330))  # pairs left and right of the nose: (right, left)

_FEATURES = (RIGHT_EYE, LEFT_EYE, LIPS, RIGHT_BROW, LEFT_BROW)
_INNER_LIPS = ((81, 178), (82, 87), (13, 14), (312, 317), (311, 402))  # upper, lower, from corner to corner

# How far a* and b* may stray in a picture of one colour, by the root of its span of L*: 0 to 0.48 for grey, sepia and
# cyanotype with grain, JPEG and fading, 0.54 (a pale painting nearly black) and far more for colour
_ONE_COLOUR = 0.51
_FADED_SPAN = 55.0  # L*; whole pictures span 70 to 96, faded ones 28 to 40
_NO_BLACK = 12.0
_LOOK_PX = 384  # height of the face at which it is measured; finer grain is more than a clip shows
_REBLUR_PX = 1.0
_SHARP_PX = 0.7  # blur (Gaussian sigma) of a good camera's picture in its own pixels; measured 0.5 to 0.9


@dataclass(frozen=True)
class Light:
    """Lightness L* (CIE 1976, 0..100) of the face's skin, and how much of it is lost."""

    brightest: float  # of the lightest twentieth: what even a dark face shows in good light
    middle: float
    burnt: float  # 0..1, share without any drawing because it is white
    sides: float  # how much lighter one cheek is than the other, by `brightest`; > 0: the person's left one


@dataclass(frozen=True)
class Expression:
    """How the face in the photo differs from a face at rest."""

    mouth_open: float  # the gap between the lips, in widths of the mouth
    smile: float  # width of the mouth, in distances between the outer corners of the eyes
    eyes_open: tuple[float, float]  # right, left: height by width


@dataclass(frozen=True)
class Sight:
    """How well eyes and mouth are seen. Contrasts are shares of what the photo allows: an open eye 0.3 to 1."""

    right_eye: float
    left_eye: float
    lip_line: float  # how much darker the line between the lips is than the lips
    eyes_doubt: float  # see `mesh_doubt`
    mouth_doubt: float


@dataclass(frozen=True)
class Tone:
    """How much of the scale from black to white a photo uses, and whether its greys are grey.

    `black` and `white`, L* (0..100), are its darkest and lightest hundredth; `cast` the (a*, b*) that its darkest and
    its lightest parts share; `tint` the mean (a*, b*).
    """

    black: float
    white: float
    cast: tuple[float, float]
    tint: tuple[float, float]
    monochrome: bool  # one colour, or none: black and white, sepia, a cyanotype

    @property
    def faded(self) -> bool:
        """Neither real black nor real white; a picture that is only dark has its black."""
        return self.white - self.black < _FADED_SPAN and self.black > _NO_BLACK


def face_blur_px(photo: np.ndarray, face: Face) -> float:
    """Blur of the face in px of `photo` (H, W, 3): sigma of the Gaussian that would have made its edges as soft.

    From how much the strongest edges lose when blurred once more (Zhuo & Sim 2011), in eyes, brows and mouth.
    """
    crop, points, scale = _crop(photo, face)
    luma = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    once = cv2.GaussianBlur(luma, (0, 0), _REBLUR_PX)  # grain would pass for edges
    twice = cv2.GaussianBlur(luma, (0, 0), float(np.hypot(_REBLUR_PX, 2 * _REBLUR_PX)))
    near = np.zeros(luma.shape, bool)
    for outline in _FEATURES:
        near |= _filled(luma.shape, points, outline)
    reach = 2 * max(round(0.03 * scale * face.size_px), 1) + 1
    inside = cv2.dilate(near.astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool)
    before, after = _slope(once)[inside], _slope(twice)[inside]
    if before.size == 0:
        return float("inf")
    strong = before >= np.quantile(before, 0.95)
    ratio = float(np.median(before[strong] / np.maximum(after[strong], 1e-6)))
    # two Gaussians: ratio² = (s² + r² + 4r²) / (s² + r²)
    sigma2 = 4 * _REBLUR_PX**2 / max(ratio**2 - 1, 1e-3) - _REBLUR_PX**2
    return float(np.sqrt(max(sigma2, 0.05**2))) / scale


def face_detail_px(face: Face, blur_px: float) -> float:
    """Height in px of a sharp face that shows as much as `face` does with `blur_px`."""
    return face.size_px * min(1.0, _SHARP_PX / max(blur_px, 1e-6))


def face_light(photo: np.ndarray, face: Face) -> Light:
    """How the skin of the face is lit; brows, eyes and lips left out."""
    crop, points, _ = _crop(photo, face)
    lightness = cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[..., 0]  # (h, w), 0..100
    skin = _skin(crop.shape[:2], points)
    values = lightness[skin]
    if values.size < 50:
        return Light(brightest=0.0, middle=0.0, burnt=0.0, sides=0.0)
    smooth = cv2.GaussianBlur(lightness, (0, 0), 0.04 * crop.shape[0])
    spots = np.clip(np.rint(points).astype(int), 0, np.array(lightness.shape[::-1]) - 1)
    sides = [
        smooth[spots[left][1], spots[left][0]] - smooth[spots[right][1], spots[right][0]] for right, left in _CHEEKS
    ]
    brightest = float(np.quantile(values, 0.95))
    return Light(
        brightest=brightest,
        middle=float(np.median(values)),
        burnt=float((values > 98.5).mean()),
        sides=float(np.median(sides)) / max(brightest, 1.0),
    )


def face_expression(face: Face) -> Expression:
    """Mouth and eyes of `face`, from its points."""
    points = face.points

    def far(a: int, b: int) -> float:
        return float(np.linalg.norm(points[a] - points[b]))

    eyes = max(far(33, 263), 1e-6)
    mouth = max(far(61, 291), 1e-6)
    return Expression(
        mouth_open=far(13, 14) / mouth,
        smile=mouth / eyes,
        eyes_open=(far(159, 145) / max(far(33, 133), 1e-6), far(386, 374) / max(far(362, 263), 1e-6)),
    )


def face_sight(photo: np.ndarray, face: Face, tone: Tone | None = None) -> Sight:
    """Whether eyes and mouth can be seen, or something lies over them; `tone` is the photo's, where it is known."""
    crop, points, _ = _crop(photo, face)
    lightness = cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[..., 0]
    skin = _skin(crop.shape[:2], points)
    bright = float(np.quantile(lightness[skin], 0.95)) if skin.any() else 0.0
    tone = tone or photo_tone(photo)
    most = max(min(bright, tone.white - tone.black), 1.0)  # the contrast there can be, in a dark or a faded photo too
    eyes = []
    for outline in (RIGHT_EYE, LEFT_EYE):
        inside = _filled(crop.shape[:2], points, outline)
        low, high = np.quantile(lightness[inside], (0.05, 0.95)) if inside.any() else (0.0, 0.0)
        eyes.append(float(high - low) / most)
    doubt = mesh_doubt(photo, face)
    return Sight(
        right_eye=eyes[0],
        left_eye=eyes[1],
        lip_line=_lip_line(lightness, points) / most,
        eyes_doubt=doubt["eyes"],
        mouth_doubt=doubt["mouth"],
    )


def photo_tone(photo: np.ndarray) -> Tone:
    """The tone of the whole `photo` (H, W, 3)."""
    scale = min(1.0, 120 / max(photo.shape[:2]))  # so small that grain and JPEG's colour noise are gone
    size = (max(round(photo.shape[1] * scale), 1), max(round(photo.shape[0] * scale), 1))
    small = cv2.resize(halved(photo, 2 * min(size)), size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    lightness, colour = lab[:, 0], lab[:, 1:]
    low, high = np.quantile(lightness, (0.01, 0.99))
    dark = np.median(colour[lightness <= np.quantile(lightness, 0.03)], axis=0)
    light = np.median(colour[lightness >= np.quantile(lightness, 0.97)], axis=0)
    shared = np.where(np.sign(dark) == np.sign(light), np.sign(dark) * np.minimum(np.abs(dark), np.abs(light)), 0.0)
    # in a picture of one colour, lightness alone says what a* and b* are; what a faded one strays has faded with it
    beside = np.quantile(np.hypot(*(colour - _usual_colour(lightness, colour)).T), 0.95)
    tint = colour.mean(axis=0)
    return Tone(
        black=float(low),
        white=float(high),
        cast=(float(shared[0]), float(shared[1])),
        tint=(float(tint[0]), float(tint[1])),
        monochrome=bool(beside < _ONE_COLOUR * np.sqrt(max(high - low, 1.0))),
    )


def noise_sigma(photo: np.ndarray) -> float:
    """Standard deviation of the grain in levels of 255, measured where the picture is flat.

    Immerkær 1996 with a median in place of the mean, so that edges and cloth do not count as grain.
    """
    luma = cv2.cvtColor(_middle(photo), cv2.COLOR_RGB2GRAY).astype(np.float32)
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(luma, -1, mask))[1:-1, 1:-1]
    busy = _slope(cv2.GaussianBlur(luma, (0, 0), 2.0))[1:-1, 1:-1]
    # every third pixel each way says as much: the median of a ninth of half a million
    response, busy, luma = response[::3, ::3], busy[::3, ::3], luma[1:-1:3, 1:-1:3]
    clipped = (luma < 4) | (luma > 251)  # grain is cut off there
    flat = ~clipped & (busy <= np.quantile(busy, 0.4))
    if flat.sum() < 100:
        return 0.0
    return float(np.median(response[flat]) / 0.6745 / 6)  # the mask's norm is 6


def blockiness(photo: np.ndarray) -> float:
    """How much steeper `photo` is across the borders of 8 × 8 blocks than inside of them: 1 none, 1.5 is seen."""
    luma = cv2.cvtColor(_middle(photo), cv2.COLOR_RGB2GRAY).astype(np.float32)
    ratios = []
    for steps in (np.abs(np.diff(luma, axis=1)), np.abs(np.diff(luma, axis=0)).T):
        profile = np.array([np.minimum(steps[:, phase::8], 20).mean() for phase in range(8)])
        ratios.append(profile[7] / max(float(np.median(np.delete(profile, 7))), 0.05))
    return float(np.mean(ratios))


def mesh_doubt(photo: np.ndarray, face: Face) -> dict[str, float]:
    """How far the points of "eyes" and "mouth" wander, in face heights, when the face is looked at askew.

    What the mesh sees it finds again; what is covered it makes up, and differently each time.
    """
    centre = face.points[:, :2].mean(axis=0)

    def look(askew: tuple[float, float]) -> Face | None:
        turn = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), *askew)
        points = face.points.copy()
        points[:, :2] = face.points[:, :2] @ turn[:, :2].T + turn[:, 2]
        return track_face(photo, Face(face.box, points, face.yaw, face.pitch, face.roll, face.score))

    seen = at_once(look, ((-14.0, 1.0), (14.0, 1.0), (0.0, 1.22)))  # degrees, scale
    looks = [found.points[:, :2] for found in seen if found is not None]
    if len(looks) < len(seen):
        return {"eyes": 1.0, "mouth": 1.0}
    spread = np.std(looks, axis=0).max(axis=1) / face.size_px  # (478,)
    return {
        "eyes": float(np.mean(spread[RIGHT_EYE + LEFT_EYE])),
        "mouth": float(np.mean(spread[LIPS])),
    }


def _crop(photo: np.ndarray, face: Face) -> tuple[np.ndarray, np.ndarray, float]:
    """The face with some room, at most _LOOK_PX tall; its points (478, 2) in px of it; px of it by px of the photo."""
    x, y, w, h = face.box
    room = 0.08 * face.size_px
    left, top = max(int(x - room), 0), max(int(y - room), 0)
    right, bottom = min(int(x + w + room) + 1, photo.shape[1]), min(int(y + h + room) + 1, photo.shape[0])
    piece = photo[top:bottom, left:right]
    scale = min(1.0, _LOOK_PX / face.size_px)
    if scale < 1:
        size = (max(round(piece.shape[1] * scale), 1), max(round(piece.shape[0] * scale), 1))
        piece = cv2.resize(halved(piece, min(size)), size, interpolation=cv2.INTER_AREA)
    return piece, (face.points[:, :2] - [left, top]) * scale, scale


def _skin(shape: tuple[int, ...], points: np.ndarray) -> np.ndarray:
    mask = _filled(shape, points, OVAL)
    for outline in _FEATURES:
        mask &= ~_filled(shape, points, outline)
    rim = 2 * max(round(0.02 * shape[0]), 1) + 1  # the outline's own pixels are hair or ground
    return cv2.erode(mask.astype(np.uint8), np.ones((rim, rim), np.uint8)).astype(bool)


def _filled(shape: tuple[int, ...], points: np.ndarray, outline: list[int]) -> np.ndarray:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(points[outline, :2]).astype(np.int32)), 1)
    return mask.astype(bool)


def _lip_line(lightness: np.ndarray, points: np.ndarray) -> float:
    """How much darker than both lips the line between them is, L*; 0 where no line is seen."""
    down = points[17] - points[0]  # from the upper lip's upper edge to the lower lip's lower one
    depths = []
    for upper, lower in _INNER_LIPS:
        middle = (points[upper] + points[lower]) / 2
        places = middle + np.linspace(-0.5, 0.5, 21)[:, None] * down
        spots = np.clip(np.rint(places).astype(int), 0, np.array(lightness.shape[::-1]) - 1)
        across = lightness[spots[:, 1], spots[:, 0]]
        depths.append(min(across[:8].max(), across[-8:].max()) - across[6:15].min())
    return max(float(np.median(depths)), 0.0)


def _usual_colour(lightness: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """The a*, b* (N, 2) that pixels of `lightness` (N,) have for the most part, among pixels of `colour` (N, 2)."""
    steps = [step for step in np.arange(0, 101, 4.0) if (np.abs(lightness - step) < 4).sum() > 10]
    if not steps:
        return np.zeros_like(colour) + np.median(colour, axis=0)
    medians = np.array([np.median(colour[np.abs(lightness - step) < 4], axis=0) for step in steps])
    return np.stack([np.interp(lightness, steps, medians[:, channel]) for channel in (0, 1)], axis=1)


def _slope(luma: np.ndarray) -> np.ndarray:
    return cv2.magnitude(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1))


def _middle(photo: np.ndarray) -> np.ndarray:
    """At most 768 × 768 px from the middle, its corner on the grid of 8 that JPEG uses."""
    height, width = photo.shape[:2]
    top, left = max((height - 768) // 16 * 8, 0), max((width - 768) // 16 * 8, 0)
    return np.ascontiguousarray(photo[top : top + 768, left : left + 768])
