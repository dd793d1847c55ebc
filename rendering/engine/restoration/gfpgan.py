"""GFPGAN (Wang et al. 2021) through the gfpgan package, with weights from the operator's folder and from nowhere else.

The package finds and pastes faces with networks that it downloads when it starts. Here our own landmarks place the face
on the FFHQ template and our own soft mask puts it back, so that only GFPGAN's network runs and no connection is opened.
"""

import contextlib
import importlib
import importlib.util
import sys
import types
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from rendering.engine.errors import EngineError
from rendering.engine.faces import Face
from rendering.engine.models import EXTRAS, model_path
from rendering.engine.restoration.sharpening import face_mask

SIDE_PX = 512
WEIGHTS = ("gfpgan-1.4", "gfpgan-1.3")  # of the "clean" architecture, in `models.EXTRAS`; the better one first
_PACKAGES = ("gfpgan", "basicsr", "facexlib", "torchvision")
# Centres of the irises, tip of the nose, corners of the mouth: of the mesh, and in the FFHQ template at 512 px
_POINTS = (468, 473, 1, 61, 291)
_TEMPLATE = np.array([[192.98, 239.95], [318.90, 240.19], [256.63, 314.02], [201.26, 371.41], [313.09, 371.15]])


def weights_path(folder: Path | None = None) -> Path:
    """The weights in the operator's models folder (`folder`; default: see `models_folder`), the best that is there.

    Raises EngineError("gfpgan-missing") when there are none.
    """
    for name in WEIGHTS:
        try:
            return model_path(name, folder=folder)
        except EngineError:
            continue
    raise EngineError(
        "gfpgan-missing",
        "GFPGAN cannot run here: its weights are not on this machine.",
        f"Put {EXTRAS[WEIGHTS[0]].folder} into the models folder (docs/photo.md), or choose other repairs.",
    )


def gfpgan_ready(folder: Path | None = None) -> bool:
    """Whether the packages and the weights are here."""
    try:
        weights_path(folder)
    except EngineError:
        return False
    return all(importlib.util.find_spec(name) is not None for name in _PACKAGES)


def restore_face(photo: np.ndarray, face: Face, *, weights: Path, strength: float = 1.0) -> np.ndarray:
    """`photo` (H, W, 3) uint8 with `face` drawn anew by GFPGAN and blended in; `strength` 0..1 of the new face.

    Raises EngineError: gfpgan-packages (not installed), gfpgan-weights (cannot be loaded), gfpgan-failed.
    """
    to_template = alignment(face)
    aligned = cv2.warpAffine(
        photo, to_template, (SIDE_PX, SIDE_PX), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )
    restorer = _restorer(weights)
    torch = _torch()
    # the package prints its failures and hands the input back
    with contextlib.redirect_stdout(sys.stderr), torch.inference_mode():
        _, (drawn,), _ = restorer.enhance(np.ascontiguousarray(aligned[..., ::-1]), has_aligned=True, paste_back=False)
    if drawn.shape != (SIDE_PX, SIDE_PX, 3) or np.array_equal(drawn[..., ::-1], aligned):
        raise EngineError("gfpgan-failed", "GFPGAN could not draw this face.", "Choose the other repairs.")
    return paste_back(photo, drawn[..., ::-1], to_template, face_mask(photo.shape, face) * strength)


def alignment(face: Face) -> np.ndarray:
    """The similarity (2, 3) from px of the photo to the FFHQ template at 512 px (Umeyama 1991)."""
    source, target = face.points[list(_POINTS), :2].astype(np.float64), _TEMPLATE
    a = (source - source.mean(axis=0)) @ [1, 1j]
    b = (target - target.mean(axis=0)) @ [1, 1j]
    turn = complex(np.vdot(a, b) / max(float(np.vdot(a, a).real), 1e-9))
    matrix = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.column_stack([matrix, target.mean(axis=0) - matrix @ source.mean(axis=0)])


