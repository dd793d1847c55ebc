import cv2
import numpy as np
import pytest

from benchmarks.spoiling import faded, grainy, old, scratched
from rendering.engine.errors import EngineError
from rendering.engine.faces import find_faces
from rendering.engine.restoration import CLASSICAL, STEPS, available_steps, repair, repairing
from rendering.engine.restoration.identity import Change
from tests.rendering.engine.faces.portraits import portrait, portrait_face

FACES = (portrait_face(),)


def done(repaired):
    return [note.step for note in repaired.notes if note.done]


def test_a_whole_photo_is_left_as_it_is():
    photo = portrait(960)
    repaired = repair(photo, find_faces(photo), steps=("tone", "noise", "enlarge", "sharpen"))
    assert not repaired.changed
    assert np.array_equal(repaired.photo, photo)
    assert all(note.message.endswith(".") for note in repaired.notes)


def test_an_old_print_gets_better_in_every_way_and_stays_the_same_person():
    spoilt = old(portrait(960))
    repaired = repair(spoilt, find_faces(spoilt))
    assert {"tone", "scratches", "noise"} <= set(done(repaired))
    error = [np.abs(picture.astype(float) - portrait(960)).mean() for picture in (spoilt, repaired.photo)]
    assert error[1] < 0.35 * error[0]
    assert repaired.change is not None
    assert repaired.change.same_person
    assert len(repaired.faces) == 1


def test_only_what_was_asked_for_is_done_and_in_the_right_order():
    spoilt = faded(grainy(portrait(), 15))
    repaired = repair(spoilt, FACES, steps=("noise", "tone"))
    assert [note.step for note in repaired.notes] == ["tone", "noise"]
    assert repair(spoilt, FACES, steps=()).photo is spoilt


def test_a_repair_that_there_is_not_is_named():
    with pytest.raises(ValueError, match="called magic"):
        repair(portrait(), FACES, steps=("magic",))


def swapped(*_):
    """A "repair" that makes the face half as tall."""
    photo = portrait().copy()
    _, y, _, h = (int(v) for v in portrait_face().box)
    half = h // 2

    photo[y : y + half] = cv2.resize(photo[y : y + h], (photo.shape[1], half))
    return photo, "Made nicer."


@pytest.mark.parametrize(
    "result", [swapped, lambda *_: (np.full_like(portrait(), 128), "All grey.")], ids=["reshaped", "gone"]
)
def test_a_step_that_changes_who_is_seen_is_taken_back(monkeypatch, result):
    monkeypatch.setitem(repairing._STEPS, "sharpen", result)
    repaired = repair(portrait(), FACES, steps=("sharpen",))
    assert np.array_equal(repaired.photo, portrait())
    (note,) = repaired.notes
    assert not note.done
    assert note.message.startswith("Left out")


def test_small_changes_that_add_up_to_another_person_are_all_taken_back(monkeypatch):
    changes = iter([Change(0.04, None), Change(0.04, None), Change(0.08, None)])
    monkeypatch.setattr(repairing, "face_change", lambda *_: next(changes))
    repaired = repair(faded(grainy(portrait(), 15)), FACES, steps=("tone", "noise"))
    assert not repaired.changed
    assert np.array_equal(repaired.photo, faded(grainy(portrait(), 15)))
    assert all("changed who is seen" in note.message for note in repaired.notes)


def test_a_photo_without_a_face_can_be_repaired_too():
    wall = np.full((300, 400, 3), 200, np.uint8)
    wall[::2] = 60
    repaired = repair(grainy(wall, 15), ())
    assert repaired.faces == ()
    assert repaired.change is None
    assert [note.step for note in repaired.notes] == list(CLASSICAL)


def test_scratches_across_the_face_are_filled_and_the_face_found_anew():
    spoilt, _ = scratched(portrait(960))
    repaired = repair(spoilt, find_faces(spoilt), steps=("scratches",))
    assert done(repaired) == ["scratches"]
    assert "%" in repaired.notes[0].message


def test_gfpgan_is_offered_only_where_it_can_run(tmp_path):
    assert available_steps(tmp_path) == CLASSICAL
    assert set(STEPS) - set(CLASSICAL) == {"gfpgan", "upscale"}
    with pytest.raises(EngineError) as caught:
        repair(portrait(), FACES, steps=("gfpgan",), models=tmp_path)
    assert caught.value.code == "gfpgan-missing"
