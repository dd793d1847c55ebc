"""Calling the API as a program does: with a key."""

from collections.abc import Collection

from django.test import Client

from accounts.api.keys import NewKey, api_key_create
from accounts.api.scopes import SCOPES
from accounts.models import Membership, Organization, Role
from tests.factories import member_of

V1 = "/api/v1"


def key_for(organization: Organization, *, role: str = Role.OWNER, scopes: Collection[str] = SCOPES) -> NewKey:
    """A key whose maker has this role today; it was made while they were an owner."""
    user = member_of(organization, Role.OWNER)
    made = api_key_create(organization=organization, acting_user=user, name="Program", scopes=scopes)
    Membership.objects.filter(user=user, organization=organization).update(role=role)
    return made


def client_with(secret: str) -> Client:
    """A client that sends this key."""
    return Client(headers={"Authorization": f"Bearer {secret}"})


def client_for(organization: Organization, *, role: str = Role.OWNER, scopes: Collection[str] = SCOPES) -> Client:
    """A client with a new key."""
    return client_with(key_for(organization, role=role, scopes=scopes).secret)


def post_json(client: Client, path: str, body: object = None, **headers: str):
    """POST of a JSON body; names of headers with _ for -."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(V1 + path, body if body is not None else {}, content_type="application/json", headers=sent)
