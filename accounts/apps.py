from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import class_prepared, post_migrate

from accounts.scoping import scope_model

# Before any app's models are made: none of them can forget it.
class_prepared.connect(scope_model, dispatch_uid="accounts.scoping")


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks, row_security  # noqa: F401, PLC0415  models are ready only now

        connection_created.connect(row_security.connect, dispatch_uid="accounts.row_security")
        post_migrate.connect(row_security.policies_apply, sender=self)
