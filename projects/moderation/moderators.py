"""The group “moderator”: staff who decide cases, and can do nothing else in the back office."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

GROUP = "moderator"
PERMISSIONS = ("view_case", "moderate_case")


def moderators_prepare(sender: AppConfig, **_: Any) -> None:
    """After each migration: the group is there, with these permissions and no others."""
    create_permissions(sender, verbosity=0)
    group, _created = Group.objects.get_or_create(name=GROUP)
    group.permissions.set(Permission.objects.filter(content_type__app_label="projects", codename__in=PERMISSIONS))
