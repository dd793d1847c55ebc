"""What does not get into a log."""

import json
import logging

import pytest
from django.conf import settings

from config.redaction import redact


@pytest.mark.parametrize(
    "key", ["password", "SECRET_KEY", "token", "Authorization", "api_key", "email", "e-mail", "typed_name", "client_ip"]
)
def test_values_of_secret_keys_are_hidden(key):
    assert redact(None, "info", {"event": "x", key: "value"})[key] == "[hidden]"


def test_nested_values_are_hidden_too():
    event = redact(
        None, "info", {"event": "x", "data": {"user": {"password": "p", "id": "usr_1"}}, "list": ["a@b.org"]}
    )

    assert event["data"] == {"user": {"password": "[hidden]", "id": "usr_1"}}
    assert event["list"] == ["[e-mail]"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail to ana.b+c@example.org failed", "mail to [e-mail] failed"),
        ("GET /consent/crq_0123456789abcdef:sig-na_ture/ 200", "GET /consent/[token]/ 200"),
        ("GET /receipt/crq_0123456789abcdef:sig-na_ture/withdraw/", "GET /receipt/[token]/withdraw/"),
        ("GET /media/WyJrZXkiLDE3OTAsIiJd:1abcde:signature HTTP/1.1", "GET /media/[token] HTTP/1.1"),
        ("https://s3/clip?X-Amz-Signature=abc123&x=1", "https://s3/clip?X-Amz-Signature=[signature]&x=1"),
        ("render rnd_1 published in 4.2 s", "render rnd_1 published in 4.2 s"),
        ("GET /consent/ 200", "GET /consent/ 200"),
    ],
)
def test_addresses_and_tokens_are_cut_out_of_texts(text, clean):
    assert redact(None, "info", {"event": text})["event"] == clean


def test_a_line_of_a_plain_logger_is_redacted(capsys):
    formatter = settings.LOGGING["formatters"]["structured"]
    handler = logging.StreamHandler()
    handler.setFormatter(
        formatter["()"](processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"])
    )
    record = logging.makeLogRecord(
        {"msg": "sent to %s", "args": ("ana@example.org",), "name": "x", "levelname": "INFO"}
    )

    assert "ana@example.org" not in handler.format(record)
    assert "[e-mail]" in handler.format(record)


def test_json_lines_stay_json():
    assert json.dumps(redact(None, "info", {"event": "x", "count": 3, "ok": True, "none": None}))
