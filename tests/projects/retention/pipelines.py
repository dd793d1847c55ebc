"""A pipeline for tests of retention: everything that it makes carries the photo's bytes and the words."""

import json

from rendering.spec import Progress, RenderResult, RenderSpec


def echo(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """The photo itself as clip, poster and report."""
    progress("draw", 0.5)
    photo = spec.photo.read_bytes()
    spec.output.write_bytes(photo + (spec.words or "").encode())
    spec.output.with_name("poster.jpg").write_bytes(photo)
    spec.output.with_name("captions.vtt").write_text(f"WEBVTT\n\n{spec.words}")
    report = {"duration": 1.6, "frames": 40, "photo": photo.decode()}
    spec.output.with_name("report.json").write_text(json.dumps(report))
    return RenderResult(spec.output, report)
