"""How e-mail goes out: as files in the data folder, until EMAIL_URL names a mail server."""

from config.settings.environment import LIKENESS_DATA_DIR, env

__all__ = [
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "LIKENESS_MAIL_GOES_OUT",
]

EMAIL_FILE_PATH = LIKENESS_DATA_DIR / "outbox"
_URL = env.str("EMAIL_URL", default="")
# Whether letters leave this machine: then a link that is in one proves whose mailbox it is.
LIKENESS_MAIL_GOES_OUT = bool(_URL)
_server = env.email_url("EMAIL_URL", default="consolemail://")

# A site without a mail server loses nothing: each letter is a file that can be read and passed on.
EMAIL_BACKEND: str = _server["EMAIL_BACKEND"] if _URL else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_HOST: str = _server["EMAIL_HOST"] or "localhost"
EMAIL_PORT: int = _server["EMAIL_PORT"] or 25
EMAIL_HOST_USER: str = _server["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD: str = _server["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS: bool = _server.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = _server.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("LIKENESS_MAIL_FROM", default="Likeness <likeness@localhost>")
