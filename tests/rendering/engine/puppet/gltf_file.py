"""A GLB file read back, and what glTF 2.0 asks of one: the part of the specification that our files use."""

import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

_DTYPE = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@dataclass(frozen=True)
class GltfFile:
    document: dict[str, Any]
    data: bytes

    def accessor(self, number: int) -> np.ndarray:
        """Values (count, width), sparse ones filled in."""
        row = self.document["accessors"][number]
        dtype, width = np.dtype(_DTYPE[row["componentType"]]), _WIDTH[row["type"]]
        values = np.zeros((row["count"], width), dtype)
        if "bufferView" in row:
            view = self.document["bufferViews"][row["bufferView"]]
            start = view.get("byteOffset", 0) + row.get("byteOffset", 0)
            stride = view.get("byteStride", dtype.itemsize * width)
            values = np.ndarray(
                (row["count"], width), dtype, self.data, offset=start, strides=(stride, dtype.itemsize)
            ).copy()
        if "sparse" in row:
            values[self._sparse(row, "indices")[:, 0]] = self._sparse(row, "values")
        return values

    def _sparse(self, row: dict[str, Any], which: str) -> np.ndarray:
        part = row["sparse"][which]
        dtype = np.dtype(_DTYPE[part.get("componentType", row["componentType"])])
        width = 1 if which == "indices" else _WIDTH[row["type"]]
        view = self.document["bufferViews"][part["bufferView"]]
        start = view.get("byteOffset", 0) + part.get("byteOffset", 0)
        return np.frombuffer(self.data, dtype, row["sparse"]["count"] * width, start).reshape(-1, width)

    def primitive(self, material: str) -> dict[str, Any]:
        """The mesh's piece of that material."""
        materials = [row["name"] for row in self.document["materials"]]
        (found,) = [row for row in self.document["meshes"][0]["primitives"] if materials[row["material"]] == material]
        return found

    def picture(self, name: str) -> bytes:
        """The file of an embedded picture."""
        (image,) = [image for image in self.document["images"] if image["name"] == name]
        view = self.document["bufferViews"][image["bufferView"]]
        return self.data[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]


def read_glb(content: bytes) -> GltfFile:
    """The file's two chunks."""
    json_length = struct.unpack_from("<I", content, 12)[0]
    return GltfFile(json.loads(content[20 : 20 + json_length]), content[28 + json_length :])


def problems(content: bytes) -> list[str]:
    """What is wrong with a GLB, empty when nothing is."""
    return [
        *_container(content),
        *_views(read_glb(content)),
        *_accessors(read_glb(content)),
        *_mesh(read_glb(content)),
        *_scene(read_glb(content)),
    ]


def _container(content: bytes) -> list[str]:
    magic, version, length = struct.unpack_from("<III", content)
    json_length, json_kind = struct.unpack_from("<II", content, 12)
    binary_length, binary_kind = struct.unpack_from("<II", content, 20 + json_length)
    declared = json.loads(content[20 : 20 + json_length])["buffers"][0]["byteLength"]
    checks = {
        "magic": magic == 0x46546C67,
        "version": version == 2,
        "length": length == len(content),
        "json chunk": json_kind == 0x4E4F534A and json_length % 4 == 0,
        "binary chunk": binary_kind == 0x004E4942 and binary_length % 4 == 0,
        "chunks fill the file": 28 + json_length + binary_length == len(content),
        "buffer length": 0 <= binary_length - declared < 4,
    }
    return [name for name, right in checks.items() if not right]


def _views(file: GltfFile) -> list[str]:
    found = []
    end = 0
    for number, view in enumerate(file.document["bufferViews"]):
        if view["byteOffset"] < end or view["byteOffset"] + view["byteLength"] > len(file.data):
            found.append(f"bufferView {number} overlaps or leaves the buffer")
        end = view["byteOffset"] + view["byteLength"]
        if "byteStride" in view and (view["byteStride"] % 4 or not 4 <= view["byteStride"] <= 252):
            found.append(f"bufferView {number} has a stride of {view['byteStride']}")
    return found


