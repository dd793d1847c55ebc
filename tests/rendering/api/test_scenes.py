"""Clips of several scenes, by a program."""

import pytest

from accounts.services import credits_grant
from consent.models import ConsentRequest
from projects.models import MOST_SCENES, Clip
from tests.api import V1, client_for, post_json
from tests.factories import PortraitFactory, answer, portraits_of_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    found = portraits_of_people("Ada", "Ben")
    credits_grant(organization=found[0].organization, seconds=60, reason="test")
    return found


@pytest.fixture
def client(people):
    return client_for(people[0].organization)


def dialogue(people, **changes):
    ada, ben = people
    second = {"portrait": ben.pk, "words": "Good evening to you.", "fade": 0.4, "style": "social"}
    third = {"portrait": ada.pk, "words": "And good night."}
    return {"portrait": ada.pk, "words": "Good evening.", "scenes": [second | changes, third], "caption_names": True}


def test_a_dialogue_is_made_and_told_with_its_scenes(client, people):
    made = post_json(client, "/clips", dialogue(people))
    assert made.status_code == 201, made.json()
    clip = made.json()
    assert [(scene["portrait"], scene["words"], scene["fade"]) for scene in clip["scenes"]] == [
        (people[1].pk, "Good evening to you.", 0.4),
        (people[0].pk, "And good night.", 0.0),
    ]
    assert (clip["layout"], clip["caption_names"]) == ("turns", True)
    assert client.get(f"{V1}/clips/{clip['id']}").json() == clip


def test_a_clip_of_one_scene_has_no_further_ones(client, people):
    made = post_json(client, "/clips", {"portrait": people[0].pk, "words": "Good evening."}).json()
    assert (made["scenes"], made["layout"]) == ([], "turns")


def test_everybody_who_has_not_agreed_is_named_with_a_link(client, people):
    clip = post_json(client, "/clips", dialogue(people)).json()["id"]
    refused = post_json(client, f"/clips/{clip}/renders")
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "consent-missing")
    assert [link["name"] for link in problem["links"]] == ["Ada", "Ben"]
    assert problem["url"] == problem["links"][0]["url"]

    answer(ConsentRequest.objects.get(subject=people[0].subject))
    standing = client.get(f"{V1}/clips/{clip}/consent").json()
    assert [(part["name"], part["allowed"]) for part in standing["parts"]] == [("Ada", True), ("Ben", False)]
    assert standing["allowed"] is False
    again = post_json(client, f"/clips/{clip}/consent").json()
    assert [link["name"] for link in again["links"]] == ["Ben"]

    answer(ConsentRequest.objects.get(subject=people[1].subject))
    assert post_json(client, f"/clips/{clip}/renders").status_code == 201


def test_a_clip_is_found_by_any_of_those_it_shows(client, people):
    clip = post_json(client, "/clips", dialogue(people)).json()["id"]
    for portrait in people:
        for query in (f"portrait={portrait.pk}", f"subject={portrait.subject_id}"):
            assert [found["id"] for found in client.get(f"{V1}/clips?{query}").json()["data"]] == [clip]


def test_another_tenants_picture_or_recording_is_not_there(client, people):
    for changes in ({"portrait": PortraitFactory().pk}, {"recording": "rec_0123456789abcdef", "words": ""}):
        refused = post_json(client, "/clips", dialogue(people, **changes))
        assert refused.status_code == 422
        field = next(iter(changes))
        assert refused.json()["errors"] == [{"field": f"scenes.0.{field}", "detail": "There is nothing with this id."}]
    assert not Clip.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fade": 9}, "scenes.0.fade"),
        ({"style": "grand"}, "scenes.0.style"),
        ({"words": ""}, "scenes.0.words"),
        ({"portrait": None}, "scenes.0.portrait"),
    ],
)
def test_what_is_wrong_with_a_scene_is_told_by_its_place(client, people, changes, field):
    refused = post_json(client, "/clips", dialogue(people, **changes))
    assert refused.status_code == 422, refused.json()
    assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_too_many_scenes_are_refused(client, people):
    order = dialogue(people)
    order["scenes"] *= MOST_SCENES
    assert post_json(client, "/clips", order).status_code == 422
