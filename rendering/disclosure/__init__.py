"""What a clip says of itself: the label people see, the source type and the signed credentials that programs read."""

from rendering.disclosure.credentials import Signed, sign, sign_beside
from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.label import label_overlay
from rendering.disclosure.source_type import SourceType, read_source_type, write_source_type
from rendering.disclosure.verify import Credentials, Verification, verify

__all__ = [
    "Credentials",
    "DisclosureError",
    "Signed",
    "SourceType",
    "Verification",
    "label_overlay",
    "read_source_type",
    "sign",
    "sign_beside",
    "verify",
    "write_source_type",
]
