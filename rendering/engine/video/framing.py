"""Which part of the photo the clip shows, and how large: always a piece of the photo, never stretched or padded."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from rendering.engine.errors import PhotoError

Box = tuple[float, float, float, float]  # x, y, width, height; px, y down

# Width : height and the largest frame; HD sizes, because that is what players and social networks expect
LARGEST = {"9:16": (720, 1280), "1:1": (1080, 1080), "16:9": (1280, 720)}
ASPECTS = ("photo", *LARGEST)
LONGEST_PHOTO_SIDE = 1080  # px
# Only a photo smaller than this is enlarged, and only up to it: H.264 and a face need some pixels to live on
SMALLEST_LONG_SIDE = 480  # px

# A face box spans forehead to chin; the head with hair and ears around it, in face heights and widths (tuned on seven
# painted portraits, one with a turban)
HEAD_ABOVE, HEAD_BELOW, HEAD_BESIDE = 0.62, 0.12, 0.3
# The least room around a face box, in face heights: less would cut brow or chin when the head moves
FACE_MARGIN = 0.1
EYES_IN_FACE = 0.35  # of the face box's height, from its top
EYES_IN_FRAME = 0.36  # of the frame's height: near the upper third
# A face shorter than this part of the frame is drawn nearer, as far as pixels allow
WISHED_FACE_HEIGHT = 0.24
# Drawing nearer goes no further than to a piece this many px long, and than this part of the widest piece
NEAREST_LONG_SIDE = 720
NEAREST_PART = 0.6


@dataclass(frozen=True)
class Framing:
    """A piece of the photo, `crop` (x, y, width, height) in its px, shown as `size` (width, height) px, both even."""

    crop: Box
    size: tuple[int, int]

    @property
    def scale(self) -> float:
        """Frame px per photo px, the same in both directions."""
        return self.size[0] / self.crop[2]

    def to_frame(self, points: np.ndarray) -> np.ndarray:
        """Points (…, 2 or more) given in photo px, in frame px; columns after y (depth) are scaled alike. float64."""
        moved = np.array(points, dtype=np.float64)
        moved[..., :2] -= self.crop[:2]
        return moved * self.scale


def frame_photo(photo_size: tuple[int, int], face_box: Box, aspect: str) -> Framing:
    """The framing of a photo of `photo_size` (W, H) px around the face in `face_box` (x, y, w, h) px, forehead to chin.

    `aspect` is "photo" (the whole photo), "9:16", "1:1" or "16:9": the widest piece of that shape that keeps the head
    whole, with the eyes near the upper third, drawn nearer where the face would be small. Frames are never larger than
    the piece they show, except that a tiny one is enlarged to a longer side of 480 px.
    Raises PhotoError("frame-too-tight") when no piece of that shape holds the face, ValueError on another aspect.
    """
    if aspect not in ASPECTS:
        raise ValueError(f"aspect is one of {', '.join(ASPECTS)}, not {aspect!r}")
    width, height = photo_size
    if aspect == "photo":
        piece = (0.0, 0.0, float(width), float(height))
        limit = LONGEST_PHOTO_SIDE
    else:
        largest = LARGEST[aspect]
        piece = _piece_around(_clipped(face_box, photo_size), photo_size, largest[0] / largest[1], aspect)
        limit = max(LARGEST[aspect])
    return _sized(piece, limit)


def fit_photo(photo_size: tuple[int, int], face_box: Box, size: tuple[int, int]) -> Framing:
    """The framing of a photo for a frame of `size` (W, H) px that another one has set: the widest piece of that shape
    that keeps the head whole, as in `frame_photo`; where there is none the whole photo, at most that large. It may be
    smaller than the frame, never larger.
    """
    try:
        return _sized(_piece_around(_clipped(face_box, photo_size), photo_size, size[0] / size[1], size), max(size))
    except PhotoError:
        scale = min(1.0, size[0] / photo_size[0], size[1] / photo_size[1])
        return _sized((0.0, 0.0, float(photo_size[0]), float(photo_size[1])), round(max(photo_size) * scale))


def apply_framing(photo: np.ndarray, framing: Framing) -> np.ndarray:
    """The framed photo (H, W, 3) uint8 of `photo` (H', W', 3) uint8 sRGB: Lanczos, or pixel for pixel at scale 1."""
    x, y, width, height = framing.crop
    box = (x, y, x + width, y + height)
    picture = Image.fromarray(photo).resize(framing.size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    return np.array(picture)


def _sized(piece: Box, limit: int) -> Framing:
    """The frame for `piece`: at most `limit` px long, even; the piece loses a pixel or so to have exactly its shape."""
    x, y, width, height = piece
    longer = max(width, height)
    scale = min(max(1.0, SMALLEST_LONG_SIDE / longer), limit / longer)
    # a hair more before rounding down, or 720 / 1.5 · 1.5 becomes 718
    size = tuple(max(2, int(side * scale + 1e-6) // 2 * 2) for side in (width, height))
    shown = min(width, size[0] / scale), min(height, size[1] / scale)
    left, top = x + (width - shown[0]) / 2, y + (height - shown[1]) / 2
    if scale == 1.0:
        left, top = float(int(left)), float(int(top))  # whole pixels stay whole
    return Framing(crop=(left, top, shown[0], shown[1]), size=(size[0], size[1]))


def _piece_around(face: Box, photo_size: tuple[int, int], ratio: float, shape: object) -> Box:
    widest = (min(photo_size[0], photo_size[1] * ratio), min(photo_size[1], photo_size[0] / ratio))
    head, least = _head(face, photo_size), _with_margin(face, photo_size)
    if widest[0] < least[2] or widest[1] < least[3]:
        raise PhotoError(
            "frame-too-tight",
            f"The face fills this photo, so that a {shape} frame would cut into it.",
            "Keep the photo's own shape, choose another one, or use a photo with more room around the face.",
        )
    wanted = face[3] / WISHED_FACE_HEIGHT  # the height at which the face has its wished part
    nearest = max(NEAREST_PART, NEAREST_LONG_SIDE / max(widest), head[2] / widest[0], head[3] / widest[1])
    part = min(1.0, max(wanted / widest[1], nearest))
    width, height = widest[0] * part, widest[1] * part
    keep_x = (head[0], head[2]) if head[2] <= width else (least[0], least[2])
    keep_y = (head[1], head[3]) if head[3] <= height else (least[1], least[3])
    x = _place(face[0] + face[2] / 2 - width / 2, width, keep_x, photo_size[0])
    y = _place(face[1] + EYES_IN_FACE * face[3] - EYES_IN_FRAME * height, height, keep_y, photo_size[1])
    return x, y, width, height


def _place(wanted: float, length: float, keep: tuple[float, float], photo: float) -> float:
    """Where a piece of `length` begins: near `wanted`, holding `keep` (start, length), inside 0..`photo`."""
    start, extent = keep
    inside = min(max(wanted, start + extent - length), start)
    return min(max(inside, 0.0), photo - length)


def _head(face: Box, photo_size: tuple[int, int]) -> Box:
    x, y, width, height = face
    beside = HEAD_BESIDE * width
    tall = height * (1 + HEAD_ABOVE + HEAD_BELOW)
    return _clipped((x - beside, y - HEAD_ABOVE * height, width + 2 * beside, tall), photo_size)


def _with_margin(face: Box, photo_size: tuple[int, int]) -> Box:
    x, y, width, height = face
    margin = FACE_MARGIN * height
    return _clipped((x - margin, y - margin, width + 2 * margin, height + 2 * margin), photo_size)


def _clipped(box: Box, photo_size: tuple[int, int]) -> Box:
    x, y, width, height = box
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(x + width, float(photo_size[0])), min(y + height, float(photo_size[1]))
    return left, top, right - left, bottom - top
