"""A database of a thousand organisations and a million clips, written in bulk, as the tables' owner.

The few rows of each organisation go through the models; clips and renders are spread from one row of each by SQL, so
that a million of them take a minute, and a new column needs no change here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.api.keys import PREFIX
from accounts.api.models import ApiKey
from accounts.api.scopes import SCOPES
from accounts.ids import new_id
from accounts.models import CreditEntry, CreditKind, Membership, Organization, OrganizationKind, Role, User
from accounts.scopes import across_tenants
from consent.models import Subject, SubjectKind
from projects.models import Clip, Portrait, Project
from rendering.models import Render
from rendering.states import RenderState

PROJECTS, PORTRAITS = 4, 10
DAYS = 365


@dataclass(frozen=True)
class Tenant:
    """One organisation: its id, the secret of its key, and the number by which its rows were made."""

    number: int
    organization_id: str
    secret: str

    def clip_id(self, index: int) -> str:
        return _id("clp", self.number, index)

    def render_id(self, index: int) -> str:
        return _id("rnd", self.number, index)

    def project_id(self, index: int) -> str:
        return _id("prj", self.number, index)


def tenants_of(count: int) -> list[Tenant]:
    """So many organisations; the same ones each time."""
    return [Tenant(number, _id("org", number, 0), _secret(number)) for number in range(count)]


@across_tenants("a benchmark's database holds everybody's rows")
def fill(made: list[Tenant], clips: int) -> None:
    """Write these organisations, with `clips` clips each, nine of ten of them made."""
    tenants = len(made)
    with connection.cursor() as cursor:
        # What the rows name is there by construction; to check each of five keys a row takes longer than to write it.
        cursor.execute("SET session_replication_role = replica")
    with transaction.atomic():
        _organizations(made)
        _materials(made)
    first = made[0]
    clip = Clip(
        id="",
        organization_id=first.organization_id,
        created_by_id=_id("usr", 0, 0),
        project_id=first.project_id(0),
        portrait_id=_id("por", 0, 0),
        words="Good morning from the museum. The doors are open until six.",
        voice="heart",
        style="presenter",
        title="Good morning",
        created_at=timezone.now(),
    )
    owned = {
        "organization_id": _sql_id("org", "g", "0"),
        "created_by_id": _sql_id("usr", "g", "0"),
        "created_at": f"now() - random() * interval '{DAYS} days'",
    }
    _spread(
        clip,
        tenants,
        clips,
        {
            **owned,
            "id": _sql_id("clp", "g", "i"),
            "project_id": _sql_id("prj", "g", f"mod(i, {PROJECTS})"),
            "portrait_id": _sql_id("por", "g", f"mod(i, {PORTRAITS})"),
            "seed": "i",
        },
    )
    _renders(first, tenants, clips)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _organizations(tenants: list[Tenant]) -> None:
    Organization.objects.bulk_create(
        Organization(id=tenant.organization_id, name=f"Studio {tenant.number}", kind=OrganizationKind.BRAND)
        for tenant in tenants
    )
    User.objects.bulk_create(
        User(id=_id("usr", tenant.number, 0), email=f"person{tenant.number}@example.org", password="!")  # noqa: S106
        for tenant in tenants
    )
    Membership.objects.bulk_create(
        Membership(organization_id=tenant.organization_id, user_id=_id("usr", tenant.number, 0), role=Role.OWNER)
        for tenant in tenants
    )
    ApiKey.objects.bulk_create(
        ApiKey(
            organization_id=tenant.organization_id,
            created_by_id=_id("usr", tenant.number, 0),
            name="Benchmark",
            hint=tenant.secret[:12],
            sha256=hashlib.sha256(tenant.secret.encode()).hexdigest(),
            scopes=list(SCOPES),
            last_used_at=timezone.now(),
        )
        for tenant in tenants
    )
    CreditEntry.objects.bulk_create(
        CreditEntry(
            organization_id=tenant.organization_id, kind=CreditKind.GRANT, seconds=60, delta=60, reason="benchmark"
        )
        for tenant in tenants
        for _ in range(100)
    )


def _materials(tenants: list[Tenant]) -> None:
    Project.objects.bulk_create(
        Project(
            id=tenant.project_id(index),
            organization_id=tenant.organization_id,
            created_by_id=_id("usr", tenant.number, 0),
            name=f"Project {index}",
        )
        for tenant in tenants
        for index in range(PROJECTS)
    )
    Subject.objects.bulk_create(
        Subject(
            id=_id("sub", tenant.number, 0),
            organization_id=tenant.organization_id,
            created_by_id=_id("usr", tenant.number, 0),
            kind=SubjectKind.OTHER,
            name="Mira Example",
        )
        for tenant in tenants
    )
    Portrait.objects.bulk_create(
        Portrait(
            id=_id("por", tenant.number, index),
            organization_id=tenant.organization_id,
            created_by_id=_id("usr", tenant.number, 0),
            project_id=tenant.project_id(index % PROJECTS),
            subject_id=_id("sub", tenant.number, 0),
            name=f"Picture {index}",
            image="org/picture.jpg",
            sha256=hashlib.sha256(f"{tenant.number}.{index}".encode()).hexdigest(),
            width=720,
            height=900,
            faces=[{"box": [200.0, 200.0, 240.0, 300.0], "yaw": 0.0, "pitch": 0.0, "roll": 0.0, "score": 1.0}],
            face_index=0,
        )
        for tenant in tenants
        for index in range(PORTRAITS)
    )


def _renders(first: Tenant, tenants: int, clips: int) -> None:
    render = Render(
        id=new_id("rnd"),
        organization_id=first.organization_id,
        clip_id=first.clip_id(0),
        requested_by_id=_id("usr", 0, 0),
        seconds_held=5,
        attempt=1,
        progress=1.0,
        created_at=timezone.now(),
    )
    common = {
        "id": _sql_id("rnd", "g", "i"),
        "organization_id": _sql_id("org", "g", "0"),
        "clip_id": _sql_id("clp", "g", "i"),
        "requested_by_id": _sql_id("usr", "g", "0"),
        "created_at": f"now() - random() * interval '{DAYS} days'",
    }
    ends = {
        "mod(i, 20) < 18": {
            "state": f"'{RenderState.PUBLISHED}'",
            "output_key": "'org/clip.mp4'",
            "seconds_charged": "4",
            "finished_at": "now()",
        },
        "mod(i, 20) = 18": {
            "state": f"'{RenderState.FAILED}'",
            "error_code": "'worker-lost'",
            "error_message": "'It stopped half-way.'",
            "finished_at": "now()",
        },
    }
    for condition, columns in ends.items():
        _spread(render, tenants, clips, {**common, **columns}, condition)


def _spread(row: Model, tenants: int, clips: int, columns: Mapping[str, str], condition: str = "true") -> None:
    """Write `row` for each tenant g and index i, with these columns as SQL says."""
    fields = row._meta.concrete_fields
    parameters: list[Any] = []
    values = []
    for field in fields:
        if (sql := columns.get(str(field.column))) is not None:
            values.append(sql)
            continue
        values.append(f"%s::{field.db_type(connection)}")
        parameters.append(field.get_db_prep_save(field.pre_save(row, add=False), connection))
    names = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{row._meta.db_table}" ({names}) SELECT {", ".join(values)} '  # noqa: S608  own constants
            f"FROM generate_series(0, {tenants - 1}) g, generate_series(0, {clips - 1}) i WHERE {condition}",
            parameters,
        )


def _id(prefix: str, tenant: int, index: int) -> str:
    return f"{prefix}_{hashlib.md5(f'{prefix}.{tenant}.{index}'.encode()).hexdigest()[:16]}"  # noqa: S324  no secret


def _sql_id(prefix: str, tenant: str, index: str) -> str:
    """The same in SQL."""
    return f"'{prefix}_' || substr(md5('{prefix}.' || ({tenant}) || '.' || ({index})), 1, 16)"


def _secret(number: int) -> str:
    return PREFIX + hashlib.sha256(f"benchmark {number}".encode()).hexdigest()[:32]
