from django.apps import apps

from projects.retention.declarations import WITHOUT_PERSONAL_DATA
from projects.retention.registry import declarations


def test_every_model_says_of_which_class_it_is_and_how_it_is_erased():
    declared = {declaration.model._meta.label for declaration in declarations()}
    every = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert every - declared - WITHOUT_PERSONAL_DATA == set()


def test_no_model_is_both_declared_and_without_personal_data_and_none_is_unknown():
    declared = {declaration.model._meta.label for declaration in declarations()}
    every = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert declared & WITHOUT_PERSONAL_DATA == set()
    assert declared | WITHOUT_PERSONAL_DATA <= every
