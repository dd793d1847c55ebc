"""The portrait as a three-dimensional head that plays a performance: one GLB file for AR and VR.

A mesh with the 52 ARKit shapes as morph targets, the photo as its texture, teeth, tongue and eyes of its own, and an
animation: the weights of the shapes, and the head's turn on its neck. Metres; the neck's foot is the origin, +z is
forward, +x the head's left.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from rendering.engine.faces import Face
from rendering.engine.motion.controls import ARKIT, POSE, Performance
from rendering.engine.puppet.head3d.assemble import Head3D, build_head
from rendering.engine.puppet.head3d.gltf import BinaryBuffer, write_binary
from rendering.engine.puppet.head3d.parts import Part

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""What the file says of itself (IPTC digital source type), in asset.extras."""

_METRES = 0.1  # in a decimetre
_JPEG_QUALITY = 90
_STILL_M = 1e-6  # less is not a movement
_MATERIALS = ("skin", "eyes", "teeth", "mouth")


def write_glb(
    path: Path, *, photo: np.ndarray, face: Face, matte: np.ndarray, performance: Performance, title: str
) -> None:
    """Writes the head of `face` in `photo` (H, W, 3) uint8, playing `performance`, to `path`.

    `matte` (H, W) 0..1 says which pixels are the person's; `title` names the asset. The morph targets have the names
    and the order of motion.ARKIT (mesh.extras.targetNames); the pose turns the joint "head". The photo carries its own
    light, so the materials are unlit where a viewer knows KHR_materials_unlit.
    """
    head = build_head(photo, face.points, matte)
    buffer = BinaryBuffer()
    names = [name for name in _MATERIALS if any(part.material == name for part in head.parts)]
    primitives = [
        _primitive(buffer, _merged([part for part in head.parts if part.material == name]), number)
        for number, name in enumerate(names)
    ]
    joints = np.stack([_shifted(-head.neck * _METRES), _shifted(-head.pivot * _METRES)])
    document: dict[str, Any] = {
        "asset": {
            "version": "2.0",
            "generator": "Likeness",
            "extras": {"title": title, "digitalSourceType": SOURCE_TYPE},
        },
        "extensionsUsed": ["KHR_materials_unlit"],
        "scene": 0,
        "scenes": [{"name": title, "nodes": [0, 1]}],
        "nodes": [
            {"name": "portrait", "mesh": 0, "skin": 0},
            {"name": "neck", "translation": (head.neck * _METRES).tolist(), "children": [2]},
            {"name": "head", "translation": ((head.pivot - head.neck) * _METRES).tolist()},
        ],
        "skins": [{"joints": [1, 2], "skeleton": 1, "inverseBindMatrices": buffer.matrices(joints)}],
        "meshes": [
            {
                "name": "portrait",
                "primitives": primitives,
                "weights": [0.0] * len(ARKIT),
                "extras": {"targetNames": list(ARKIT)},
            }
        ],
        "animations": [_animation(buffer, performance)],
        **_materials(buffer, head, names),
    }
    write_binary(path, document, buffer)


def _merged(parts: list[Part]) -> Part:
    starts = np.cumsum([0, *(len(part.vertices) for part in parts[:-1])])

    def every(name: str, axis: int = 0) -> np.ndarray | None:
        found = [value for part in parts if (value := getattr(part, name)) is not None]
        return np.concatenate(found, axis=axis) if found else None

    return Part(
        material=parts[0].material,
        vertices=np.concatenate([part.vertices for part in parts]),
        normals=np.concatenate([part.normals for part in parts]),
        triangles=np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]),
        deltas=np.concatenate([part.deltas for part in parts], axis=1),
        with_head=np.concatenate([part.with_head for part in parts]),
        texture=every("texture"),
        colours=every("colours"),
    )