def _accessors(file: GltfFile) -> list[str]:
    found = []
    views = file.document["bufferViews"]
    for number, row in enumerate(file.document["accessors"]):
        size = np.dtype(_DTYPE[row["componentType"]]).itemsize
        element = size * _WIDTH[row["type"]]
        if "bufferView" in row:
            view = views[row["bufferView"]]
            last = row["byteOffset"] + view.get("byteStride", element) * (row["count"] - 1) + element
            if last > view["byteLength"] or (view["byteOffset"] + row["byteOffset"]) % size:
                found.append(f"accessor {number} leaves its view or lies askew")
        if "sparse" in row:
            indices = file._sparse(row, "indices")[:, 0].astype(int)
            if (np.diff(indices) <= 0).any() or indices[-1] >= row["count"] or row["sparse"]["count"] > row["count"]:
                found.append(f"accessor {number} has sparse indices out of order")
        values = file.accessor(number)
        if not np.isfinite(values.astype(np.float64)).all():
            found.append(f"accessor {number} is not finite")
        if "min" in row and not (
            np.array_equal(np.float32(row["min"]), values.min(axis=0))
            and np.array_equal(np.float32(row["max"]), values.max(axis=0))
        ):
            found.append(f"accessor {number} has wrong bounds")
    return found


def _mesh(file: GltfFile) -> list[str]:
    found = []
    accessors = file.document["accessors"]
    for mesh in file.document["meshes"]:
        names, counts = mesh["extras"]["targetNames"], {len(row["targets"]) for row in mesh["primitives"]}
        if counts != {len(names)} or len(mesh["weights"]) != len(names):
            found.append("every primitive has as many targets as the mesh has weights and names")
        for number, primitive in enumerate(mesh["primitives"]):
            attributes = primitive["attributes"]
            count = accessors[attributes["POSITION"]]["count"]
            every = [*attributes.values(), *(target["POSITION"] for target in primitive["targets"])]
            if {accessors[accessor]["count"] for accessor in every} != {count}:
                found.append(f"primitive {number} has attributes of unlike length")
            if any(
                "min" not in accessors[accessor]
                for accessor in (attributes["POSITION"], *(t["POSITION"] for t in primitive["targets"]))
            ):
                found.append(f"primitive {number} has positions without bounds")
            indices = file.accessor(primitive["indices"])
            if indices.max() >= count or len(indices) % 3:
                found.append(f"primitive {number} names vertices that are not there")
            normals = np.linalg.norm(file.accessor(attributes["NORMAL"]), axis=1)
            if np.abs(normals - 1).max() > 1e-3:
                found.append(f"primitive {number} has normals that are not of unit length")
            weights, joints = file.accessor(attributes["WEIGHTS_0"]), file.accessor(attributes["JOINTS_0"])
            if (weights.astype(int).sum(axis=1) != 255).any() or joints[weights == 0].any():
                found.append(f"primitive {number} has weights of joints that do not add up")
            if primitive["material"] >= len(file.document["materials"]):
                found.append(f"primitive {number} has no material")
    return found


def _scene(file: GltfFile) -> list[str]:
    document, found = file.document, []
    nodes = document["nodes"]
    skin = document["skins"][0]
    if file.accessor(skin["inverseBindMatrices"]).shape != (len(skin["joints"]), 16):
        found.append("a skin has one matrix a joint")
    children = [child for node in nodes for child in node.get("children", [])]
    if len(set(children)) != len(children) or set(children) & set(document["scenes"][0]["nodes"]):
        found.append("the nodes are no tree")
    used = {material for row in document["materials"] for material in row.get("extensions", {})}
    if used != set(document["extensionsUsed"]):
        found.append("extensions used are declared")
    for animation in document["animations"]:
        for channel in animation["channels"]:
            sampler = animation["samplers"][channel["sampler"]]
            times, output = file.accessor(sampler["input"])[:, 0], file.accessor(sampler["output"])
            each = len(document["meshes"][0]["weights"]) if channel["target"]["path"] == "weights" else 1
            if times[0] < 0 or (np.diff(times) <= 0).any() or len(output) != each * len(times):
                found.append(f"channel {channel['target']['path']} has keys out of order or too few")
            if channel["target"]["path"] == "rotation" and np.abs(np.linalg.norm(output, axis=1) - 1).max() > 1e-5:
                found.append("a rotation is no unit quaternion")
    return found
