"""The table in the documentation is the gate's own."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from consent.gate import Action, SubjectKind
from consent.matrix import as_markdown, matrix

PAGE = Path(settings.BASE_DIR) / "docs" / "consent.md"


def test_the_page_holds_the_table_as_the_gate_fills_it_now():
    assert as_markdown(matrix()) in PAGE.read_text(encoding="utf-8"), "run: manage.py consent_matrix, and paste it"


def test_every_kind_of_subject_has_a_line_that_is_allowed_and_one_that_is_not():
    for kind in SubjectKind:
        verdicts = {allowed for row in matrix() if row.kind == kind for allowed in row.allowed.values()}
        assert verdicts == {True, False}


def test_what_was_not_said_allows_nothing():
    silent = [row for row in matrix() if row.said in ("nothing", "asked, no answer")]

    assert len(silent) >= len(SubjectKind)
    assert not any(any(row.allowed.values()) for row in silent)


def test_a_line_that_is_not_allowed_says_why():
    assert all(row.reason for row in matrix() if not all(row.allowed.values()))


def test_no_line_stands_twice():
    lines = [(row.kind, row.clip, row.said) for row in matrix()]

    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_the_command_prints_all_lines(arguments, capsys):
    call_command("consent_matrix", *arguments)

    out = capsys.readouterr().out
    rows = json.loads(out) if arguments else out.splitlines()[2:]
    assert len(rows) == len(matrix())
    assert not arguments or set(rows[0]["allowed"]) == set(Action)
