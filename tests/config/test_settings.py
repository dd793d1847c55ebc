"""What the settings make of the environment; each case is a process of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

NAMES = [
    "DEBUG",
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "DATABASES",
    "STORAGES",
    "DRAMATIQ_BROKER",
    "RABBITMQ_URL",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "CSRF_TRUSTED_ORIGINS",
    "CONTENT_SECURITY_POLICY",
    "LIKENESS_SITE_URL",
    "LIKENESS_MAX_UPLOAD_MB",
    "LIKENESS_KEYS_DIR",
    "LIKENESS_DATA_DIR",
    "WHITENOISE_USE_FINDERS",
]
PROGRAM = f"""
import json
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {NAMES}}}, default=str))
"""


@pytest.fixture
def read(tmp_path):
    """The settings in a clean environment with these variables, over an empty data folder."""

    def settings_with(**variables):
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LIKENESS_DATA_DIR": str(tmp_path / "data"),
            **variables,
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return settings_with


def test_the_defaults_are_safe_and_need_nothing(read, tmp_path):
    found = read()

    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]", "127.0.0.1"]
    assert found["LIKENESS_SITE_URL"] == "http://127.0.0.1:8000"
    assert found["LIKENESS_MAX_UPLOAD_MB"] == 25
    assert found["DRAMATIQ_BROKER"] == "stub"
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert "'unsafe-inline'" not in found["CONTENT_SECURITY_POLICY"]["script-src"]
    database = found["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "data" / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert found["STORAGES"]["default"]["BACKEND"] == "projects.storage.SignedFileStorage"


def test_the_secret_key_stays_the_same_and_can_be_given(read):
    assert read()["SECRET_KEY"] == read()["SECRET_KEY"]
    assert read(SECRET_KEY="given")["SECRET_KEY"] == "given"


def test_an_https_address_makes_everything_https(read):
    found = read(LIKENESS_SITE_URL="https://likeness.example/")

    assert found["LIKENESS_SITE_URL"] == "https://likeness.example"
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert "likeness.example" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://likeness.example"]


def test_postgresql_rabbitmq_and_s3_come_from_the_environment(read):
    found = read(
        DATABASE_URL="postgres://likeness:pass@db.example:5433/studio",
        RABBITMQ_URL="amqp://mq.example",
        S3_BUCKET="clips",
        S3_ENDPOINT_URL="https://s3.example",
        LIKENESS_MEDIA_ORIGINS="https://s3.example",
    )

    database = found["DATABASES"]["default"]
    assert (database["ENGINE"], database["HOST"], database["PORT"], database["NAME"]) == (
        "django.db.backends.postgresql",
        "db.example",
        5433,
        "studio",
    )
    assert (found["DRAMATIQ_BROKER"], found["RABBITMQ_URL"]) == ("rabbitmq", "amqp://mq.example")
    storage = found["STORAGES"]["default"]
    assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert storage["OPTIONS"]["bucket_name"] == "clips"
    assert storage["OPTIONS"]["endpoint_url"] == "https://s3.example"
    assert storage["OPTIONS"]["querystring_expire"] == 60
    assert "https://s3.example" in found["CONTENT_SECURITY_POLICY"]["media-src"]


def test_a_proxy_is_trusted_only_when_told_so(read):
    assert read(LIKENESS_TRUSTED_PROXY="true")["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_folders_are_whole_paths_wherever_the_site_is_started(read):
    assert read(LIKENESS_DATA_DIR="var/../var")["LIKENESS_DATA_DIR"] == str(settings.BASE_DIR / "var")
