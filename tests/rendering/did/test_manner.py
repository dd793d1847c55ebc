import pytest

from rendering.did.manner import STYLES, direction_of, rate_of, style_of
from rendering.engine.motion import STYLES as OURS
from rendering.engine.motion import read_direction


def expression(name: str, start: float = 0, intensity: float = 1.0) -> dict:
    return {"expression": name, "start_frame": start, "intensity": intensity}


@pytest.mark.parametrize(
    ("driver", "style"),
    [
        ("bank://lively/driver-05", "social"),
        ("bank://subtle/driver-01", "neutral"),
        ("bank://natural", "presenter"),
        ("bank://nostalgia", "memorial"),
        ("bank://unheard-of", "presenter"),
        ("https://example.org/driver.mp4", "presenter"),
        ("", "presenter"),
    ],
)
def test_drivers_are_styles(driver: str, style: str):
    assert style_of(driver) == style


def test_every_style_that_a_driver_leads_to_is_there():
    assert {*STYLES.values(), style_of("", silent=True)} <= set(OURS)


def test_the_expression_that_lasts_longest_is_taken():
    assert direction_of([expression("happy", 0), expression("serious", 10)], {}) == "serious"
    assert direction_of([expression("happy", 0, 0.3)], {}) == "slightly happy"
    assert direction_of([expression("neutral")], {}) == ""
    assert direction_of([expression("happy", 0, 0.0)], {}) == ""


@pytest.mark.parametrize(
    ("rate", "factor"), [("+20%", 1.2), ("-10%", 0.9), ("80%", 0.8), ("1.1", 1.1), ("slow", 0.8), ("", 1), ("x", 1)]
)
def test_rates_are_read_as_ssml_writes_them(rate: str, factor: float):
    assert rate_of(rate) == pytest.approx(factor)


def test_a_voices_settings_are_directions():
    assert direction_of([], {"style": "cheerful", "rate": "-20%"}) == "cheerful, slow"


def test_every_direction_is_one_that_is_understood():
    said = direction_of([expression("surprise", 0, 0.4)], {"style": "customer-service", "rate": "fast"})
    assert read_direction(said, OURS["presenter"]).unknown == ()
