"""The API: how often it may be called, how it describes itself, and whom it calls."""

from typing import Any

from config.settings.environment import env

__all__ = [
    "LIKENESS_API_RATE",
    "LIKENESS_API_STREAMS",
    "LIKENESS_API_STREAM_SECONDS",
    "LIKENESS_OUTBOUND_ALLOW",
    "LIKENESS_OUTBOUND_HTTP",
    "REST_FRAMEWORK",
    "SPECTACULAR_SETTINGS",
]

# Requests a minute, of one key or one signed-in person.
LIKENESS_API_RATE = env.int("LIKENESS_API_RATE", default=600)
# Streams of events that one process serves at a time (each holds a thread), and how long one lasts before the client
# comes back.
LIKENESS_API_STREAMS = env.int("LIKENESS_API_STREAMS", default=4)
LIKENESS_API_STREAM_SECONDS = env.int("LIKENESS_API_STREAM_SECONDS", default=60)

# "host:port" of hosts in a private network that webhooks, and addresses of pictures, may lead to; plain http too.
LIKENESS_OUTBOUND_ALLOW = env.list("LIKENESS_OUTBOUND_ALLOW", default=[])
# Whether others may be asked without TLS.
LIKENESS_OUTBOUND_HTTP = env.bool("LIKENESS_OUTBOUND_HTTP", default=False)

REST_FRAMEWORK: dict[str, Any] = {
    "EXCEPTION_HANDLER": "accounts.api.problems.exception_handler",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Likeness",
    "DESCRIPTION": (
        "Photographs that speak, with the consent of the person shown.\n\n"
        "Send an API key as `Authorization: Bearer lk_live_…`; an owner or administrator makes one on the page “API "
        "keys”. Every list is read page by page with `limit` and `cursor`. A POST with an `Idempotency-Key` can be "
        "sent again without being done again. Errors are problem details (RFC 9457)."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Aspect": "projects.models.Aspect.choices",
        "OrganizationKind": "accounts.models.OrganizationKind.choices",
        "CreditKind": "accounts.models.CreditKind.choices",
        "SubjectKind": "consent.models.SubjectKind.choices",
        "ConsentState": "consent.api.serializers.STATES",
        "EventState": "consent.models.asking.EventState.choices",
        "Scope": "consent.api.serializers.SCOPES",
        "CaseKind": "projects.moderation.models.CaseKind.choices",
        "CaseState": "projects.moderation.models.CaseState.choices",
        "RenderState": "rendering.states.RenderState.choices",
        "ClipState": "rendering.api.serializers.CLIP_STATES",
    },
    "PREPROCESSING_HOOKS": ["config.api.only_the_api"],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "config.api.with_problems"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
