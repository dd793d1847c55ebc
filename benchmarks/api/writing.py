"""`python -m benchmarks.api.writing ORGANISATIONS CLIPS`: fills the database of DATABASE_URL, whose tables it owns."""

import sys

import django


def main() -> None:
    """In a process of its own: what is measured afterwards runs as another role."""
    django.setup()
    # Only now: the models need settings.
    from benchmarks.api import filling  # noqa: PLC0415

    tenants, clips = (int(number) for number in sys.argv[1:])
    filling.fill(filling.tenants_of(tenants), clips)


if __name__ == "__main__":
    main()
