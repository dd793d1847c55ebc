"""The apps, the middleware, the templates, and what the site knows about itself."""

from config.settings.environment import BASE_DIR, LIKENESS_DATA_DIR, env

__all__ = [
    "BASE_DIR",
    "DEBUG",
    "DEFAULT_AUTO_FIELD",
    "INSTALLED_APPS",
    "LANGUAGE_CODE",
    "LIKENESS_CONSENT_DAYS",
    "LIKENESS_DATA_DIR",
    "LIKENESS_MAX_UPLOAD_MB",
    "LIKENESS_REQUEST_DAYS",
    "LIKENESS_SITE_URL",
    "MIDDLEWARE",
    "ROOT_URLCONF",
    "TEMPLATES",
    "TIME_ZONE",
    "USE_I18N",
    "USE_TZ",
    "WSGI_APPLICATION",
]

DEBUG = env.bool("DJANGO_DEBUG", default=False)

# Where people reach the site: consent links and receipts are printed with it.
LIKENESS_SITE_URL = env.str("LIKENESS_SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
LIKENESS_MAX_UPLOAD_MB = env.int("LIKENESS_MAX_UPLOAD_MB", default=25)
# How long a link that asks for consent can be answered, and how long a consent given on it holds.
LIKENESS_REQUEST_DAYS = env.int("LIKENESS_REQUEST_DAYS", default=14)
LIKENESS_CONSENT_DAYS = env.int("LIKENESS_CONSENT_DAYS", default=365)

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts",
    "consent",
    "projects",
    "rendering",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.headers.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.limits.UploadLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.DeviceSeenMiddleware",
    "accounts.middleware.TenantScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.tenancy",
                "accounts.billing.context.spending",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
