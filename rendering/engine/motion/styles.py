"""Styles: how lively a performance is and which face it wears."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """All numbers of a manner of speaking. Factors are 1 for an ordinary presenter; angles are degrees.

    `jaw` and `lips` scale what they do apart from each other (JALI's JA and LI: mumble below 1, over-enunciate above).
    `head_yaw`, `head_pitch`, `head_roll` are limits that the head never passes; `nods` scales the nods on stressed
    words. `smile`, `serious`, `sad`, `surprise` are weights 0..1 of the expressions; `brows` scales the brows on
    stressed words. `gaze` is the largest glance; `gaze_away` the share of time not spent looking at the viewer.
    `speech_rate` is a suggestion for the voice. `loop`: a silent clip ends as it began, so that it can be repeated.
    """

    id: str
    title: str
    description: str
    jaw: float = 1.0
    lips: float = 1.0
    head_yaw: float = 4.0
    head_pitch: float = 3.0
    head_roll: float = 2.5
    nods: float = 1.0
    brows: float = 1.0
    blinks_per_minute: float = 26.0  # in conversation; 17 at rest (Bentivoglio 1997)
    gaze: float = 2.0
    gaze_away: float = 0.22  # 0.9 s of every 4 s (Lee, Badler & Badler 2002)
    smile: float = 0.0
    serious: float = 0.0
    sad: float = 0.0
    surprise: float = 0.0
    breaths_per_minute: float = 14.0
    breath_depth: float = 0.8
    speech_rate: float = 1.0
    loop: bool = False


STYLES: dict[str, Style] = {
    style.id: style
    for style in (
        Style(
            id="neutral",
            title="Neutral",
            description="An even face and a calm head: nothing draws attention away from the words.",
            head_yaw=2.5,
            head_pitch=2.0,
            head_roll=1.5,
            nods=0.7,
            brows=0.6,
            gaze=1.6,
        ),
        Style(
            id="presenter",
            title="Presenter",
            description="Speaks to an audience: clear lips, nods on the words that matter, a friendly look.",
            jaw=1.05,
            lips=1.08,
            smile=0.16,
        ),
        Style(
            id="social",
            title="Social",
            description="Lively and close, as one speaks into a phone: more head, more brows, a ready smile.",
            jaw=1.08,
            lips=1.05,
            head_yaw=5.0,
            head_pitch=3.6,
            head_roll=3.2,
            nods=1.2,
            brows=1.3,
            gaze=2.6,
            smile=0.28,
            surprise=0.06,
            breath_depth=0.9,
            speech_rate=1.05,
        ),
        Style(
            id="birthday",
            title="Birthday",
            description="Beaming: a wide smile, bright brows and a head that rejoices with the words.",
            jaw=1.08,
            lips=1.05,
            head_yaw=4.5,
            head_pitch=3.4,
            head_roll=3.4,
            nods=1.15,
            brows=1.2,
            smile=0.46,
            surprise=0.10,
            breath_depth=0.9,
            speech_rate=1.03,
        ),
        Style(
            id="anniversary",
            title="Anniversary",
            description="Warm and unhurried: a soft smile, slow turns of the head, a steady look.",
            head_yaw=3.2,
            head_pitch=2.4,
            head_roll=2.6,
            nods=0.75,
            brows=0.8,
            blinks_per_minute=22.0,
            gaze=1.6,
            smile=0.32,
            speech_rate=0.96,
        ),
        Style(
            id="memorial",
            title="Memorial",
            description="Still and dignified: hardly any movement, a quiet face, slow breath.",
            jaw=0.9,
            lips=0.95,
            head_yaw=4.0 / 3,
            head_pitch=1.0,
            head_roll=2.5 / 3,
            nods=0.35,
            brows=0.35,
            blinks_per_minute=17.0,
            gaze=1.0,
            gaze_away=0.12,
            smile=0.07,
            breaths_per_minute=12.0,
            breath_depth=0.6,
            speech_rate=0.92,
        ),
        Style(
            id="living-portrait",
            title="Living portrait",
            description="Silent: the picture breathes, blinks and is about to smile; loops without a seam.",
            head_yaw=1.8,
            head_pitch=1.2,
            head_roll=1.1,
            nods=0.4,
            brows=0.4,
            blinks_per_minute=17.0,
            gaze=1.2,
            gaze_away=0.15,
            smile=0.20,
            breaths_per_minute=13.0,
            breath_depth=0.8,
            speech_rate=0.95,
            loop=True,
        ),
    )
}
