"""What ``plan`` prints of slots and a drive."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from capture.commands.plantext import lines
from capture.config import REQUIRED, CaptureSettings
from capture.drive.forecast import Forecast
from capture.slots.schedule import make_plan
from tests.capture.camera_site import Site
from weir import config
from weir.clock import UTC

CLIP = 90_000_000  # bytes of a slot of 15 minutes
MORNING = datetime(2026, 5, 1, 4, 30, tzinfo=UTC)  # 06:30 in Berlin


def last_lines(folder: Path, room: int) -> list[str]:
    """The lines about a drive with so much room."""
    Site(folder)
    settings = config.load(CaptureSettings, folder / "config.toml", REQUIRED)
    plan = make_plan(settings.capture.schedule, settings.deployment)
    forecast = Forecast(CLIP / 900, 2, room)
    return list(lines(settings, plan, forecast, MORNING, 14))[-3:]


def test_the_day_and_hour_when_the_drive_is_full(tmp_path: Path) -> None:
    """Eleven slots a day: half of the 29th is the seventh of the third day."""
    total, rate, full = last_lines(tmp_path, 28 * CLIP + CLIP // 2)

    assert total == "154 clips in 14 days, 38.5 hours, 13860 MB"
    assert rate == "800 kbit/s (measured on the 2 newest clips)"
    assert full.endswith("drive: 2565 MB of room, full on 2026-05-03 at 13:07")


def test_room_for_two_years_is_enough(tmp_path: Path) -> None:
    """Nobody needs that day."""
    assert last_lines(tmp_path, 10**16)[-1].endswith("enough for two years")
