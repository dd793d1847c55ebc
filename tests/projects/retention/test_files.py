import hashlib

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto import mock_aws

from projects.retention.files import file_erase


def test_a_file_is_removed_and_its_hash_told():
    key = default_storage.save("org/org_1/a.png", ContentFile(b"a face"))
    erased = file_erase(key)
    assert (erased.sha256, erased.bytes) == (hashlib.sha256(b"a face").hexdigest(), 6)
    assert not default_storage.exists(key)


@pytest.mark.parametrize("key", ["", "org/org_1/never.png"])
def test_there_is_nothing_to_tell_of_a_file_that_is_not_there(key):
    assert file_erase(key) is None


@pytest.fixture
def bucket(settings, monkeypatch):
    """A bucket with versioning, as the site's storage."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        made = boto3.resource("s3", region_name="us-east-1").create_bucket(Bucket="faces")
        made.Versioning().enable()
        options = {"bucket_name": "faces", "region_name": "us-east-1", "file_overwrite": True}
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
        }
        yield made


def test_on_s3_every_version_goes_also_behind_a_marker_and_no_other_key(bucket):
    for content in (b"first", b"second"):
        default_storage.save("org/org_1/a.png", ContentFile(content))
    default_storage.save("org/org_1/a.png.txt", ContentFile(b"another"))
    erased = file_erase("org/org_1/a.png")
    assert (erased.sha256, erased.versions) == (hashlib.sha256(b"second").hexdigest(), 2)
    assert [version.object_key for version in bucket.object_versions.all()] == ["org/org_1/a.png.txt"]
    default_storage.delete("org/org_1/a.png.txt")
    assert file_erase("org/org_1/a.png.txt").versions == 2
    assert list(bucket.object_versions.all()) == []
