"""The points of a face as a form: two numbers for each, which the page's handles write."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.forms import BoundField

Points = dict[str, tuple[float, float]]

POINTS = (
    ("right_eye", "Eye on the left", True),
    ("left_eye", "Eye on the right", True),
    ("mouth_right", "Left corner of the mouth", True),
    ("mouth_left", "Right corner of the mouth", True),
    ("mouth_top", "Top of the lips", False),
    ("mouth_bottom", "Bottom of the lips", False),
    ("chin", "Chin", True),
)
"""Name, what the page calls it as somebody sees it in front of them, and whether it is needed."""
FARTHEST = 100_000


@dataclass(frozen=True)
class Handle:
    """A point on the page: its name, its title, and its two fields."""

    name: str
    title: str
    x: BoundField
    y: BoundField


class PointsForm(forms.Form):
    """Two numbers a point, in px of the picture; the size of both eyes in px, where it is not as usual."""

    eye_width = forms.FloatField(required=False, min_value=0, max_value=FARTHEST, label="Width of the eyes")
    eye_height = forms.FloatField(required=False, min_value=0, max_value=FARTHEST, label="Height of the eyes")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, title, needed in POINTS:
            for axis, side in (("x", "from the left"), ("y", "from the top")):
                self.fields[f"{name}_{axis}"] = forms.FloatField(
                    label=f"{title}, pixels {side}",
                    required=needed,
                    min_value=-FARTHEST,
                    max_value=FARTHEST,
                    widget=forms.NumberInput(attrs={"step": "any", "data-point": name, "data-axis": axis}),
                )

    @classmethod
    def of(cls, points: Mapping[str, tuple[float, float]]) -> "PointsForm":
        """A form that begins with these points."""
        initial: dict[str, float] = {}
        for name, _, _ in POINTS:
            if name in points:
                initial[f"{name}_x"], initial[f"{name}_y"] = points[name]
        if "left_eye_size" in points:
            initial["eye_width"], initial["eye_height"] = points["left_eye_size"]
        return cls(initial=initial)

    def handles(self) -> list[Handle]:
        """The points as the page shows them."""
        return [Handle(name, title, self[f"{name}_x"], self[f"{name}_y"]) for name, title, _ in POINTS]

    def points(self) -> Points:
        """The points of a valid form."""
        values = self.cleaned_data
        found: Points = {}
        for name, _, _ in POINTS:
            x, y = values.get(f"{name}_x"), values.get(f"{name}_y")
            if x is not None and y is not None:
                found[name] = (x, y)
        if values.get("eye_width") and values.get("eye_height"):
            found["left_eye_size"] = found["right_eye_size"] = (values["eye_width"], values["eye_height"])
        return found
