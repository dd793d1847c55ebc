"""The secret key that is made once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from config.secret import kept_secret


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "new" / "secret.key"

    first, second = kept_secret(path), kept_secret(path)

    assert first == second == path.read_text()
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_installations_have_two_secrets(tmp_path):
    assert kept_secret(tmp_path / "one") != kept_secret(tmp_path / "two")


def test_all_who_start_at_once_have_the_same(tmp_path):
    start = Barrier(8)

    def one(_):
        start.wait()
        return kept_secret(tmp_path / "secret.key")

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(one, range(8)))

    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
