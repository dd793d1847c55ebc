"""Where a worker keeps what the next take of a portrait or a clip can use again, and how it goes.

{data}/takes/{portrait}/ holds rigs, {data}/takes/{portrait}/{clip}/ speech: on this machine only, never in the
storage. It is made of faces and words, so it goes with them: every sweep of every worker removes what belongs to a
portrait or clip that is gone, what was not used for a week, and the oldest when it is too much.
"""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from projects.models import Clip, Portrait

UNUSED = timedelta(days=7)
MOST_BYTES = 4 * 2**30


def takes_folder() -> Path:
    return Path(settings.LIKENESS_DATA_DIR) / "takes"


def portrait_folder(portrait: Portrait) -> Path:
    """Where the rigs of `portrait` are kept on this machine."""
    return takes_folder() / portrait.pk


def words_folder(clip: Clip, portrait: Portrait) -> Path:
    """Where the speech of this portrait in `clip` is kept on this machine."""
    return portrait_folder(portrait) / clip.pk


def takes_clear() -> int:
    """Remove what must not or need not be kept any longer; returns how many folders and files went."""
    if not takes_folder().is_dir():
        return 0
    return _orphans() + _unused()


def _orphans() -> int:
    """Folders of portraits that are erased or deleted, and of clips that are."""
    folders = [folder for folder in takes_folder().iterdir() if folder.is_dir()]
    portraits = set(
        Portrait.objects.filter(pk__in=[folder.name for folder in folders], erased_at=None).values_list("pk", flat=True)
    )
    gone = [folder for folder in folders if folder.name not in portraits]
    words = [clip for folder in folders if folder.name in portraits for clip in folder.iterdir() if clip.is_dir()]
    clips = set(Clip.objects.filter(pk__in=[clip.name for clip in words]).values_list("pk", flat=True))
    gone += [clip for clip in words if clip.name not in clips]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


def _unused() -> int:
    kept = []
    for path in takes_folder().rglob("*.*"):  # whole ones, and what a killed child was writing
        try:
            stat = path.stat()
        except FileNotFoundError:  # a render or another sweep was quicker
            continue
        kept.append((stat.st_mtime, stat.st_size, path))
    oldest_allowed = (timezone.now() - UNUSED).timestamp()
    total = removed = 0
    for used_at, size, path in sorted(kept, reverse=True):
        total += size
        if used_at < oldest_allowed or total > MOST_BYTES:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
