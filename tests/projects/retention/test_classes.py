from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import OrganizationKind
from projects.retention.classes import DEFAULTS, Anchor, DataClass, Rule, cutoff, deletion_at, table

MADE = datetime(2026, 3, 10, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
rules = st.builds(Rule, st.sampled_from(Anchor), st.integers(0, 1100))
days = st.none() | st.dates(date(2020, 1, 1), date(2034, 1, 1))


@pytest.mark.parametrize(
    ("kind", "ends_on", "expected"),
    [
        (OrganizationKind.FAMILY, None, datetime(2026, 3, 17, 12, tzinfo=UTC)),
        (OrganizationKind.SCHOOL, None, datetime(2026, 8, 1, tzinfo=UTC)),
        (OrganizationKind.SCHOOL, date(2026, 6, 26), datetime(2026, 6, 27, tzinfo=UTC)),
        (OrganizationKind.BRAND, date(2026, 4, 30), datetime(2026, 5, 31, tzinfo=UTC)),
        (OrganizationKind.BRAND, None, MADE + timedelta(days=395)),
        (OrganizationKind.MUSEUM, None, MADE + timedelta(days=1095)),
    ],
)
def test_a_photo_goes_on_the_default_date_of_its_kind(kind, ends_on, expected):
    assert deletion_at(DEFAULTS[kind, DataClass.PHOTO], made_at=MADE, ends_on=ends_on) == expected


def test_what_is_made_after_the_end_counts_from_its_making():
    found = deletion_at(Rule(Anchor.END, 30), made_at=MADE, ends_on=date(2026, 1, 1))
    assert found == MADE + timedelta(days=30)


@given(rule=rules, made_at=moments, at=moments, ends_on=days)
def test_the_cutoff_finds_just_what_is_over_its_date(rule, made_at, at, ends_on):
    when = deletion_at(rule, made_at=made_at, ends_on=ends_on)
    made_by = cutoff(rule, at=at, ends_on=ends_on)
    assert (when is not None and when <= at) == (made_by is not None and made_at <= made_by)


def test_every_kind_has_a_rule_for_every_class():
    assert set(DEFAULTS) == {(kind, data_class) for kind in OrganizationKind for data_class in DataClass}


def test_the_documentation_shows_the_table_as_it_is():
    assert table() in (settings.BASE_DIR / "docs" / "retention.md").read_text(encoding="utf-8")
