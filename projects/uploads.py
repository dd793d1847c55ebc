"""Files that go into the storage with a row in the database: both stay, or neither."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


@contextmanager
def stored(key: str, content: bytes) -> Iterator[str]:
    """Store `content` for the length of the block that writes its row; an error in there takes the file away again.

    The block holds the whole transaction, its commit included. Yields the key under which the file lies.
    """
    saved = default_storage.save(key, ContentFile(content))
    try:
        yield saved
    except BaseException:
        default_storage.delete(saved)
        raise
