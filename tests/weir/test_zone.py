"""The machine's time zone: as good as any, and it can be set while a program runs."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from weir.clock import UTC
from weir.zone import SystemZone

DATABASE = next((Path(path) for path in TZPATH if Path(path).is_dir()), None)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(DATABASE is None, reason="no time zone database here")


@pytest.fixture
def localtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine in Berlin."""
    monkeypatch.delenv("TZ", raising=False)
    return set_to(tmp_path / "localtime", "Europe/Berlin")


def set_to(file: Path, name: str) -> Path:
    """Set the zone as timedatectl does: another link takes the first one's place."""
    assert DATABASE is not None
    new = file.with_name("new")
    new.symlink_to(DATABASE / name)
    return new.replace(file)


@given(st.integers(0, 2_100_000_000))
@example(int(datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp()))
def test_its_times_are_those_of_the_zone(seconds: int) -> None:
    """Both ways, in the hour that comes twice too."""
    assert DATABASE is not None
    berlin, system = ZoneInfo("Europe/Berlin"), SystemZone(DATABASE / "Europe/Berlin")
    local = datetime.fromtimestamp(seconds, system)
    expected = datetime.fromtimestamp(seconds, berlin)

    assert local.replace(tzinfo=None) == expected.replace(tzinfo=None)
    assert (local.utcoffset(), local.dst()) == (expected.utcoffset(), expected.dst())
    assert (local.tzname(), local.fold) == (expected.tzname(), expected.fold)
    assert local.astimezone(UTC).timestamp() == seconds


def test_it_changes_when_it_is_looked_at(localtime: Path) -> None:
    """And not in the middle of whatever goes by it."""
    zone = SystemZone(localtime)
    set_to(localtime, "Asia/Kolkata")
    before = NOON.astimezone(zone).utcoffset()
    looks = zone.look(), zone.look()

    assert looks == (True, False)
    assert before == timedelta(hours=2)
    assert NOON.astimezone(zone).utcoffset() == timedelta(hours=5, minutes=30)
    assert zone.name == "Asia/Kolkata"


def test_rules_that_are_written_in_place_are_read(tmp_path: Path) -> None:
    """Where the zone is a copy of its rules, and not a link to them."""
    assert DATABASE is not None
    file = tmp_path / "localtime"
    file.write_bytes((DATABASE / "Europe/Berlin").read_bytes())
    zone = SystemZone(file)
    file.write_bytes((DATABASE / "Asia/Kolkata").read_bytes())

    assert zone.look()
    assert NOON.astimezone(zone).utcoffset() == timedelta(hours=5, minutes=30)


def test_it_can_be_sent_to_another_process(localtime: Path) -> None:
    """With the config that has it; the rules of a file cannot."""
    sent = pickle.loads(pickle.dumps(SystemZone(localtime)))

    assert NOON.astimezone(sent).utcoffset() == timedelta(hours=2)


def test_a_zone_that_is_gone_is_utc(localtime: Path) -> None:
    """As on a machine that never had one."""
    zone = SystemZone(localtime)
    localtime.unlink()

    assert zone.look()
    assert NOON.astimezone(zone).utcoffset() == timedelta()
    assert zone.name == ""


@pytest.mark.parametrize(
    ("variable", "hours"), [("America/Lima", -5), (":Asia/Tokyo", 9), ("nowhere", 0)]
)
def test_the_variable_goes_first(
    localtime: Path, monkeypatch: pytest.MonkeyPatch, variable: str, hours: int
) -> None:
    """A process keeps it as long as it lives."""
    monkeypatch.setenv("TZ", variable)
    zone = SystemZone(localtime)
    set_to(localtime, "Asia/Kolkata")

    assert not zone.look()
    assert NOON.astimezone(zone).utcoffset() == timedelta(hours=hours)
