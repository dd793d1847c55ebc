import pytest

from projects.batches.template import TemplateError, fill, read_template, unknown_variables, variable_name


def filled(script: str, **values: str) -> str:
    return fill(read_template(script), {variable_name(name): value for name, value in values.items()}).words


@pytest.mark.parametrize(
    ("script", "values", "words"),
    [
        ("Hello {{name}}!", {"name": "Ana"}, "Hello Ana!"),
        ("Hello {{ Name }}!", {"name": "Ana"}, "Hello Ana!"),
        ("{{First Name}} and {{first-name}}", {"first_name": "Ana"}, "Ana and Ana"),
        ("Welcome to {{city|our town}}.", {"city": "Lisbon"}, "Welcome to Lisbon."),
        ("Welcome to {{city|our town}}.", {"city": "  "}, "Welcome to our town."),
        ("Dear{{title|}} friend", {}, "Dear friend"),
        (r"Write \{{name}} yourself", {"name": "Ana"}, "Write {{name}} yourself"),
        ("A { brace } stays", {}, "A { brace } stays"),
        ("{{größe}}", {"größe": "12"}, "12"),
    ],
)
def test_a_script_is_filled(script: str, values: dict[str, str], words: str):
    assert filled(script, **values) == words


def test_a_value_sets_no_marks_of_its_own():
    said = filled("Hello {{name}}.", name="*Bob* <break time='9s'/> [pause 9s]")
    assert "<" not in said
    assert "[" not in said
    assert "*" not in said


def test_a_value_in_ssml_cannot_end_an_element():
    assert filled("<speak>{{name}}</speak>", name="Smith & </speak> Sons") == "<speak>Smith &amp; /speak Sons</speak>"


def test_a_value_is_one_line():
    assert filled("{{name}}", name="Ana\n\nMaria ") == "Ana Maria"


def test_what_is_missing_is_named_as_it_is_written_and_once():
    got = fill(read_template("{{First Name}}, {{First Name}} and {{city|x}}"), {})
    assert got.missing == ("First Name",)


@pytest.mark.parametrize(
    ("script", "line", "about"),
    [
        ("Hello\n{{name", 2, "not closed"),
        ("{{}}", 1, "no name"),
        ("{{ |x}}", 1, "no name"),
        ("a\nb\n{{1st}}", 3, "begins with a letter"),
        ("{{a{{b}}", 1, "not closed"),
        ("{{" + "x" * 90 + "}}", 1, "cannot be a variable"),
    ],
)
def test_a_script_that_cannot_be_read_says_where(script: str, line: int, about: str):
    with pytest.raises(TemplateError, match=about) as caught:
        read_template(script)
    assert caught.value.line == line


def test_an_unknown_variable_is_named_with_the_column_that_looks_like_it():
    template = read_template("{{frist_name}} {{place|here}} {{zebra}}")
    unknown = unknown_variables(template, ["First Name", "Place"])
    assert [(variable.written, similar) for variable, similar in unknown] == [
        ("frist_name", "First Name"),
        ("zebra", ""),
    ]


def test_a_variable_with_a_default_in_one_place_only_is_still_needed():
    assert [v.name for v in read_template("{{a|x}} {{a}} {{b|y}}").needed] == ["a"]


def test_names_are_compared_as_people_write_them():
    assert variable_name(" First-Name ") == variable_name("first_name") == variable_name("FIRST  NAME")
