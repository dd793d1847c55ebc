"""The second layer of isolation: managers that show the rows of the active scope, and nothing where there is none.

Every model with a foreign key called `organization` gets them, whoever wrote it; so do organisations themselves. The
forward side of foreign keys, `save()`, `delete()` and `refresh_from_db()` go through the same manager. What this does
not stop: raw SQL through a cursor, on SQLite. On PostgreSQL accounts.row_security stops that as well.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from accounts.scopes import EVERYTHING, ScopeError, active_ids

TENANT_FIELD = "organization"
ORGANIZATION = "accounts.Organization"

M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    """Refuses to write into an organisation that is not in the scope."""

    def _insert(self, objs: Sequence[M], *args: Any, **kwargs: Any) -> Any:
        # Reached by save(), create() and bulk_create() alike.
        column = tenant_column(self.model)
        for one in objs:
            _refuse_foreign(self.model, getattr(one, column or "pk"))
        return super()._insert(objs, *args, **kwargs)  # type: ignore[misc]  # Django's own, without stubs

    def _update(self, values: Iterable[Any]) -> int:
        values = list(values)
        for field, _, value in values:
            if field.attname == tenant_column(self.model):
                _refuse_foreign(self.model, getattr(value, "pk", value))
        count: int = super()._update(values)  # type: ignore[misc]
        return count

    def update(self, **kwargs: Any) -> int:
        for name in (TENANT_FIELD, f"{TENANT_FIELD}_id"):
            if name in kwargs and tenant_column(self.model):
                _refuse_foreign(self.model, getattr(kwargs[name], "pk", kwargs[name]))
        return super().update(**kwargs)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        if kwargs.get("update_conflicts") and active_ids() is not EVERYTHING:
            raise ScopeError("An upsert may overwrite another organisation's row: update and create apart.")
        return super().bulk_create(objs, *args, **kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        if active_ids() is not EVERYTHING:
            raise ScopeError("Raw SQL is not filtered: use the query API, or say why all rows may be seen.")
        return super().raw(*args, **kwargs)


class TenantManager(models.Manager[M]):
    """Rows of the organisations in the active scope. Raises ScopeError where no scope is active."""

    def get_queryset(self) -> models.QuerySet[M]:
        ids = active_ids()
        rows: models.QuerySet[M] = TenantQuerySet(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]
        if ids is EVERYTHING:
            return rows
        return rows.filter(**{f"{tenant_column(self.model) or 'pk'}__in": ids})

    def none(self) -> models.QuerySet[M]:
        # Forms name it where no scope is active yet, and it shows nothing anyway.
        return models.QuerySet(self.model, using=self._db).none()


def tenant_column(model: type[models.Model]) -> str:
    """The attribute that names the organisation of a row; "" for an organisation itself."""
    return "" if model._meta.label == ORGANIZATION else f"{TENANT_FIELD}_id"


def is_tenant_model(model: type[models.Model]) -> bool:
    """Whether the model's rows belong to an organisation."""
    if model._meta.label == ORGANIZATION:
        return True
    return any(field.name == TENANT_FIELD and _leads_to_organization(field) for field in model._meta.local_fields)


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows belong to an organisation."""
    return [model for model in apps.get_models(include_auto_created=True) if is_tenant_model(model)]


def scope_model(sender: type[models.Model], **kwargs: object) -> None:
    """Receives class_prepared: puts the tenant's manager in the place of Django's own."""
    options = sender._meta
    historical = options.apps is not apps  # a migration's picture of a model
    if historical or options.abstract or options.proxy or not is_tenant_model(sender):
        return
    if any(not manager.auto_created and not isinstance(manager, TenantManager) for manager in options.local_managers):
        raise ImproperlyConfigured(f"{options.label} belongs to an organisation: its managers have to be TenantManager")
    options.local_managers = [one for one in options.local_managers if not one.auto_created]
    if not options.local_managers:
        sender.add_to_class("objects", TenantManager())
    options.base_manager_name = options.local_managers[0].name
    options._expire_cache()  # type: ignore[attr-defined]
    # "managers", "base_manager" and "default_manager" are computed once.
    for name in ("managers", "managers_map", "base_manager", "default_manager"):
        options.__dict__.pop(name, None)


def _leads_to_organization(field: Any) -> bool:
    if not isinstance(field, models.ForeignKey):
        return False
    # A name, as long as the other model is not made yet.
    target: Any = field.remote_field.model
    return ORGANIZATION in (target, getattr(getattr(target, "_meta", None), "label", ""))


def _refuse_foreign(model: type[models.Model], organization_id: object) -> None:
    ids = active_ids()
    if ids is not EVERYTHING and organization_id not in ids:
        raise ScopeError(f"This {model._meta.verbose_name} would be written into an organisation outside the scope.")
