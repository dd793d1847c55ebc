"""Batches for tests: a table, a script, and people who agreed or never lived."""

from projects.batches.models import Batch
from projects.batches.planning import Defaults
from projects.batches.services import batch_create
from projects.batches.sheet import read_sheet
from projects.models import Portrait
from tests.factories import PortraitFactory, SubjectFactory, statement_for

SCRIPT = "Hello {{name}}, welcome to {{city|our town}}."
TABLE = "name,city\nAna,Lisbon\nBo,\nCem,Izmir\n"


def invented_portrait(**values) -> Portrait:
    """The portrait of a figure that never lived, with the statement that says so."""
    portrait = PortraitFactory(subject__kind="fictional", **values)
    statement_for(portrait.subject)
    return portrait


def living_portrait(portrait: Portrait, name: str = "Mira Example") -> Portrait:
    """Another portrait in the same organisation and project, of a living adult who was not asked yet."""
    subject = SubjectFactory(organization=portrait.organization, created_by=portrait.created_by, name=name)
    return PortraitFactory(
        organization=portrait.organization,
        created_by=portrait.created_by,
        project=portrait.project,
        subject=subject,
        name=name,
    )


def batch_of(portrait: Portrait, table: str = TABLE, script: str = SCRIPT, *, chosen: bool = True, **defaults) -> Batch:
    """A batch in the portrait's organisation, nothing checked yet; `chosen`: with it where a row names no other."""
    return batch_create(
        organization=portrait.organization,
        acting_user=portrait.created_by,
        project=portrait.project,
        name="Autumn",
        template=script,
        sheet=read_sheet(table.encode()),
        file_name="people.csv",
        defaults=Defaults(portrait=portrait.pk if chosen else "", **defaults),
    )
