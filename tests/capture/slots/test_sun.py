"""Windows that follow the sun."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from capture.config import ScheduleConfig
from capture.slots.schedule import make_plan
from capture.slots.sun import AstralSun
from capture.slots.window import Window
from weir import ConfigError
from weir.deployment import DeploymentConfig

BERLIN = ZoneInfo("Europe/Berlin")
TROMSO = ZoneInfo("Europe/Oslo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("window", "day", "hours"),
    [
        ("sunrise-sunset", date(2026, 6, 20), 24),
        ("sunrise-sunset", date(2026, 12, 20), 0),
        ("sunset-sunrise", date(2026, 6, 20), 0),
        ("sunset-sunrise", date(2026, 12, 20), 24),
        ("sunrise-00:30-sunset+01:00", date(2026, 6, 20), 24),
        ("12:00-sunset", date(2026, 6, 20), 12),
        ("12:00-sunset", date(2026, 12, 20), 0),
        ("12:00-sunrise", date(2026, 12, 20), 12),
        ("sunrise-01:00-sunrise+01:00", date(2026, 6, 20), 0),
    ],
)
def test_polar_days_are_always_and_polar_nights_never(
    window: str, day: date, hours: float
) -> None:
    """Tromso, where the sun does not set in June, nor rise in December."""
    sun = AstralSun(69.65, 18.96, TROMSO)
    span = Window.parse(window).on(day, TROMSO, sun)

    assert hours == ((span[1] - span[0]) / HOUR if span else 0)


def test_sun_windows_follow_the_sun() -> None:
    """Berlin at midsummer: from half an hour before sunrise, near 04:43."""
    sun = AstralSun(52.52, 13.4, BERLIN)
    start, end = Window.parse("sunrise-00:30-sunset+01:00").on(
        date(2026, 6, 21), BERLIN, sun
    ) or (None, None)

    assert start is not None
    assert end is not None
    assert f"{start.astimezone(BERLIN):%H:%M}" == "04:13"
    assert f"{end.astimezone(BERLIN):%H:%M}" == "22:32"


def test_a_sun_window_needs_a_place() -> None:
    """And says which keys."""
    with pytest.raises(ConfigError, match=r"deployment\.latitude"):
        make_plan(ScheduleConfig(windows=("sunrise-sunset",)), DeploymentConfig())
