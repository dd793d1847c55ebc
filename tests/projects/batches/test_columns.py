import pytest

from projects.batches.columns import MappingError, Target, checked_mapping, column_for, guess_mapping, values_of


def test_heads_are_recognised_as_people_write_them():
    guessed = guess_mapping(["Foto", "Sprache", "First Name", "Format", "ID"])
    assert guessed == {
        "Foto": "portrait",
        "Sprache": "language",
        "First Name": "variable",
        "Format": "aspect",
        "ID": "reference",
    }


def test_of_two_columns_for_the_same_the_first_is_it():
    assert guess_mapping(["photo", "picture"]) == {"photo": "portrait", "picture": "variable"}


def test_what_is_wanted_pushes_a_guess_aside():
    for columns in (["photo", "face"], ["face", "photo"]):
        mapping = checked_mapping(columns, {"face": "portrait"})
        assert column_for(mapping, Target.PORTRAIT) == "face"
        assert mapping["photo"] == Target.VARIABLE


def test_two_columns_cannot_be_asked_to_be_the_same():
    with pytest.raises(MappingError, match="“a” and “b”"):
        checked_mapping(["a", "b"], {"a": "voice", "b": "voice"})


def test_a_column_cannot_be_for_something_unheard_of():
    with pytest.raises(MappingError, match="cannot be"):
        checked_mapping(["a"], {"a": "nonsense"})


def test_an_ignored_column_is_no_variable():
    assert values_of({"Name": "Ana", "Secret": "x"}, {"Name": "variable", "Secret": "ignored"}) == {"name": "Ana"}


def test_a_column_with_a_meaning_can_be_a_variable_too():
    assert values_of({"Voice": "heart"}, {"Voice": "voice"}) == {"voice": "heart"}
