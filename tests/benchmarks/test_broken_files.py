"""A sample of the broken files that uploads are tried with; all of them: `python -m benchmarks --only fuzz`."""

import pytest

from benchmarks.broken_files import HOW_MANY, MEGABYTES, SECONDS, broken_file, examine

# Every eighth, and each kind of bomb once
SAMPLE = sorted({*range(0, HOW_MANY, 10), *range(9, 180, 10)})


@pytest.fixture(scope="module")
def examined() -> list[dict]:
    return list(examine(SAMPLE))


def test_each_is_refused_in_words_or_a_picture_after_all(examined: list[dict]):
    assert len(examined) == len(SAMPLE)
    assert [one for one in examined if one["outcome"] not in ("refused", "picture")] == []
    assert sum(one["outcome"] == "refused" for one in examined) > len(SAMPLE) / 3


def test_none_takes_long_or_much(examined: list[dict]):
    assert [one for one in examined if one["seconds"] > SECONDS] == []
    assert max(one["megabytes"] for one in examined) < MEGABYTES


def test_they_are_always_the_same():
    assert [broken_file(number) for number in (3, 9, 42)] == [broken_file(number) for number in (3, 9, 42)]
