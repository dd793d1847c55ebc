import numpy as np

from rendering.engine.video.fonts import font
from rendering.engine.video.lettering import pill


def _glyph(letter: str) -> bytes:
    return bytes(font("Medium", 32).getmask(letter))


def test_the_font_covers_latin_with_its_extensions_greek_and_cyrillic():
    missing = _glyph("\uffff")
    latin = [chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180))]
    others = "αβγδωΩ абвгдяЯ ẞ ạảấ “”‘’–—… €"
    assert [letter for letter in (*latin, *others.replace(" ", "")) if _glyph(letter) == missing] == []


def test_letters_are_white_on_a_dark_ground_with_clear_corners():
    picture = pill(
        ("MMM",), letters=font("Bold", 20), padding=(10, 4), radius=12, ground=170, line_height=26, hairline=0
    )
    assert tuple(picture[0, 0]) == (0, 0, 0, 0)
    assert tuple(picture[2, picture.shape[1] // 2]) == (0, 0, 0, 170)
    assert picture[..., :3].max() == 255
    opaque = picture[picture[..., 3] == 255]
    assert len(opaque) > 50
    assert (opaque[:, :3] >= 250).all()


def test_the_ground_grows_with_the_text():
    def make(*lines: str) -> np.ndarray:
        return pill(lines, letters=font("Bold", 20), padding=(10, 4), radius=8, ground=170, line_height=26)

    one, two = make("a line"), make("a line", "another, longer line")
    assert two.shape[0] == one.shape[0] + 26
    assert two.shape[1] > one.shape[1]
