import re

import pytest
from django.urls import reverse

from projects.moderation.models import AbuseReport, Case, CaseAnswer, CaseKind, CaseState, Decision, Verdict
from projects.moderation.opening import case_open
from projects.moderation.services import case_decide
from tests import factories
from tests.factories import ClipFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return factories.moderator()


@pytest.fixture
def case():
    clip = ClipFactory()
    return case_open(key="t", kind=CaseKind.WORDS, risk=3, summary="A test.", organization=clip.organization, clip=clip)


def test_a_stranger_reports_a_clip(client):
    clip = ClipFactory(title="A secret title")
    address = reverse("projects:report", args=[clip.pk])
    assert b"A secret title" not in client.get(address).content
    answer = client.post(address, {"reason": "fraud", "message": "That is not what was said."})
    assert answer.status_code == 200
    assert AbuseReport.objects.get().case.clip == clip


def test_a_take_down_request_without_a_name_says_what_is_missing(client):
    clip = ClipFactory()
    answer = client.post(reverse("projects:report", args=[clip.pk]), {"reason": "intimate", "takedown": "on"})
    assert answer.status_code == 422
    assert b"Sign the request with your name." in answer.content
    assert not AbuseReport.objects.exists()


@pytest.mark.parametrize("clip_id", ["clp_0000000000000000", "rnd_0000000000000000", "nonsense"])
def test_a_clip_that_is_not_there_cannot_be_reported(client, clip_id):
    assert client.get(reverse("projects:report", args=[clip_id])).status_code == 404


def test_the_queue_and_the_case_are_shown_to_a_moderator(client, moderator, case):
    client.force_login(moderator)
    queue = client.get("/admin/projects/case/").content.decode()
    link = re.search(r'href="(/admin/projects/case/cas[^"]+/change/)', queue)
    page = client.get(link.group(1)).content.decode()
    assert case.clip.words in page
    assert "A test." in page


def test_a_moderator_decides_on_the_page(client, moderator, case):
    client.force_login(moderator)
    answer = client.post(f"/admin/projects/case/{case.pk}/change/", {"verdict": "take-down", "reason": "It is fraud."})
    assert answer.status_code == 302
    assert Decision.objects.get().reason == "It is fraud."


def test_another_moderator_reverses_on_the_page(client, moderator, case):
    decision = case_decide(acting_user=moderator, case=case, verdict=Verdict.TAKE_DOWN, reason="It is fraud.")
    address = reverse("admin:moderation_reverse", args=[case.pk, decision.pk])
    client.force_login(moderator)
    client.post(address, {"reason": "No."})
    assert Decision.objects.count() == 1
    client.force_login(factories.moderator())
    client.post(address, {"reason": "It is not."})
    assert Case.objects.get().state == CaseState.OPEN


@pytest.mark.parametrize(
    "path",
    ["accounts/user/", "accounts/organization/", "consent/subject/", "projects/portrait/", "projects/legalhold/"],
)
def test_a_moderator_can_do_nothing_else_in_the_back_office(client, moderator, path):
    client.force_login(moderator)
    assert client.get(f"/admin/{path}").status_code == 403


@pytest.mark.parametrize("path", ["", "figures/", "{case}/change/", "{case}/media/photo/", "{case}/reverse/dcs_x/"])
@pytest.mark.parametrize(("staff", "status"), [(False, 302), (True, 403)])
def test_nobody_but_a_moderator_comes_to_the_desk(client, case, path, staff, status):
    client.force_login(UserFactory(is_staff=staff))
    assert client.get(f"/admin/projects/case/{path.format(case=case.pk)}").status_code == status


def test_the_figures_are_shown(client, moderator, case):
    client.force_login(moderator)
    assert "Flagged words" in client.get("/admin/projects/case/figures/").content.decode()


def test_the_back_office_has_a_policy_of_its_own(client):
    admin = client.get("/admin/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in admin
    assert "unsafe-inline" not in admin.partition("script-src")[2].partition(";")[0]
    assert client.get("/").headers["Content-Security-Policy"] != admin


def test_an_organization_reads_why_and_answers(client, moderator, case):
    case_decide(acting_user=moderator, case=case, verdict=Verdict.ASK, reason="Who wrote these words?")
    client.force_login(case.clip.created_by)
    page = client.get(reverse("projects:decisions")).content.decode()
    assert "Who wrote these words?" in page
    client.post(reverse("projects:decision_answer", args=[case.pk]), {"text": "We did."})
    assert CaseAnswer.objects.get().text == "We did."


def test_another_organization_cannot_answer(client, moderator, case):
    case_decide(acting_user=moderator, case=case, verdict=Verdict.ASK, reason="Who wrote these words?")
    client.force_login(member_of(ClipFactory().organization))
    answer = client.post(reverse("projects:decision_answer", args=[case.pk]), {"text": "We did."})
    assert answer.status_code == 404
    assert Case.objects.get().state == CaseState.WAITING
