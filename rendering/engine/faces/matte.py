"""Which pixels belong to the person: U²-Net small (Qin et al. 2020) on onnxruntime, completed by GrabCut (Rother et
al. 2004).

The network draws fine edges but now and then takes a dark coat for ground; GrabCut knows from the face where a body
must be and from
the colours how far it goes.
"""

from functools import cache

import cv2
import numpy as np
import onnxruntime

from rendering.engine.models import model_path

_INPUT_PX = 320
_CUT_PX = 288  # longer side of the picture that GrabCut works on
_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def person_matte(photo: np.ndarray, face_box: tuple[float, float, float, float]) -> np.ndarray:
    """Share (H, W), float32 in 0..1, that the person around `face_box` (x, y, w, h) px has in each pixel of `photo`
    (H, W, 3).

    Two looks: one at the whole picture says what the person is, one at head and shoulders draws the edge finer.
    """
    whole = _salience(photo)
    x, y, w, h = face_box
    # head and shoulders: hair above, about a face's width of shoulder on each side
    left, right = round(max(x - 1.1 * w, 0)), round(min(x + 2.1 * w, photo.shape[1]))
    top, bottom = round(max(y - 0.9 * h, 0)), round(min(y + 2.1 * h, photo.shape[0]))
    near = _salience(photo[top:bottom, left:right])
    window = _window(near.shape, (left > 0, top > 0, right < photo.shape[1], bottom < photo.shape[0]))
    matte = whole.copy()
    matte[top:bottom, left:right] = np.maximum(near * window, matte[top:bottom, left:right])
    matte = np.clip((matte - 0.2) / 0.6, 0, 1)  # a broad half-sure zone would move as a ghost: make it narrow
    matte = matte * matte * (3 - 2 * matte)
    sure = _one_piece(matte, face_box)
    return _without_holes(np.maximum(sure, _body(photo, sure, face_box)))


def _salience(picture: np.ndarray) -> np.ndarray:
    small = cv2.resize(picture, (_INPUT_PX, _INPUT_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    values = (small / max(float(small.max()), 1.0) - _MEAN) / _DEVIATION
    session = _session()
    (output, *_) = session.run(None, {session.get_inputs()[0].name: values.transpose(2, 0, 1)[None].astype(np.float32)})
    map_ = output[0, 0]
    low, high = float(map_.min()), float(map_.max())
    scaled = (map_ - low) / max(high - low, 1e-6)
    return np.clip(cv2.resize(scaled, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC), 0, 1).astype(np.float32)


def _body(photo: np.ndarray, matte: np.ndarray, face_box: tuple[float, float, float, float]) -> np.ndarray:
    """The whole person (H, W), 0..1 with a soft rim, as the colours inside and outside of `matte` tell it."""
    scale = min(1.0, _CUT_PX / max(photo.shape[:2]))
    size = (max(round(photo.shape[1] * scale), 1), max(round(photo.shape[0] * scale), 1))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    known = cv2.resize(matte, size, interpolation=cv2.INTER_AREA)
    x, y, w, h = (value * scale for value in face_box)
    rows, columns = np.mgrid[: size[1], : size[0]]
    beside, below = np.abs(columns - (x + w / 2)), rows - (y + h)
    # under the chin a neck, then shoulders that widen to about three face widths
    torso = (below > 0.1 * h) & (beside < 0.35 * w + 0.8 * below) & (beside < 1.6 * w)
    neck = (below > -0.3 * h) & (below < 0.35 * h) & (beside < 0.25 * w)
    reach = 2 * max(round(0.12 * w), 1) + 1
    near = cv2.dilate((known > 0.1).astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool)
    labels = np.full(known.shape, cv2.GC_PR_BGD, np.uint8)
    labels[torso | (known > 0.5)] = cv2.GC_PR_FGD
    labels[~near & ~torso] = cv2.GC_BGD
    labels[(known > 0.95) | (neck & (known > 0.3))] = cv2.GC_FGD
    if not (labels == cv2.GC_BGD).any():  # the person fills the picture: nothing to tell them from
        return matte
    cv2.setRNGSeed(0)  # its mixtures start from a random split
    cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    person = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    close = 2 * max(round(0.06 * w), 1) + 1
    person = cv2.morphologyEx(person, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (close, close)))
    large = cv2.resize(person.astype(np.float32), photo.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(large, (0, 0), max(0.02 * face_box[2], 1 / scale))
    return np.clip((soft - 0.35) / 0.3, 0, 1)


def _window(shape: tuple[int, ...], fade: tuple[bool, bool, bool, bool]) -> np.ndarray:
    """Ones that fade to zero over a tenth of the size towards each side (left, top, right, bottom) that `fade`
    names.
    """
    height, width = shape[:2]
    across, down = np.ones(width, np.float32), np.ones(height, np.float32)
    for axis, size, first, last in ((across, width, fade[0], fade[2]), (down, height, fade[1], fade[3])):
        ramp = np.linspace(0, 1, max(size // 10, 2), dtype=np.float32)
        if first:
            axis[: len(ramp)] = ramp
        if last:
            axis[-len(ramp) :] = ramp[::-1]
    return down[:, None] * across[None]


def _one_piece(matte: np.ndarray, face_box: tuple[float, float, float, float]) -> np.ndarray:
    """`matte` without the pieces that do not hang together with the face: other people, furniture."""
    x, y, w, h = face_box
    cv2.ellipse(  # the face itself is the person's, whatever the network thought of it
        matte, (round(x + w / 2), round(y + h / 2)), (round(w * 0.42), round(h * 0.45)), 0, 0, 360, 1.0, -1
    )
    _, labels = cv2.connectedComponents((matte > 0.25).astype(np.uint8))
    mine = (
        labels == labels[int(np.clip(y + h / 2, 0, matte.shape[0] - 1)), int(np.clip(x + w / 2, 0, matte.shape[1] - 1))]
    )
    sure = (mine & (matte > 0.6)).astype(np.float32)
    # wide half-sure areas, a dark coat on a dark ground, belong to the ground: half of a coat must not move
    reach = 2 * max(round(0.05 * w), 1) + 1
    near = cv2.dilate(sure, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return (matte * cv2.GaussianBlur(near, (0, 0), reach / 6)).astype(np.float32)


def _without_holes(matte: np.ndarray) -> np.ndarray:
    """`matte` with its holes filled: a white collar or the ground seen past an elbow goes with the body around it."""
    _, labels = cv2.connectedComponents((matte < 0.5).astype(np.uint8), connectivity=4)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    holes = (labels > 0) & ~np.isin(labels, border)
    rim = cv2.dilate(holes.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    return np.where(rim, 1.0, matte).astype(np.float32)


@cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena would keep half a gigabyte for the rest of the render
    return onnxruntime.InferenceSession(str(model_path("person-matte")), options, providers=["CPUExecutionProvider"])
