"""What a service gives in a day is counted once for all processes, by the service's own day."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from booktrack.errors import SourceRateLimited
from booktrack.sources.base import Ask, BaseSource, Limits, next_midnight
from booktrack.sources.cache import Cache
from booktrack.sources.googlebooks import GoogleBooks
from booktrack.sources.hardcover import Hardcover
from booktrack.sources.quota import Quota


class Shop(BaseSource):
    name = "bookshop"
    title = "The Bookshop"
    limits = Limits(requests=1, per_day=3)


class Market(BaseSource):
    name = "market"
    title = "The Market"
    limits = Limits(requests=1)


SHOP, MARKET = Shop(), Market()
ASK = Ask("https://books.example/")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **much: float) -> None:
        self.moment += timedelta(**much)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.sqlite3"


@pytest.fixture
def quota(path: Path, clock: Clock) -> Iterator[Quota]:
    cache = Cache(path)
    yield Quota(cache, clock)
    cache.close()


@pytest.fixture
def elsewhere(path: Path, clock: Clock) -> Iterator[Quota]:
    """The quota as another process sees it."""
    cache = Cache(path)
    yield Quota(cache, clock)
    cache.close()


def wait_of(quota: Quota, source: BaseSource = SHOP, ask: Ask = ASK) -> float | None:
    """Return the seconds for which nothing is given; None where something is."""
    try:
        quota.check(source, ask)
    except SourceRateLimited as error:
        return error.retry_after
    return None


def take(quota: Quota, times: int, source: BaseSource = SHOP, ask: Ask = ASK) -> None:
    for _ in range(times):
        quota.take(source, ask)


def rows(path: Path) -> list[tuple[float, int, float]]:
    db = sqlite3.connect(path)
    found = db.execute("SELECT ends, requests, stopped FROM days").fetchall()
    db.close()
    return found


def test_all_of_the_days_requests_are_given_and_none_beyond(quota: Quota) -> None:
    take(quota, 3)
    with pytest.raises(SourceRateLimited, match="3 requests, its limit, today") as caught:
        quota.take(SHOP, ASK)
    assert caught.value.retry_after == 12 * 3600
    assert wait_of(quota) == 12 * 3600


def test_a_new_day_gives_anew(quota: Quota, clock: Clock) -> None:
    take(quota, 3)
    clock.move(hours=12, seconds=-1)
    assert wait_of(quota) == 1
    clock.move(seconds=1)
    take(quota, 3)
    assert wait_of(quota) == 24 * 3600


def test_several_processes_share_the_day(quota: Quota, elsewhere: Quota) -> None:
    take(quota, 2)
    take(elsewhere, 1)
    assert wait_of(quota) == wait_of(elsewhere) == 12 * 3600
    with pytest.raises(SourceRateLimited):
        quota.take(SHOP, ASK)


def test_processes_that_ask_at_once_never_take_more_than_there_is(path: Path) -> None:
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from booktrack.errors import SourceRateLimited\n"
        "from booktrack.sources.base import Ask, BaseSource, Limits\n"
        "from booktrack.sources.cache import Cache\n"
        "from booktrack.sources.quota import Quota\n"
        "class Shop(BaseSource):\n"
        "    name, title, limits = 'bookshop', 'Shop', Limits(requests=1, per_day=100)\n"
        "noon = datetime(2026, 3, 1, 12, tzinfo=UTC)\n"
        "quota, taken = Quota(Cache(Path(sys.argv[1]), wait=60), lambda: noon), 0\n"
        "for _ in range(100):\n"
        "    try:\n"
        "        quota.take(Shop(), Ask('https://books.example/'))\n"
        "        taken += 1\n"
        "    except SourceRateLimited:\n"
        "        pass\n"
        "print(taken)\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert sum(int(process.communicate(timeout=60)[0]) for process in started) == 100
    assert [requests for _, requests, _ in rows(path)] == [100]


def test_a_stop_is_kept_by_the_other_processes_too_until_it_is_over(
    quota: Quota, elsewhere: Quota, clock: Clock, path: Path
) -> None:
    quota.stop(MARKET, ASK, NOON + timedelta(hours=20))
    for one in (quota, elsewhere):
        assert wait_of(one, MARKET) == 20 * 3600
        with pytest.raises(SourceRateLimited, match="The Market gives no more today"):
            one.take(MARKET, ASK)
    clock.move(hours=20)
    assert wait_of(quota, MARKET) is wait_of(elsewhere, MARKET) is None
    take(elsewhere, 1)
    assert [requests for _, requests, _ in rows(path)] == [1]  # the stop is gone from the file


def test_a_shorter_stop_does_not_end_a_longer_one(quota: Quota) -> None:
    quota.stop(SHOP, ASK, NOON + timedelta(hours=40))
    quota.stop(SHOP, ASK, NOON + timedelta(hours=1))
    assert wait_of(quota) == 40 * 3600


def test_a_stop_survives_the_process(path: Path, clock: Clock) -> None:
    first, second = Cache(path), Cache(path)
    Quota(first, clock).stop(SHOP, ASK, NOON + timedelta(hours=8))
    first.close()
    assert wait_of(Quota(second, clock)) == 8 * 3600
    second.close()


def test_another_key_has_a_day_of_its_own(quota: Quota, path: Path) -> None:
    one = Ask("https://books.example/", secret_params={"key": "k3y-one"})
    two = Ask("https://books.example/", secret_headers={"authorization": "k3y-two"})
    take(quota, 3, ask=one)
    quota.stop(SHOP, one, NOON + timedelta(hours=20))
    assert wait_of(quota, ask=two) is None
    assert wait_of(quota, ask=one) == 20 * 3600
    assert b"k3y" not in path.read_bytes()


def test_one_source_does_not_count_for_another(quota: Quota) -> None:
    take(quota, 3)
    take(quota, 5, MARKET)
    assert wait_of(quota, MARKET) is None


def test_forgotten_answers_do_not_give_requests_back(path: Path, clock: Clock) -> None:
    cache = Cache(path)
    take(Quota(cache, clock), 3)
    cache.clear()
    assert wait_of(Quota(cache, clock)) == 12 * 3600
    cache.close()


def test_without_a_file_the_process_counts_for_itself(clock: Clock) -> None:
    cache = Cache()
    quota = Quota(cache, clock)
    take(quota, 3)
    cache.close()  # what was in memory is gone with it, what is known is not
    assert wait_of(quota) == 12 * 3600


def test_a_file_that_cannot_be_made_does_not_stop_the_count(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way")
    quota = Quota(Cache(tmp_path / "file" / "answers.sqlite3"), clock)
    take(quota, 3)
    assert wait_of(quota) == 12 * 3600
    quota.stop(MARKET, ASK, NOON + timedelta(hours=1))
    assert wait_of(quota, MARKET) == 3600


def test_a_file_that_was_locked_learns_what_was_asked_meanwhile(
    path: Path, clock: Clock, elsewhere: Quota
) -> None:
    cache = Cache(path, wait=0)
    quota = Quota(cache, clock)
    take(quota, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    take(quota, 1)
    other.execute("ROLLBACK")
    other.close()
    take(quota, 1)
    assert wait_of(elsewhere) == 12 * 3600
    cache.close()


def test_a_file_that_was_damaged_learns_what_is_known(
    path: Path, clock: Clock, elsewhere: Quota
) -> None:
    cache = Cache(path)
    quota = Quota(cache, clock)
    take(quota, 2)
    cache.close()
    path.write_bytes(b"not a database" * 500)
    take(quota, 1)
    assert wait_of(elsewhere) == 12 * 3600
    cache.close()


def test_a_clock_that_was_ahead_does_not_stop_a_source_for_a_day_that_is_not_yet(
    quota: Quota, clock: Clock
) -> None:
    clock.move(days=30)
    take(quota, 3)
    clock.move(days=-30)
    take(quota, 3)
    assert wait_of(quota) == 12 * 3600


def test_an_older_file_gains_the_count(path: Path, clock: Clock) -> None:
    db = sqlite3.connect(path)
    with db:
        db.execute("CREATE TABLE answers (other TEXT)")
        db.execute("PRAGMA user_version = 1")
    db.close()
    cache = Cache(path)
    take(Quota(cache, clock), 3)
    assert rows(path)
    cache.close()


@pytest.mark.parametrize(
    ("source", "most", "reset"),
    [
        (GoogleBooks("key"), 1000, datetime(2026, 3, 2, 8, tzinfo=UTC)),
        (Hardcover("token"), 5000, datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_the_services_days_are_their_own(
    source: BaseSource, most: int, reset: datetime, clock: Clock
) -> None:
    cache = Cache()
    quota = Quota(cache, clock)
    take(quota, most, source)
    assert wait_of(quota, source) == (reset - NOON).total_seconds()
    cache.close()


@pytest.mark.parametrize(
    ("moment", "midnight"),
    [
        ("2026-03-01T00:00:00+00:00", "2026-03-02T00:00:00+00:00"),
        ("2026-03-01T23:59:59+00:00", "2026-03-02T00:00:00+00:00"),
        ("2026-03-01T23:30:00-05:00", "2026-03-03T00:00:00+00:00"),
    ],
)
def test_a_day_ends_at_the_next_midnight(moment: str, midnight: str) -> None:
    assert next_midnight(datetime.fromisoformat(moment)).isoformat() == midnight
