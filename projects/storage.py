"""Files on disk whose addresses are signed and short-lived, as those of an object store are."""

import time
from dataclasses import dataclass

from django.core.files.storage import FileSystemStorage
from django.core.signing import BadSignature, dumps, loads

_SALT = "projects.media"
URL_SECONDS = 60


@dataclass(frozen=True)
class SignedFile:
    """What a signed address stands for."""

    key: str
    download_name: str


def file_token(key: str, *, seconds: int, download_name: str = "") -> str:
    """A token for one stored file that is good for `seconds` from now."""
    return dumps([key, int(time.time()) + seconds, download_name], salt=_SALT)


def read_file_token(token: str) -> SignedFile | None:
    """What the token stands for; None where it is forged or has run out."""
    try:
        key, until, download_name = loads(token, salt=_SALT)
    except (BadSignature, ValueError):
        return None
    return SignedFile(key, download_name) if time.time() < until else None


class SignedFileStorage(FileSystemStorage):
    """Django's file storage; `url` gives an address that the site serves for a minute, after which it is not found."""

    def url(self, name: str | None, *, expire: int = URL_SECONDS, download_name: str = "") -> str:
        if not name:
            raise ValueError("there is no address of a file that has no name")
        return f"{self.base_url}{file_token(name, seconds=expire, download_name=download_name)}"
