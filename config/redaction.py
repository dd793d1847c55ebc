"""What may not be written into a log."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

# Keys whose values are never logged, whatever they hold.
_SECRET_KEY = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|session|e-?mail|typed_name|full_name|words|ip$|user_agent",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Paths whose last part is a key to something: consent links, receipts, signed media.
_API_KEY = re.compile(r"lk_live_[0-9a-z]+")
_SIGNED_PATH = re.compile(
    r"(/(?:consent|receipt|media|answer|withdraw|invitations|password/reset/key)(?:/[a-z-]+)?/)[^\s/\"'?]{16,}"
)
_QUERY_SIGNATURE = re.compile(r"((?:X-Amz-Signature|Signature|X-Amz-Credential|X-Amz-Security-Token)=)[^&\s\"']+")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        value = _EMAIL.sub("[e-mail]", value)
        value = _API_KEY.sub("[API key]", value)
        value = _SIGNED_PATH.sub(r"\1[token]", value)
        return _QUERY_SIGNATURE.sub(r"\1[signature]", value)
    if isinstance(value, Mapping):
        return {key: "[hidden]" if _SECRET_KEY.search(str(key)) else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_clean, value)) if type(value) in (list, tuple) else value
    return value


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: hides secrets and personal data by their key, e-mail addresses and tokens in any text."""
    for key, value in list(event.items()):
        if key.startswith("_"):
            continue
        event[key] = "[hidden]" if _SECRET_KEY.search(key) else _clean(value)
    return event
