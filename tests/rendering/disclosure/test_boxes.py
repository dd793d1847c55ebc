import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.disclosure.boxes import MOST_BOXES, outer_boxes
from rendering.disclosure.errors import DisclosureError

FTYP = b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"


def _kinds(content: bytes) -> list[bytes]:
    return [box.kind for box in outer_boxes(io.BytesIO(content))]


def test_boxes_of_every_way_to_write_a_size():
    large = b"\x00\x00\x00\x01mdat" + (19).to_bytes(8, "big") + b"abc"
    last = b"\x00\x00\x00\x00free" + b"rest"
    boxes = list(outer_boxes(io.BytesIO(FTYP + large + last)))
    assert [(box.kind, box.body, box.end, box.to_the_end) for box in boxes] == [
        (b"ftyp", 8, 16, False),
        (b"mdat", 32, 35, False),
        (b"free", 43, 47, True),
    ]


def test_a_uuid_tells_whose_box_it_is():
    box = list(outer_boxes(io.BytesIO(FTYP + b"\x00\x00\x00\x1auuid" + b"0123456789abcdef" + b"xy")))[1]
    assert (box.uuid, box.end - box.body) == (b"0123456789abcdef", 2)


@pytest.mark.parametrize(
    "content", [b"", b"ftyp", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, b"\x00\x00\x00\x08moov", b"\xff" * 99]
)
def test_what_does_not_begin_like_an_mp4_is_no_clip(content: bytes):
    with pytest.raises(DisclosureError) as refused:
        _kinds(content)
    assert refused.value.code == "not-a-clip"


@pytest.mark.parametrize(
    "tail",
    [
        b"\x00\x00\x00\x07moov",  # smaller than its own header
        b"\x00\x00\x00\x02moov",
        b"\x00\x00\x00\x0fuuid" + b"\x00" * 7,  # too small for its uuid
        b"\x00\x00\x00\x01mdat" + (1 << 63).to_bytes(8, "big"),  # beyond the file
        b"\x00\x00\x00\x01mdat" + (15).to_bytes(8, "big"),
        b"\x00\x00\x00\x01mdat\x00",
        b"\x00\x00\x01\x00moov",
        b"\x00\x00\x00",
        b"\x00\x00\x00\x08\x00\x01\x02\x03",  # no type
    ],
)
def test_impossible_sizes_are_damage(tail: bytes):
    with pytest.raises(DisclosureError) as refused:
        _kinds(FTYP + tail)
    assert refused.value.code == "clip-damaged"


def test_no_file_keeps_it_busy_with_countless_boxes():
    with pytest.raises(DisclosureError, match="more parts"):
        _kinds(FTYP + b"\x00\x00\x00\x08free" * (MOST_BOXES + 10))


@given(content=st.binary(max_size=300))
def test_any_bytes_give_boxes_that_tile_the_file_or_a_clean_error(content: bytes):
    content = FTYP + content
    try:
        boxes = list(outer_boxes(io.BytesIO(content)))
    except DisclosureError:
        return
    assert boxes[-1].end == len(content)
    assert all(before.end == after.start for before, after in itertools.pairwise(boxes))


@given(
    sizes=st.lists(st.integers(0, 60), max_size=12),
    kinds=st.lists(st.sampled_from([b"uuid", b"mdat", b"free", b"moov"]), min_size=12, max_size=12),
    body=st.binary(min_size=60, max_size=60),
)
def test_boxes_with_odd_sizes_give_tiles_or_a_clean_error(sizes: list[int], kinds: list[bytes], body: bytes):
    content = FTYP + b"".join(
        size.to_bytes(4, "big") + kind + body[: max(0, size - 8)] for size, kind in zip(sizes, kinds, strict=False)
    )
    try:
        boxes = list(outer_boxes(io.BytesIO(content)))
    except DisclosureError:
        return
    assert boxes[-1].end == len(content)
    assert all(box.start < box.body <= box.end for box in boxes)
