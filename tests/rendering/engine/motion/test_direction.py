import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.engine.motion import STYLES, Direction, read_direction

PRESENTER = STYLES["presenter"]
WORDS = "no very soft minimal strong smile nods head motion warm calm or and , sad memorial"


def ratio(direction, field):
    return getattr(direction.style, field) / getattr(PRESENTER, field)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("soft smile, gentle head turn, warm tone", ("smile: soft", "head turn: gentle", "tone: warm")),
        ("quiet memorial tone, minimal motion", ("tone: calm", "tone: memorial", "motion: minimal")),
        ("no smile", ("smile: no",)),
        ("Do not blink", ("blinks: no",)),
        ("very slight nods", ("nods: very slight",)),
        ("keep the motion minimal", ("motion: minimal",)),
        ("She smiles softly and nods a little.", ("smile: softly", "nods: little")),
        ("lively, very big smile!", ("tone: lively", "smile: very big")),
        ("no nodding or blinking", ("nods: no", "blinks: no")),
        ("steady eye contact", ("eye contact: steady",)),
        ("not too much motion", ("motion: slight",)),
        ("serious", ("expression: serious",)),
        ("slow pace; clear articulation", ("pace: slow", "lips: clear")),
        ("a trace of a smile", ("smile: trace",)),
        ("birthday, lively brows", ("tone: birthday", "brows: lively")),
        ("a warm smile with gentle tilts", ("tone: warm", "smile: yes", "head tilt: gentle")),
        ("living portrait", ("tone: living portrait",)),
        ("", ()),
    ],
)
def test_a_direction_is_understood_and_shown_back(text, understood):
    direction = read_direction(text, PRESENTER)
    assert direction.understood == understood
    assert direction.unknown == ()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("zxcv Banana smile", ("zxcv", "Banana")),
        ("regard doux", ("regard", "doux")),
        ("smile like the Queen of 1837", ("Queen", "1837")),
        ("very", ("very",)),
        ("lächeln, nod, lächeln", ("lächeln",)),
        ("no lively", ("no lively",)),
    ],
)
def test_words_that_mean_nothing_are_named(text, unknown):
    assert read_direction(text, PRESENTER).unknown == unknown


def test_degrees_are_ordered():
    texts = ["no", "minimal", "slight", "gentle", "", "lively", "strong"]
    turns = [ratio(read_direction(f"{degree} head turn", PRESENTER), "head_yaw") for degree in texts]
    assert turns == sorted(turns)
    assert len(set(turns)) == len(turns)
    assert turns[0] == 0
    assert turns[4] == 1


def test_very_drives_a_degree_further():
    def turn(text):
        return ratio(read_direction(f"{text} head turn", PRESENTER), "head_yaw")

    assert turn("very slight") < turn("slight") < 1 < turn("lively") < turn("very lively")


def test_motion_means_all_of_it_but_neither_blinks_nor_breath():
    direction = read_direction("minimal motion", PRESENTER)
    for field in ("head_yaw", "head_pitch", "head_roll", "nods", "brows", "gaze"):
        assert ratio(direction, field) == pytest.approx(0.4)
    assert ratio(direction, "blinks_per_minute") == ratio(direction, "breath_depth") == 1


def test_the_same_wish_twice_does_not_still_the_face():
    once, twice = (
        read_direction(text, PRESENTER) for text in ("minimal motion", "minimal motion, gentle head, calm, quiet")
    )
    assert twice.style.head_yaw == once.style.head_yaw


def test_a_named_tone_lends_its_motion_and_face_but_keeps_the_style_s_name():
    direction = read_direction("memorial tone", PRESENTER)
    assert direction.style.id == "presenter"
    assert direction.style.head_yaw == STYLES["memorial"].head_yaw
    assert direction.style.smile == STYLES["memorial"].smile


def test_a_soft_smile_is_softer_than_a_smile_and_a_big_one_wider():
    soft, plain, big = (read_direction(f"{text} smile", STYLES["neutral"]).style.smile for text in ("soft", "", "big"))
    assert 0.1 < soft < plain < big < 0.7


def test_what_is_said_of_the_smile_goes_before_what_warmth_brings():
    assert read_direction("no smile, warm", PRESENTER).style.smile == 0
    assert read_direction("warm, no smile", PRESENTER).style.smile == 0


def test_warmth_never_takes_from_a_smile():
    assert read_direction("warm", STYLES["birthday"]).style.smile == STYLES["birthday"].smile


def test_no_sadness_does_not_ask_for_less_of_a_smile():
    assert read_direction("no sadness", PRESENTER).style == PRESENTER


def test_lips_and_pace_stay_believable():
    direction = read_direction("very strong lips, mumbling, fast, lively, energetic", PRESENTER)
    assert 0.7 <= ratio(direction, "lips") <= 1.3
    assert 0.85 <= ratio(direction, "speech_rate") <= 1.15


@given(st.text(max_size=200), st.sampled_from(sorted(STYLES)))
def test_no_text_breaks_it(text, style):
    direction = read_direction(text, STYLES[style])
    assert isinstance(direction, Direction)
    assert direction.style.id == style


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12))
def test_no_mixture_leaves_the_ranges(words):
    style = read_direction(" ".join(words), PRESENTER).style
    assert all(0 <= getattr(style, field) <= 1 for field in ("smile", "serious", "sad", "surprise", "breath_depth"))
    assert all(0 <= ratio_ <= 1.7 for ratio_ in (style.head_yaw / 4, style.nods, style.brows, style.lips))
