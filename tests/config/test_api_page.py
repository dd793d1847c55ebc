"""docs/api.md: its commands do what it says."""

import os
import re
import shutil
import subprocess

import pytest
from django.conf import settings

from accounts.services import credits_grant
from consent.models import ConsentRequest
from projects.models import Clip
from rendering.models import Render
from rendering.states import RenderState
from tests.api import key_for
from tests.factories import OrganizationFactory
from tests.services import absent

PAGE = settings.BASE_DIR / "docs" / "api.md"
PICTURE = settings.BASE_DIR / "samples" / "portrait.png"


@pytest.mark.django_db(transaction=True)
def test_the_commands_of_the_page_work(live_server):
    if not shutil.which("curl"):
        absent("no curl")
    organization = OrganizationFactory()
    credits_grant(organization=organization, seconds=600, reason="test")
    script = "set -euo pipefail\n" + "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.S | re.M))
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607  whichever bash is on the path
        env={
            **os.environ,
            "KEY": key_for(organization).secret,
            "SITE": live_server.url,
            "PICTURE": str(PICTURE),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr + done.stdout
    assert [code for code in re.findall(r'"code":"([a-z-]+)"', done.stdout) if code != "photo-good"] == [
        "consent-missing",
        "invalid",
    ]
    assert sorted(clip.words for clip in Clip.objects.all()) == [
        "Good evening. Your key, please.",
        "Hello.",
        "Hello.",  # the one of two scenes
    ]
    assert Render.objects.get().state == RenderState.CANCELLED
    assert ConsentRequest.objects.get().subject_name == "Mira Example"
    assert "whsec_" in done.stdout
