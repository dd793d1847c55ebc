#!/usr/bin/env python3
"""Django's command line for Likeness."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from accounts.scopes import across_tenants  # noqa: PLC0415

    # Threads that a command starts, such as a server's, do not inherit it.
    with across_tenants("the operator's own command line"):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
