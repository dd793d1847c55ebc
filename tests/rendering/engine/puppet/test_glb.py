"""The portrait as a GLB: the file's structure, the head's fit, its shapes and its animation."""

import json
import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest

from rendering.engine.motion.controls import ARKIT
from rendering.engine.puppet.glb import SOURCE_TYPE, write_glb
from rendering.engine.puppet.head3d.fit import FittedHead, fit_head
from rendering.engine.puppet.head3d.hair import raise_hair, scalp_distance
from rendering.engine.puppet.head3d.model import head_model
from rendering.engine.puppet.topology import LEFT_LOWER_LID, LEFT_UPPER_LID
from tests.rendering.engine.faces.portraits import portrait, portrait_face, portrait_matte
from tests.rendering.engine.puppet.gltf_file import GltfFile, problems, read_glb
from tests.rendering.engine.puppet.rigs import performance

FRAMES = 5


@cache
def content() -> bytes:
    played = performance(FRAMES, jawOpen=[0, 0.25, 0.5, 0.75, 1], headYaw=[0, 30, 0, 0, 0], headPitch=[0, 0, 20, 0, 0])
    played.controls["headRoll"][3] = 10
    with TemporaryDirectory() as folder:
        path = Path(folder) / "head.glb"
        write_glb(
            path,
            photo=portrait(),
            face=portrait_face(),
            matte=portrait_matte(),
            performance=played,
            title="A drawing",
        )
        return path.read_bytes()


@cache
def file() -> GltfFile:
    return read_glb(content())


@cache
def fitted() -> FittedHead:
    return fit_head(head_model(), portrait_face().points)


def positions(material: str) -> np.ndarray:
    return file().accessor(file().primitive(material)["attributes"]["POSITION"])


def offsets(material: str, shape: str) -> np.ndarray:
    return file().accessor(file().primitive(material)["targets"][ARKIT.index(shape)]["POSITION"])


def output(path: str) -> np.ndarray:
    animation = file().document["animations"][0]
    (channel,) = [row for row in animation["channels"] if row["target"]["path"] == path]
    return file().accessor(animation["samplers"][channel["sampler"]]["output"])


