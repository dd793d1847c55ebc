"""Where photographs, recordings and clips lie (the data folder, or S3), and how the site's own files are served."""

from typing import Any

from config.settings.environment import BASE_DIR, LIKENESS_DATA_DIR, env

__all__ = [
    "MEDIA_ROOT",
    "MEDIA_URL",
    "STATICFILES_DIRS",
    "STATIC_ROOT",
    "STATIC_URL",
    "STORAGES",
    "WHITENOISE_USE_FINDERS",
]

MEDIA_ROOT = LIKENESS_DATA_DIR / "media"
MEDIA_URL = "/media/"

STATIC_URL = "/static/"
STATIC_ROOT = LIKENESS_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
# After `manage.py collectstatic` a deployment sets LIKENESS_STATIC_MANIFEST=true for hashed names and long caching;
# without it the files are served from where they lie, and nothing has to be collected first.
_MANIFEST = env.bool("LIKENESS_STATIC_MANIFEST", default=False)
WHITENOISE_USE_FINDERS = not _MANIFEST
STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def _media() -> dict[str, Any]:
    bucket = env.str("S3_BUCKET", default="")
    if not bucket:
        return {"BACKEND": "projects.storage.SignedFileStorage", "OPTIONS": {"location": MEDIA_ROOT}}
    options = {
        "bucket_name": bucket,
        "default_acl": "private",
        "querystring_auth": True,
        "querystring_expire": 60,
        "file_overwrite": False,
        "signature_version": "s3v4",
    }
    # Credentials come from the environment, a profile or the machine's role, as boto3 looks them up.
    for option, variable in (("region_name", "S3_REGION"), ("endpoint_url", "S3_ENDPOINT_URL")):
        if value := env.str(variable, default=""):
            options[option] = value
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": _media(),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