def _primitive(buffer: BinaryBuffer, part: Part, material: int) -> dict[str, Any]:
    turning = np.round(part.with_head * 255).astype(np.uint8)
    still = np.zeros_like(turning)
    joints = np.tile(np.array([0, 1, 0, 0], np.uint8), (len(turning), 1))
    # a joint without weight is named 0
    joints[turning == 0, 1] = 0
    attributes = {
        "POSITION": buffer.vertices((part.vertices * _METRES).astype(np.float32), bounds=True),
        "NORMAL": buffer.vertices(part.normals.astype(np.float32)),
        "JOINTS_0": buffer.vertices(joints),
        "WEIGHTS_0": buffer.vertices(np.column_stack([255 - turning, turning, still, still]), normalized=True),
    }
    if part.texture is not None:
        attributes["TEXCOORD_0"] = buffer.vertices(part.texture.astype(np.float32))
    if part.colours is not None:
        opaque = np.column_stack([_linear(part.colours), np.ones(len(part.colours))])
        attributes["COLOR_0"] = buffer.vertices(np.round(opaque * 65535).astype(np.uint16), normalized=True)
    deltas = part.deltas * _METRES
    deltas = np.where(np.abs(deltas).max(axis=-1, keepdims=True) > _STILL_M, deltas, 0).astype(np.float32)
    return {
        "attributes": attributes,
        "indices": buffer.indices(part.triangles.astype(np.uint16)),
        "material": material,
        "targets": [{"POSITION": buffer.offsets(delta)} for delta in deltas],
    }


def _linear(colours: np.ndarray) -> np.ndarray:
    """sRGB 0..1 as linear light 0..1 (IEC 61966-2-1)."""
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def _materials(buffer: BinaryBuffer, head: Head3D, names: list[str]) -> dict[str, Any]:
    pictures = list(head.pictures)
    materials = []
    for name in names:
        surface: dict[str, Any] = {"metallicFactor": 0.0, "roughnessFactor": 0.35 if name in ("eyes", "teeth") else 0.8}
        if name in pictures:
            surface["baseColorTexture"] = {"index": pictures.index(name)}
        materials.append({"name": name, "pbrMetallicRoughness": surface, "extensions": {"KHR_materials_unlit": {}}})
    return {
        "materials": materials,
        "textures": [{"sampler": 0, "source": number} for number in range(len(pictures))],
        "samplers": [{"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}],
        "images": [
            {"name": name, "mimeType": "image/jpeg", "bufferView": buffer.blob(_jpeg(picture))}
            for name, picture in head.pictures.items()
        ],
    }


def _jpeg(picture: np.ndarray) -> bytes:
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return data.tobytes()


def _animation(buffer: BinaryBuffer, performance: Performance) -> dict[str, Any]:
    """The curves as keys at the performance's frames."""
    weights = np.stack([performance.controls[name] for name in ARKIT], axis=1).clip(0, 1)
    turns = _quaternions(*(np.deg2rad(performance.controls[name].astype(np.float64)) for name in POSE))
    times = buffer.keys((np.arange(performance.frames) / performance.fps).astype(np.float32)[:, None], bounds=True)
    return {
        "name": "performance",
        "samplers": [
            {"input": times, "output": buffer.keys(weights.astype(np.float32).reshape(-1, 1))},
            {"input": times, "output": buffer.keys(turns.astype(np.float32))},
        ],
        "channels": [
            {"sampler": 0, "target": {"node": 0, "path": "weights"}},
            {"sampler": 1, "target": {"node": 2, "path": "rotation"}},
        ],
    }


def _quaternions(yaw: np.ndarray, pitch: np.ndarray, roll: np.ndarray) -> np.ndarray:
    """Unit quaternions (T, 4), x y z w, of angles (T,) in radians: first the yaw, then the pitch, then the roll.

    Signs as in motion.controls: to the head's left (+x), up, and tilted to its left shoulder.
    """
    zero = np.zeros_like(yaw)
    about_y = np.stack([zero, np.sin(yaw / 2), zero, np.cos(yaw / 2)], axis=-1)
    about_x = np.stack([-np.sin(pitch / 2), zero, zero, np.cos(pitch / 2)], axis=-1)
    about_z = np.stack([zero, zero, -np.sin(roll / 2), np.cos(roll / 2)], axis=-1)
    return _product(about_z, _product(about_x, about_y))


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Hamilton's product (T, 4) of quaternions: `b` is applied first."""
    av, aw, bv, bw = a[..., :3], a[..., 3:], b[..., :3], b[..., 3:]
    return np.concatenate(
        [aw * bv + bw * av + np.cross(av, bv), aw * bw - (av * bv).sum(axis=-1, keepdims=True)], axis=-1
    )


def _shifted(shift: np.ndarray) -> np.ndarray:
    """A translation (16,) float32 in the column order that glTF asks for."""
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, 3] = shift
    return matrix.T.ravel()