def forward_and_up(quaternion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where (0, 0, 1) and (0, 1, 0) go."""
    x, y, z, w = quaternion.astype(float)
    matrix = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return matrix[:, 2], matrix[:, 1]


def test_the_file_keeps_to_the_specification():
    assert problems(content()) == []


def rewritten(change) -> bytes:
    """The file with its JSON changed by `change`."""
    document = json.loads(json.dumps(file().document))
    change(document)
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    data = file().data
    head = struct.pack("<III", 0x46546C67, 2, 28 + len(text) + len(data)) + struct.pack("<II", len(text), 0x4E4F534A)
    return head + text + struct.pack("<II", len(data), 0x004E4942) + data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["accessors"][0]["max"].__setitem__(1, 9.0), "wrong bounds"),
        (lambda d: d["accessors"][0].__setitem__("count", 999999), "leaves its view"),
        (lambda d: d["meshes"][0]["primitives"][0]["targets"].pop(), "as many targets"),
        (lambda d: d["buffers"][0].__setitem__("byteLength", 12), "buffer length"),
        (lambda d: d.__setitem__("extensionsUsed", []), "declared"),
        (lambda d: d["nodes"][1].__setitem__("children", [0]), "no tree"),
    ],
)
def test_the_check_of_the_specification_sees_what_is_wrong(change, said):
    try:
        found = problems(rewritten(change))
    except (ValueError, TypeError) as error:  # numpy refuses to read past the buffer
        found = [f"leaves its view: {error}"]
    assert any(said in row for row in found)


def test_the_targets_have_the_names_and_the_order_of_arkit():
    assert file().document["meshes"][0]["extras"]["targetNames"] == list(ARKIT)


def test_it_says_that_it_was_generated():
    assert file().document["asset"]["extras"] == {"title": "A drawing", "digitalSourceType": SOURCE_TYPE}


def test_the_head_has_a_head_s_size_in_metres_and_stands_on_its_neck():
    skin = positions("skin")
    height, width, depth = np.ptp(skin[:, 1]), np.ptp(skin[:, 0]), np.ptp(skin[:, 2])
    assert (0.2 < height < 0.32, 0.13 < width < 0.22, 0.15 < depth < 0.26) == (True, True, True)
    assert skin[:, 1].min() == pytest.approx(0, abs=0.01)


def test_eyes_teeth_and_mouth_lie_inside_the_skin():
    skin = positions("skin")
    for part in ("eyes", "teeth", "mouth"):
        inside = positions(part)
        assert (inside.min(axis=0) > skin.min(axis=0)).all()
        assert (inside.max(axis=0) < skin.max(axis=0)).all()


def test_the_fitted_head_lies_on_the_photo_s_points():
    seen = head_model().spots_of(fitted().in_photo)[:, :2]
    error_mm = np.linalg.norm(seen - portrait_face().points[:468, :2], axis=1) / fitted().scale * 100
    assert np.median(error_mm) < 0.8
    assert np.percentile(error_mm, 95) < 2.5


def test_places_go_to_the_photo_and_back():
    points = portrait_face().points[[1, 33, 152]].astype(float)
    there = fitted().to_photo(fitted().from_photo(points))
    assert np.allclose(there, points * [1, 1, -1], atol=1e-6)


def test_a_blink_closes_the_fitted_eye():
    spots = head_model().spots_of
    upper, lower = list(LEFT_UPPER_LID[2:-2]), list(LEFT_LOWER_LID[2:-2])
    rest, closed = fitted().vertices, fitted().vertices + fitted().deltas[ARKIT.index("eyeBlinkLeft")]
    gap, left = (np.mean(spots(v)[upper, 1] - spots(v)[lower, 1]) for v in (rest, closed))
    assert left < 0.3 * gap


def test_a_shape_moves_nothing_that_it_does_not_move_in_the_stored_head():
    still = ~head_model().deltas[ARKIT.index("browInnerUp")].any(axis=1)
    assert not fitted().deltas[ARKIT.index("browInnerUp")][still].any()


def test_the_jaw_takes_the_lower_teeth_along_and_leaves_the_upper():
    teeth, fall = positions("teeth"), offsets("teeth", "jawOpen")[:, 1]
    moved = fall < -0.003
    assert moved.mean() == pytest.approx(0.5, abs=0.01)
    assert not fall[~moved].any()
    assert teeth[moved, 1].mean() < teeth[~moved, 1].mean()


def test_a_glance_to_the_left_turns_the_irises_to_the_left():
    eyes = positions("eyes")
    for shape, side in (("eyeLookOutLeft", 1), ("eyeLookInRight", -1)):
        own = eyes[:, 0] * side > 0
        front = np.argmax(np.where(own, eyes[:, 2], -1))
        assert offsets("eyes", shape)[front, 0] > 0.003
        assert not offsets("eyes", shape)[~own].any()


def test_the_weights_are_the_performance_s_curves():
    weights = output("weights").reshape(FRAMES, len(ARKIT))
    assert weights[:, ARKIT.index("jawOpen")].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert not np.delete(weights, ARKIT.index("jawOpen"), axis=1).any()


def test_the_keys_stand_at_the_performance_s_frames():
    sampler = file().document["animations"][0]["samplers"][0]
    assert file().accessor(sampler["input"])[:, 0] == pytest.approx(np.arange(FRAMES) / 25)


def test_the_head_turns_to_its_left_looks_up_and_tilts_to_its_left():
    still, left, up, tilted = (forward_and_up(output("rotation")[i]) for i in range(4))
    assert still[0] == pytest.approx([0, 0, 1])
    assert left[0] == pytest.approx([np.sin(np.pi / 6), 0, np.cos(np.pi / 6)], abs=1e-6)
    assert up[0] == pytest.approx([0, np.sin(np.pi / 9), np.cos(np.pi / 9)], abs=1e-6)
    assert tilted[1] == pytest.approx([np.sin(np.pi / 18), np.cos(np.pi / 18), 0], abs=1e-6)


def test_the_neck_s_foot_stays_while_the_face_turns():
    primitive = file().primitive("skin")
    with_head = file().accessor(primitive["attributes"]["WEIGHTS_0"])[:, 1]
    skin = positions("skin")
    assert with_head[skin[:, 1] < 0.005].max() < 40
    assert with_head[skin[:, 2] > skin[:, 2].max() - 0.05].min() == 255


def raised(matte: np.ndarray) -> np.ndarray:
    """How far each vertex stands from the head's middle, over how far without hair."""
    higher = raise_hair(fitted(), matte)
    middle = fitted().bend(np.array([[0.0, 7.35, 0.35]]))
    return np.linalg.norm(higher.vertices - middle, axis=1) / np.linalg.norm(fitted().vertices - middle, axis=1)


def test_hair_is_given_room_up_to_the_person_s_outline():
    crown = head_model().vertices[:, 1].argmax()
    middle = fitted().to_photo(fitted().bend(np.array([[0.0, 7.35, 0.35]])))[0]
    tall = middle[1] - fitted().in_photo[:, 1].min()
    cut = np.ones(portrait().shape[:2], np.float32)
    cut[: round(middle[1] - 1.1 * tall)] = 0
    assert raised(np.ones_like(cut))[crown] == pytest.approx(1.22, abs=0.01)
    assert raised(cut)[crown] == pytest.approx(1.1, abs=0.04)


def test_without_an_outline_beyond_the_skull_nothing_is_raised():
    assert raised(np.zeros(portrait().shape[:2], np.float32)) == pytest.approx(1, abs=1e-9)


def test_the_face_keeps_its_place_under_the_hair():
    before_hairline = scalp_distance(head_model()) < 0
    assert (raised(np.ones(portrait().shape[:2], np.float32))[before_hairline] == 1).all()


def test_the_cheeks_have_the_photo_s_colour():
    texture = cv2.imdecode(np.frombuffer(file().picture("skin"), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    model = head_model()
    spots = model.spots_of(model.texture)[[50, 280, 9]] * texture.shape[0]
    places = portrait_face().points[[50, 280, 9], :2]
    for spot, place in zip(spots, places, strict=True):
        (u, v), (x, y) = spot.astype(int), place.astype(int)
        there = texture[v - 4 : v + 5, u - 4 : u + 5].reshape(-1, 3).mean(axis=0)
        own = portrait()[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).mean(axis=0)
        assert np.abs(there - own).max() < 12


def test_the_ground_behind_the_person_is_nowhere_on_the_head():
    green = portrait().copy()
    green[portrait_matte() < 0.5] = [0, 255, 0]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "head.glb"
        write_glb(path, photo=green, face=portrait_face(), matte=portrait_matte(), performance=performance(1), title="")
        picture = read_glb(path.read_bytes()).picture("skin")
    texture = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).astype(int)
    assert (texture[..., 1] - np.maximum(texture[..., 0], texture[..., 2])).max() < 60
