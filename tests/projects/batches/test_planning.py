import pytest

from projects.batches.planning import Plan, Planner
from tests.factories import PortraitFactory
from tests.factories_batches import batch_of, invented_portrait, living_portrait

pytestmark = pytest.mark.django_db


def planned(table: str, script: str = "Hello {{name}}.", portrait=None, **defaults) -> Plan:
    """The plan of a table's first row."""
    batch = batch_of(portrait or invented_portrait(), table, script, **defaults)
    row = batch.rows.first()
    return Planner(batch).plan(row.number, row.cells)


def told(plan: Plan) -> str:
    return " ".join(problem["message"] for problem in plan.problems)


def test_a_row_becomes_words_a_voice_and_a_manner():
    plan = planned("name,style,format\nAna,presenter,9:16\n")
    assert plan.problems == []
    assert (plan.words, plan.voice, plan.style, plan.aspect) == ("Hello Ana.", "heart", "presenter", "9:16")
    assert plan.seconds > 0
    assert plan.title == "Autumn, row 2"


def test_a_missing_value_is_told_by_the_name_of_its_variable():
    plan = planned("name,city\n,Lisbon\n")
    assert [problem["column"] for problem in plan.problems] == ["name"]
    assert "{{name}}" in told(plan)


def test_words_in_a_row_stand_instead_of_the_script_and_may_have_variables():
    plan = planned("name,words\nAna,Bom dia {{name}}.\n", voice="heart")
    assert plan.words == "Bom dia Ana."


def test_what_a_voice_cannot_read_is_told_with_the_signs():
    plan = planned("name\nАнна\n")
    assert "Cyrillic" in told(plan)


def test_an_unknown_voice_names_those_that_there_are():
    plan = planned("name,voice\nAna,Zeus\n")
    assert "no voice “Zeus”" in told(plan)
    assert "Heart" in told(plan)
    assert plan.problems[0]["column"] == "voice"


def test_a_voice_that_is_not_installed_says_how_to_have_it():
    assert "is not installed here" in told(planned("name,voice\nAna,bm_george\n"))


@pytest.mark.parametrize("language", ["en", "en-US", "English", "EN_us"])
def test_a_language_finds_a_voice_that_speaks_it(language: str):
    plan = planned(f"name,language\nAna,{language}\n")
    assert (plan.voice, plan.problems) == ("heart", [])


def test_a_language_that_nobody_speaks_is_a_problem_of_its_column():
    plan = planned("name,language\nAna,Klingon\n")
    assert plan.problems[0]["column"] == "language"


def test_a_voice_and_a_language_have_to_go_together():
    plan = planned("name,voice,language\nAna,heart,fr\n")
    assert plan.problems != []


@pytest.mark.parametrize(
    ("written", "shape"),
    [("9:16", "9:16"), ("09:16:00", "9:16"), ("9x16", "9:16"), ("16:09", "16:9"), ("1:1", "1:1"), ("01:01:00", "1:1"),
     ("Square", "1:1"), ("landscape", "16:9"), ("", "photo")],
)  # fmt: skip
def test_shapes_are_read_as_people_and_spreadsheets_write_them(written: str, shape: str):
    assert planned(f"name,format\nAna,{written}\n").aspect == shape


def test_a_shape_that_there_is_not_is_a_problem():
    assert "no shape" in told(planned("name,format\nAna,4:3\n"))


@pytest.mark.parametrize(("cell", "yes"), [("yes", True), ("x", True), ("Ja", True), ("0", False), ("", False)])
def test_yes_and_no_are_read_as_people_write_them(cell: str, yes: bool):
    assert planned(f"name,captions\nAna,{cell}\n").captions is yes


def test_neither_yes_nor_no_is_a_problem():
    assert "neither yes nor no" in told(planned("name,public\nAna,maybe\n"))


def test_a_cell_whose_formula_failed_is_a_problem():
    assert "formula failed" in told(planned("name\n#REF!\n"))


def test_a_picture_is_found_by_its_name_by_whom_it_shows_or_by_its_number():
    portrait = invented_portrait(name="The door", subject__name="Ada Wren")
    for wanted in ("the door", "Ada  Wren", portrait.pk):
        assert planned(f"name,picture\nAna,{wanted}\n", portrait=portrait).portrait == portrait


def test_two_pictures_of_one_name_are_told_apart_by_their_numbers():
    portrait = invented_portrait(name="Mira")
    other = living_portrait(portrait, "Mira")
    plan = planned("name,picture\nAna,Mira\n", portrait=portrait)
    assert plan.portrait is None
    assert portrait.pk in told(plan)
    assert other.pk in told(plan)


def test_another_organisations_picture_is_not_there():
    stranger = PortraitFactory(name="Secret")
    for wanted in (stranger.pk, "Secret"):
        plan = planned(f"name,picture\nAna,{wanted}\n")
        assert plan.portrait is None
        assert "no picture" in told(plan)


def test_a_row_without_a_picture_says_so():
    batch = batch_of(invented_portrait(), "name\nAna\n", chosen=False)
    row = batch.rows.first()
    assert "no picture" in told(Planner(batch).plan(row.number, row.cells))


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    plan = planned("name,voice,format,captions\nАнна,Zeus,4:3,maybe\n")
    assert {problem["column"] for problem in plan.problems} >= {"voice", "format", "captions"}


def test_the_rows_own_number_and_title_name_its_clip():
    assert planned("name,id\nAna,K-17\n").title == "Autumn, K-17"
    assert planned("name,title\nAna,For Ana\n").title == "For Ana"


def test_captions_that_cannot_be_written_are_a_problem_of_their_column(monkeypatch):
    from rendering.engine.errors import WordsError  # noqa: PLC0415

    complaint = WordsError("captions-unwritable", "These letters cannot be written.", "Leave the captions out.")
    monkeypatch.setattr("projects.batches.planning.unwritable", lambda words: complaint)
    plan = planned("name,captions\nAna,yes\n")
    assert plan.problems == [
        {"column": "captions", "message": "These letters cannot be written. Leave the captions out."}
    ]
    assert planned("name,captions\nAna,no\n").problems == []
