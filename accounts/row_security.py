"""The third layer of isolation, on PostgreSQL alone: row-level security, and foreign keys that name the tenant.

Policies follow the models, as content types do: `policies_apply` runs after every `migrate`, as the tables' owner, and
does what is missing. A policy lets through the organisations in the setting `app.organizations`: ids with commas
between, or "*". `tell_scope` writes the active scope (accounts.scopes) there, together with each statement and for that
statement's transaction only, so that nothing stays on a connection that is pooled.

It stops what was forgotten, not injected SQL: whoever can run any statement can change the setting.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.scopes import EVERYTHING, Ids, ScopeError, resolvable_ids
from accounts.scoping import is_tenant_model, tenant_column, tenant_models

SETTING = "app.organizations"
POLICY = "tenant"
ALL = "*"
_ID = re.compile(r"[0-9a-z_]+")
# Everything else (DDL, SAVEPOINT, SET) touches no row, and some of it cannot stand behind another statement.
_TOUCHES_ROWS = re.compile(r"\s*\(*\s*(SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN|MERGE)\b", re.IGNORECASE)


# ------------------------------------------------------------------------------------------------ at run time
def connect(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Receives connection_created."""
    if connection.vendor == "postgresql" and tell_scope not in connection.execute_wrappers:
        connection.execute_wrappers.append(tell_scope)


