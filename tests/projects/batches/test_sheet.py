import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.batches import sheet
from projects.batches.sheet import SheetError, column_letter, read_sheet, safe_cell


def cells(data: bytes | str, **options) -> list[tuple[str, ...]]:
    raw = data.encode() if isinstance(data, str) else data
    return [row.cells for row in read_sheet(raw, **options).rows]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbfname,city\nAna,Lisbon\n", [("Ana", "Lisbon")]),
        (b"name;city\r\nAna;Lisbon, Portugal\r\n", [("Ana", "Lisbon, Portugal")]),
        ("name;city\nBjörn;Málaga\n".encode("cp1252"), [("Björn", "Málaga")]),
        ("name\tcity\nAna\tŁódź\n".encode("utf-16"), [("Ana", "Łódź")]),
        (b"sep=;\r\nname;city\r\nAna;Lisbon\r\n", [("Ana", "Lisbon")]),
        (b'name,words\nAna,"Two lines,\nand a ""quoted"" word"\n', [("Ana", 'Two lines,\nand a "quoted" word')]),
        (b"name,city\n\n , \nAna,Lisbon\n", [("Ana", "Lisbon")]),
        (b"name,city,,\nAna,Lisbon,,\n", [("Ana", "Lisbon")]),
        (b"name,city\nAna\n", [("Ana", "")]),
        (b"name\rAna\rBo\r", [("Ana",), ("Bo",)]),
        (b"name\nAna", [("Ana",)]),
    ],
)
def test_a_table_is_read_as_people_make_it(data: bytes, expected: list[tuple[str, ...]]):
    assert cells(data) == expected


def test_rows_are_numbered_as_the_spreadsheet_shows_them():
    table = read_sheet(b'name,words\nAna,"a\nb\nc"\n\nBo,d\n')
    assert [row.number for row in table.rows] == [2, 4]


def test_a_formula_is_text():
    assert cells(b'name\n"=HYPERLINK(""http://x"",""y"")"\n') == [('=HYPERLINK("http://x","y")',)]


@pytest.mark.parametrize(
    ("data", "row", "column", "about"),
    [
        (b"name,Name\nA,B\n", 1, "B", "Two columns"),
        (b"name,,city\nA,B,C\n", 1, "B", "no name"),
        (b"name,city\nA,B\nC,D,E\n", 3, "C", "more cells"),
        (b'name,city\nA,B\n"C,D\n', 3, "", "quotation mark"),
        (b"name\nA\x07B\n", 2, "name", "no text has"),
        (b"x" * 200 + b"\nA\n", 1, "A", "longer than"),
        (b",".join(b"c%d" % n for n in range(101)) + b"\n1\n", 1, "", "101 columns"),
        (b"name\n", None, "", "no rows"),
        (b"", None, "", "empty"),
        (b"PK\x03\x04rest", None, "", "Save it as CSV"),
        (b"name\n" + b"\x81\x00\xff" * 40, None, "", "cannot be read"),
        (b'{"rows": 3}', None, "", "list of objects"),
        (b'[{"name": "A"}, 5]', 3, "", "not an object"),
        (b'[{"name": ["A"]}]', 2, "name", "text or a number"),
        (b'[{"name": "A"}, {"Name": "B"}]', 3, "Name", "called"),
        (b"[" * 100_000, None, "", "nested|no rows|JSON|quotation|names"),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_why(data: bytes, row: int | None, column: str, about: str):
    with pytest.raises(SheetError, match=about) as caught:
        read_sheet(data, name="people.json" if data[:1] in b"[{" else "people.csv")
    assert (caught.value.row, caught.value.column) == (row, column)


def test_a_table_with_more_rows_than_a_batch_holds_is_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MOST_ROWS", 3)
    assert len(cells(b"name\n1\n2\n3\n")) == 3
    with pytest.raises(SheetError, match="more than 3 rows"):
        read_sheet(b"name\n1\n2\n3\n4\n")
    with pytest.raises(SheetError, match="more than 3 rows"):
        read_sheet(json.dumps([{"name": n} for n in range(4)]).encode(), name="a.json")


def test_json_is_a_list_of_objects_or_such_a_list_as_rows():
    entries = [{"name": "Ana", "seat": 12, "vip": True}, {"name": "Bo", "note": None}]
    for data in (entries, {"rows": entries}):
        table = read_sheet(json.dumps(data).encode(), name="a.json")
        assert table.columns == ("name", "seat", "vip", "note")
        assert [row.cells for row in table.rows] == [("Ana", "12", "yes", ""), ("Bo", "", "", "")]


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\tx"])
def test_what_is_written_is_no_formula(cell: str):
    assert safe_cell(cell) == f"'{cell}"


def test_other_cells_are_written_as_they_are():
    assert [safe_cell(value) for value in ("Ana = Bo", 7, None)] == ["Ana = Bo", "7", ""]


def test_columns_have_the_letters_of_a_spreadsheet():
    assert [column_letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


@given(st.binary(max_size=300))
def test_no_bytes_lead_to_anything_but_a_table_or_a_told_error(data: bytes):
    try:
        table = read_sheet(data)
    except SheetError:
        return
    assert all(len(row.cells) == len(table.columns) for row in table.rows)
