"""Several scenes in one clip: one after the other, or two portraits in one picture.

Photos are analysed and words are spoken before the first frame is drawn, so that a length is known and what is wrong is
said early. Rigs are large: two are held, others come back from where `rendering.preparing` keeps them. Of a cross-fade
its overlap is held, and nothing else of a scene.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rendering.captioning import Captioning, captions_until, joined
from rendering.disclosure import label_overlay
from rendering.engine.errors import PhotoError
from rendering.engine.motion import STYLES, Performance, perform, read_direction
from rendering.engine.puppet import Rig, draw
from rendering.engine.puppet.backdrop import on_ground
from rendering.engine.puppet.reach import mouth_reach
from rendering.engine.video.compose import Overlay
from rendering.engine.video.framing import LARGEST
from rendering.engine.video.mounting import Box, Mount, faded
from rendering.footage import FPS, Footage, Stage, speak, wished_background
from rendering.preparing import Prepared, prepare
from rendering.spec import RenderSpec
from rendering.staging import seconds_before, staged_speech
from rendering.timeline import Turn, joined_performance, joined_speech, turns_of

TOGETHER = "together"
RIGS_HELD = 2
# Of two in one picture "as the photo": each has the first one's shape
_TOGETHER_LONGEST = 1280
_SEAM, _SEAM_COLOUR = 4, (22, 20, 18)  # px between two pictures; where both stand before one colour there is none


@dataclass
class Cast:
    """Who plays: each portrait with its rig, of which few are in memory at a time."""

    stage: Stage
    held: dict[tuple[object, ...], tuple[Prepared, Rig]] = field(default_factory=dict)

    def of(self, shot: RenderSpec) -> tuple[Prepared, Rig]:
        """The portrait of this scene, and its rig before the ground that is wished for. Raises PhotoError."""
        key = (shot.photo, shot.face_index, repr(shot.placed), shot.aspect, shot.frame)
        if key not in self.held:
            prepared = prepare(shot, stage=self.stage)
            with self.stage("rig"):
                rig = on_ground(prepared.rig, prepared.matte, wished_background(shot))
            while len(self.held) >= RIGS_HELD:
                del self.held[next(iter(self.held))]
            self.held[key] = prepared, rig
        self.held[key] = self.held.pop(key)  # the one that was used last goes last
        return self.held[key]


def several_scenes(spec: RenderSpec, *, stage: Stage) -> Footage:
    """The footage of a clip of several scenes. Raises EngineError."""
    cast = Cast(stage)
    shots, size = (_together if spec.layout == TOGETHER else _one_size)(spec.shots, cast)
    with stage("speak"):
        directions = [read_direction(shot.direction, STYLES[shot.style]) for shot in shots]
        spoken = [(shot, way, speak(shot, way)) for shot, way in zip(shots, directions, strict=True)]
        turns = turns_of(spec, spoken, fps=FPS)
    return _side_by_side(spec, turns, cast, size) if spec.layout == TOGETHER else _in_turns(spec, turns, cast, size)


def _one_size(shots: tuple[RenderSpec, ...], cast: Cast) -> tuple[list[RenderSpec], tuple[int, int]]:
    """The scenes with their framings, and the clip's size: of a set shape the largest there is, else the first photo's.

    A photo that has no piece of that shape is seen whole.
    """
    if shots[0].aspect == "photo":
        size = cast.of(shots[0])[0].scene.framing.size
        framed = [shots[0], *(replace(shot, frame=size) for shot in shots[1:])]
        for shot in framed[1:]:
            cast.of(shot)
        return framed, size
    framed, sizes = [], []
    for shot in shots:
        try:
            sizes.append(cast.of(shot)[0].scene.framing.size)
            framed.append(shot)
        except PhotoError as error:
            if error.code != "frame-too-tight":
                raise
            framed.append(replace(shot, frame=LARGEST[shot.aspect]))
            cast.of(framed[-1])
    return framed, max(sizes, default=LARGEST[shots[0].aspect])


def _together(shots: tuple[RenderSpec, ...], cast: Cast) -> tuple[list[RenderSpec], tuple[int, int]]:
    """The scenes framed for halves, and the size of the whole picture."""
    size = LARGEST.get(shots[0].aspect)
    if size is None:
        width, height = cast.of(shots[0])[0].scene.framing.size
        scale = min(1.0, _TOGETHER_LONGEST / (2 * width))
        size = 2 * round(width * scale), 2 * round(height * scale / 2)
    half = _halves(size)[0][2:]
    framed = [replace(shot, frame=half) for shot in shots]
    for shot in framed:
        cast.of(shot)
    return framed, size


def _halves(size: tuple[int, int]) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """The places (x, y, width, height) px of two pictures in one: beside each other, or one above the other in a tall
    frame.
    """
    width, height = size
    if height > width:
        return (0, 0, width, height // 2), (0, height // 2, width, height // 2)
    return (0, 0, width // 2, height), (width // 2, 0, width // 2, height)


def _in_turns(spec: RenderSpec, turns: tuple[Turn, ...], cast: Cast, size: tuple[int, int]) -> Footage:
    with cast.stage("perform"):
        played = [perform(turn.speech, style=turn.direction.style, seed=turn.shot.seed, fps=FPS) for turn in turns]
        captions = _captions(spec, turns)
    overlays: list[Overlay] = [label := label_overlay(size)]
    mounts = []
    for turn, performance, scene_captions in zip(turns, played, captions, strict=True):
        prepared, rig = cast.of(turn.shot)
        mounts.append(Mount(rig.photo, size))
        mouth = mounts[-1].to_frame(mouth_reach(rig, prepared.scene.face.points, performance))
        overlays += scene_captions.overlays(size, mouth=mouth, label=label)

    def frames() -> Iterator[np.ndarray]:
        scenes = (
            _mounted(mount, cast, turn, performance, spec.device)
            for mount, turn, performance in zip(mounts, turns, played, strict=True)
        )
        return joined_frames(scenes, turns)

    return Footage(
        size=size,
        first_photo=mounts[0].still,
        last_photo=mounts[-1].still,
        speech=staged_speech(spec, joined_speech(turns, fps=FPS)),
        performance=joined_performance(turns, played),
        direction=turns[0].direction,
        captions=joined(captions),
        overlays=tuple(overlays),
        frames=frames,
        prepared=cast.of(turns[0].shot)[0],
        told=_told(spec, turns),
    )


def _mounted(mount: Mount, cast: Cast, turn: Turn, performance: Performance, device: str) -> Iterator[np.ndarray]:
    _, rig = cast.of(turn.shot)
    yield from map(mount.mounted, draw(rig, performance, device=device))


def joined_frames(scenes: Iterator[Iterator[np.ndarray]], turns: tuple[Turn, ...]) -> Iterator[np.ndarray]:
    """The scenes' chunks (n, H, W, 3) uint8 one after the other; the last frames of one are held where they pass over
    into the next.
    """
    ending: list[np.ndarray] = []  # of the scene before, as many frames as this one fades in
    after = [*(turn.fade for turn in turns[1:]), 0]
    for chunks, turn, held in zip(scenes, turns, after, strict=True):
        shown = 0
        kept: list[np.ndarray] = []
        for chunk in chunks:
            frames, first = chunk, shown
            shown += len(chunk)
            if first < turn.fade:
                fading = frames[: turn.fade - first]
                yield np.stack(list(faded(ending[first : first + len(fading)], fading, first=first, of=turn.fade)))
                frames = frames[len(fading) :]
            stays = max(0, min(len(frames), shown - (turn.frames - held)))
            kept += [frame.copy() for frame in frames[len(frames) - stays :]]
            if stays < len(frames):
                yield frames[: len(frames) - stays]
        ending = kept


def _side_by_side(spec: RenderSpec, turns: tuple[Turn, ...], cast: Cast, size: tuple[int, int]) -> Footage:
    first = turns[0].shot
    second = next(
        turn.shot for turn in turns if turn.shot.photo != first.photo or turn.shot.face_index != first.face_index
    )
    who = (first, second)
    own = [[turn for turn in turns if _same(turn.shot, shot)] for shot in who]
    places = _halves(size)
    with cast.stage("perform"):
        speeches = [joined_speech(turns, fps=FPS, only=turns_of_one) for turns_of_one in own]
        beside = places[0][1] == places[1][1]
        played = [
            perform(
                speeches[index],
                style=own[index][0].direction.style,
                seed=own[index][0].shot.seed,
                fps=FPS,
                heard=speeches[1 - index].phonemes,
                toward=(1.0, -1.0)[index] if beside else 0.0,
            )
            for index in (0, 1)
        ]
        captions = _captions(spec, turns)
    mounts = []
    mouths: list[Box] = []
    for shot, performance, (x, y, width, height) in zip(who, played, places, strict=True):
        prepared, rig = cast.of(shot)
        mounts.append(Mount(rig.photo, (width, height)))
        mouth = mounts[-1].to_frame(mouth_reach(rig, prepared.scene.face.points, performance))
        mouths.append((mouth[0] + x, mouth[1] + y, mouth[2], mouth[3]))
    label = label_overlay(size)
    overlays = [label, *joined(captions).overlays(size, mouth=_around(*mouths), label=label)]

    def frames() -> Iterator[np.ndarray]:
        drawn = [
            map(mount.mounted, draw(cast.of(shot)[1], performance, device=spec.device))
            for mount, shot, performance in zip(mounts, who, played, strict=True)
        ]
        for pair in zip(*drawn, strict=True):
            yield _paired(pair, size, places, seam=spec.background != "colour")

    still = _paired((mounts[0].still[None], mounts[1].still[None]), size, places, seam=spec.background != "colour")[0]
    speaking = [0 if _same(turn.shot, first) else 1 for turn in turns]
    return Footage(
        size=size,
        first_photo=still,
        last_photo=still,
        speech=staged_speech(spec, joined_speech(turns, fps=FPS)),
        performance=joined_performance(
            turns, [_from(played[who_], turn) for who_, turn in zip(speaking, turns, strict=True)]
        ),
        direction=turns[0].direction,
        captions=joined(captions),
        overlays=tuple(overlays),
        frames=frames,
        prepared=cast.of(first)[0],
        told=_told(spec, turns, speaking) | {"performances": [_curves(performance) for performance in played]},
    )


def _same(one: RenderSpec, other: RenderSpec) -> bool:
    return (one.photo, one.face_index, one.placed) == (other.photo, other.face_index, other.placed)


def _from(performance: Performance, turn: Turn) -> Performance:
    """What of a whole performance falls into a turn."""
    piece = slice(turn.start, turn.start + turn.frames)
    return Performance(performance.fps, {name: curve[piece] for name, curve in performance.controls.items()})


def _paired(
    chunks: tuple[np.ndarray, ...],
    size: tuple[int, int],
    places: tuple[tuple[int, int, int, int], ...],
    *,
    seam: bool,
) -> np.ndarray:
    """Two chunks in one picture, (n, H, W, 3) uint8, with a thin line between them."""
    whole = np.empty((len(chunks[0]), size[1], size[0], 3), np.uint8)
    for chunk, (x, y, width, height) in zip(chunks, places, strict=True):
        whole[:, y : y + height, x : x + width] = chunk
    if seam:
        x, y = places[1][:2]
        if x:
            whole[:, :, x - _SEAM // 2 : x + _SEAM // 2] = _SEAM_COLOUR
        else:
            whole[:, y - _SEAM // 2 : y + _SEAM // 2] = _SEAM_COLOUR
    return whole


def _around(one: Box, other: Box) -> Box:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[0] + one[2], other[0] + other[2]), max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top


def _captions(spec: RenderSpec, turns: tuple[Turn, ...]) -> list[Captioning]:
    before = seconds_before(spec)
    # nothing is read while one scene passes over into the next
    ends = [*(turn.start for turn in turns[1:]), turns[-1].start + turns[-1].frames]
    found = []
    for turn, end in zip(turns, ends, strict=True):
        later = before + turn.start / FPS
        words = tuple(replace(word, start=word.start + later, end=word.end + later) for word in turn.speech.words)
        recorded = later + turn.fade / FPS
        found.append(captions_until(before + end / FPS, turn.shot, words, later=recorded))
    return found


def _told(spec: RenderSpec, turns: tuple[Turn, ...], speaking: list[int] | None = None) -> dict[str, Any]:
    """What the report says of the scenes; times in s of the clip."""
    before = seconds_before(spec)
    return {
        "layout": spec.layout,
        "scenes": [
            {
                "start": round(before + turn.start / FPS, 4),
                "end": round(before + (turn.start + turn.frames) / FPS, 4),
                "fade": turn.fade / FPS,
                "voice": turn.speech.voice,
                "style": turn.shot.style,
                "direction": turn.shot.direction,
                "understood": list(turn.direction.understood),
                "unknown": list(turn.direction.unknown),
                **({"performance": speaking[place]} if speaking is not None else {}),
            }
            for place, turn in enumerate(turns)
        ],
    }


def _curves(performance: Performance) -> dict[str, list[float]]:
    return {name: [round(float(v), 5) for v in curve] for name, curve in performance.controls.items()}
