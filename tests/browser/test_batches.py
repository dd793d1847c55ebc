"""A table becomes clips, as a person does it."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership
from consent.services import subject_create
from projects.models import Clip
from projects.services import portrait_upload, project_create
from tests.browser.conftest import DESK, PHONE, PORTRAIT, sideways

TABLE = "first name;city;voice\nAna;Lisbon;\nBo;;Zeus\nАнна;Kyiv;\n"


@pytest.fixture
def figure(member: Membership) -> None:
    """A picture of somebody who never lived, in the member's organisation."""
    here = {"organization": member.organization, "acting_user": member.user}
    subject = subject_create(**here, kind="fictional", name="Ada Wren", statement="Drawn for this project.")
    project = project_create(**here, name="First")
    portrait_upload(**here, project=project, subject=subject, name="Ada Wren", data=PORTRAIT.read_bytes())


def file(content: str, name: str = "people.csv") -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


@pytest.mark.usefixtures("quick_films", "figure")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_table_is_checked_started_corrected_and_taken_home(
    open_page: Callable[..., Page], member: Membership, size: dict[str, int]
) -> None:
    page = open_page(user=member.user, size=size)
    page.goto("/batches/new/")
    page.get_by_label("Name", exact=True).fill("Autumn")
    page.get_by_label("Table", exact=True).set_input_files(file(TABLE))
    page.get_by_role("textbox", name="Script").fill("Hello {{first name, welcome.")
    page.get_by_label("Picture", exact=True).first.select_option(label="Ada Wren")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("is not closed")).to_be_visible()

    # The file that was chosen is still chosen.
    page.get_by_role("textbox", name="Script").fill("Hello {{first name}}, welcome to {{city|our house}}.")
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/batches/bat_*/")
    expect(page.get_by_text("Hello Ana, welcome to Lisbon.")).to_be_visible()
    expect(page.get_by_text("There is no voice “Zeus”")).to_be_visible()
    expect(page.get_by_text("Cyrillic")).to_be_visible()
    assert sideways(page) == 0
    assert not Clip.objects.exists()

    page.get_by_role("button", name="Make 1 clip").click()
    expect(page.get_by_role("heading", name="Finished")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 of 1 done")).to_be_visible()

    page.get_by_text("Correct rows in a spreadsheet").click()
    page.get_by_label("Corrected table").set_input_files(file("row,voice,first name\n3,,Bo\n4,,Anna\n"))
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("2 rows were changed")).to_be_visible()
    page.get_by_role("button", name="Make 2 clips").click()
    expect(page.get_by_text("3 of 3 done")).to_be_visible(timeout=60_000)

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download 3 clips as ZIP").click()
    archive = zipfile.ZipFile(io.BytesIO(downloading.value.path().read_bytes()))
    rows = json.loads(archive.read("manifest.json"))["rows"]
    assert [row["file"] for row in rows] == [
        "00002-autumn-row-2.mp4",
        "00003-autumn-row-3.mp4",
        "00004-autumn-row-4.mp4",
    ]
    assert archive.read(rows[0]["file"])[4:8] == b"ftyp"