def paste_back(photo: np.ndarray, aligned: np.ndarray, to_template: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`aligned` (512, 512, 3) put back into `photo` (H, W, 3) uint8 where `mask` (H, W) 0..1 says."""
    height, width = photo.shape[:2]
    # a photo's face smaller than the template would alias when it is drawn smaller: soften first
    scale = float(np.hypot(to_template[0, 0], to_template[1, 0]))
    soft = cv2.GaussianBlur(aligned, (0, 0), 0.5 * scale) if scale > 1.2 else aligned
    back = cv2.warpAffine(
        soft,
        to_template,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    inside = np.zeros((height, width), np.float32)
    corners = np.array([[2, 2], [SIDE_PX - 3, 2], [SIDE_PX - 3, SIDE_PX - 3], [2, SIDE_PX - 3]], np.float64)
    inverse = cv2.invertAffineTransform(to_template)
    cv2.fillConvexPoly(inside, np.rint(corners @ inverse[:, :2].T + inverse[:, 2]).astype(np.int32), 1.0)
    share = (mask * inside)[..., None]
    return np.clip(np.rint(photo * (1 - share) + back * share), 0, 255).astype(np.uint8)


@cache
def _restorer(weights: Path) -> Any:
    """A GFPGANer with `weights`, without its helper that downloads detectors."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise EngineError(
            "gfpgan-packages",
            f"GFPGAN cannot run here: {', '.join(missing)} is not installed.",
            "Install requirements/restoration.txt as docs/photo.md says, or choose the other repairs.",
        )
    with _imports_of_old_torchvision(), contextlib.redirect_stdout(sys.stderr):
        module = importlib.import_module("gfpgan.utils")
        try:
            with _without_downloads(module):
                return module.GFPGANer(str(weights), upscale=1, arch="clean", device=_device())
        except Exception as error:
            # a file that is no checkpoint, or one of another network, fails with all sorts: UnpicklingError, KeyError,
            # RuntimeError … Whatever it is, it is the file, and the operator can do something about that.
            raise EngineError(
                "gfpgan-weights",
                f"The file {weights.name} is not a model that GFPGAN can use.",
                f"Put {EXTRAS[WEIGHTS[0]].folder} from {EXTRAS[WEIGHTS[0]].upstream} there.",
            ) from error


def _torch() -> Any:
    """PyTorch, which takes seconds to load: the classical repairs go without."""
    return importlib.import_module("torch")


def _device() -> Any:
    torch = _torch()
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class _AlignedFaces:
    """What GFPGANer.enhance needs of its helper when faces come aligned: two lists."""

    def __init__(self, *_: object, **__: object) -> None:
        self.clean_all()

    def clean_all(self) -> None:
        self.cropped_faces: list[np.ndarray] = []
        self.restored_faces: list[np.ndarray] = []

    def add_restored_face(self, face: np.ndarray) -> None:
        self.restored_faces.append(face)


@contextlib.contextmanager
def _without_downloads(module: types.ModuleType) -> Iterator[None]:
    """GFPGANer's constructor fetches a detector and a parser through its helper: ours takes its place, for good order
    only while it is being made.
    """
    helper = module.FaceRestoreHelper
    module.FaceRestoreHelper = _AlignedFaces  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.FaceRestoreHelper = helper  # type: ignore[attr-defined]


@contextlib.contextmanager
def _imports_of_old_torchvision() -> Iterator[None]:
    """basicsr 1.4.2 imports torchvision.transforms.functional_tensor, which torchvision has dropped since 0.17; and
    torchvision from PyPI, a CUDA build, stumbles over operators that a CPU build of torch does not know.
    """
    _declare_operators()
    name = "torchvision.transforms.functional_tensor"
    if name not in sys.modules and importlib.util.find_spec("torchvision.transforms") is not None:
        functional = importlib.import_module("torchvision.transforms.functional")
        shim = types.ModuleType(name)
        shim.rgb_to_grayscale = functional.rgb_to_grayscale  # type: ignore[attr-defined]
        sys.modules[name] = shim
    yield


@cache
def _declare_operators() -> Any:
    """Names for torchvision's compiled operators where its library does not load; none of them is ever called here."""
    torch = _torch()
    if hasattr(torch.ops.torchvision, "nms"):
        return None
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library