def tell_scope(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Wraps every statement: says in the same round trip, for the same transaction, whose rows it may touch."""
    text = sql if isinstance(sql, str) else ""
    if not _TOUCHES_ROWS.match(text):
        return execute(sql, params, many, context)
    setting = f"SELECT set_config('{SETTING}', '{_written(resolvable_ids())}', true)"
    if many:
        with transaction.atomic(using=context["connection"].alias):
            context["connection"].cursor().cursor.execute(setting)
            return execute(sql, params, many, context)
    result = execute(f"{setting}; {text}", params, many, context)
    context["cursor"].cursor.nextset()
    return result


def _written(ids: Ids) -> str:
    if ids is EVERYTHING:
        return ALL
    for one in ids:
        if not _ID.fullmatch(one):
            raise ScopeError(f"{one!r} is not an organisation's id")
    return ",".join(sorted(ids))


# ------------------------------------------------------------------------------------------------ the schema
def policies_apply(**kwargs: object) -> None:
    """Receives post_migrate: every table of tenants' rows has its policy, every key between two names the tenant."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for model in tenant_models():
            _secure(cursor, model)
        for key in composite_keys():
            _bind(cursor, key)


def _secure(cursor: Any, model: type[models.Model]) -> None:
    table = model._meta.db_table
    column = tenant_column(model) or _key_column(model)
    cursor.execute("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
    (secured,) = cursor.fetchone()
    if not secured:
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    cursor.execute("SELECT 1 FROM pg_policies WHERE tablename = %s AND policyname = %s", [table, POLICY])
    if cursor.fetchone() is None:
        # Sub-selects, so that the setting is read once a statement and not once a row.
        allowed = (
            f"(SELECT current_setting('{SETTING}', true)) = '{ALL}' OR "
            f"\"{column}\" = ANY ((SELECT string_to_array(current_setting('{SETTING}', true), ','))::text[])"
        )
        cursor.execute(f'CREATE POLICY {POLICY} ON "{table}" USING ({allowed}) WITH CHECK ({allowed})')


@dataclass(frozen=True)
class CompositeKey:
    """A foreign key from a tenant's row to a tenant's row, together with the tenant of both."""

    table: str
    column: str
    tenant: str
    target: str
    target_key: str
    target_tenant: str

    @property
    def name(self) -> str:
        return _named(self.table, self.column, "same_tenant")

    @property
    def unique_name(self) -> str:
        return _named(self.target, self.target_key, "of_tenant")


def composite_keys() -> Iterator[CompositeKey]:
    """Every foreign key that leads from one tenant model to another."""
    for model in tenant_models():
        if not tenant_column(model):
            continue
        for field in model._meta.local_fields:
            target = field.remote_field.model if isinstance(field, models.ForeignKey) else None
            if target is None or not is_tenant_model(target) or not tenant_column(target):
                continue
            yield CompositeKey(
                table=model._meta.db_table,
                column=str(field.column),
                tenant=tenant_column(model),
                target=target._meta.db_table,
                target_key=_key_column(target),
                target_tenant=tenant_column(target),
            )


def _key_column(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


def _bind(cursor: Any, key: CompositeKey) -> None:
    if not _has_constraint(cursor, key.target, key.unique_name):
        cursor.execute(
            f'ALTER TABLE "{key.target}" ADD CONSTRAINT "{key.unique_name}" '
            f'UNIQUE ("{key.target_key}", "{key.target_tenant}")'
        )
    if not _has_constraint(cursor, key.table, key.name):
        cursor.execute(
            f'ALTER TABLE "{key.table}" ADD CONSTRAINT "{key.name}" FOREIGN KEY ("{key.column}", "{key.tenant}") '
            f'REFERENCES "{key.target}" ("{key.target_key}", "{key.target_tenant}") DEFERRABLE INITIALLY DEFERRED'
        )


def _has_constraint(cursor: Any, table: str, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s", [table, name])
    return cursor.fetchone() is not None


def _named(table: str, column: str, what: str) -> str:
    # PostgreSQL cuts names off at 63 bytes.
    digest = hashlib.sha256(f"{table}.{column}".encode()).hexdigest()[:8]
    return f"{table[:24]}_{column[:16]}_{digest}_{what}"


# ------------------------------------------------------------------------------------------------ is it so?
def faults() -> list[str]:
    """What of the third layer is missing here, in words; an empty list on SQLite, which has none to miss."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        return [*_role_faults(cursor), *_table_faults(cursor)]


def _role_faults(cursor: Any) -> Iterator[str]:
    cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    role, is_superuser, bypasses = cursor.fetchone()
    if is_superuser:
        yield f"The role {role} is a superuser, which no policy holds back."
    if bypasses:
        yield f"The role {role} has BYPASSRLS."
    for model in tenant_models():
        table = model._meta.db_table
        cursor.execute(
            "SELECT pg_get_userbyid(relowner) = current_user, has_table_privilege(oid, 'TRUNCATE') "
            "FROM pg_class WHERE oid = to_regclass(%s)",
            [table],
        )
        row = cursor.fetchone()
        if row is None or is_superuser:
            continue
        owns, may_truncate = row
        if owns:
            yield f"The role {role} owns {table}, and could take its policy away."
        elif may_truncate:
            yield f"The role {role} may TRUNCATE {table}, which no policy holds back."


def _table_faults(cursor: Any) -> Iterator[str]:
    for model in tenant_models():
        table = model._meta.db_table
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity, "
            "EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = %s), "
            "(SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid AND polname <> %s) "
            "FROM pg_class WHERE oid = to_regclass(%s)",
            [POLICY, POLICY, table],
        )
        row = cursor.fetchone()
        if row is None:
            yield f"There is no table {table}: run manage.py migrate."
            continue
        enabled, forced, has_policy, others = row
        if not (enabled and forced and has_policy):
            yield f"The table {table} is not held by its policy: run manage.py migrate as its owner."
        if others:
            yield f"The table {table} has further policies, which may let more through."


def refuse_unsafe_start() -> None:
    """For the start of a server or a worker. Raises ImproperlyConfigured where the settings demand the third layer and
    something of it is missing.
    """
    if settings.LIKENESS_ROW_SECURITY != "require":
        return
    if found := faults():
        raise ImproperlyConfigured(
            "Tenants are not kept apart by this database, as LIKENESS_ROW_SECURITY=require demands:\n"
            + "\n".join(found)
        )
