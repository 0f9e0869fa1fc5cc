"""When a clip starts: in which order it is asked, and what stays unknown."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.origin.starts import start_of
from weir.deployment import DeploymentConfig

BERLIN = DeploymentConfig(id="creek", camera="cam1", timezone="Europe/Berlin")
NOWHERE = DeploymentConfig(id="creek", camera="cam1")
MADE = "2026-05-01T09:00:00.000000Z"
OWN, PHONE, PIXEL = (
    "clip00012_2026-05-01_07-00-00.h264",
    "VID_20260501_070000.mp4",
    "PXL_20260501_230000123.mp4",
)


@pytest.mark.parametrize(
    ("name", "start_from", "made", "moment", "source"),
    [
        (OWN, "name", "", "2026-05-01T05:00:00Z", "name"),
        (OWN, "container-utc", MADE, "2026-05-01T05:00:00Z", "name"),
        (PHONE, "name", MADE, "2026-05-01T05:00:00Z", "name"),
        (PHONE, "container-utc", MADE, "2026-05-01T09:00:00Z", "container"),
        (PHONE, "container-local", MADE, "2026-05-01T07:00:00Z", "container"),
        (PHONE, "container-utc", "", "2026-05-01T05:00:00Z", "name"),
        (PHONE, "container-utc", "1904-01-01 00:00:00", "2026-05-01T05:00:00Z", "name"),
        ("GX010123.MP4", "container-utc", MADE, "2026-05-01T09:00:00Z", "container"),
        ("GX010123.MP4", "name", MADE, "", ""),
        (PHONE, "none", MADE, "", ""),
        (OWN, "none", "", "", ""),
        (PIXEL, "name", "", "2026-05-01T23:00:00.123Z", "name"),
    ],
)
def test_the_order_in_which_a_start_is_asked_for(
    name: str, start_from: str, made: str, moment: str, source: str
) -> None:
    """Weir's own name, the container where the config says so, other names."""
    start = start_of(name, (), BERLIN, start_from, made)

    assert (start.moment_text, start.source) == (moment, source)


@pytest.mark.parametrize(
    ("name", "day", "offset"),
    [
        (PHONE, "2026-05-01", "+02:00"),
        (PIXEL, "2026-05-02", "+02:00"),
        ("VID_20260101_070000.mp4", "2026-01-01", "+01:00"),
        ("20260501T230000-0800.mp4", "2026-05-02", "+02:00"),
    ],
)
def test_the_date_is_local(name: str, day: str, offset: str) -> None:
    """Also of a name that is in UTC, or from elsewhere."""
    start = start_of(name, (), BERLIN, "name")

    assert (start.date_text, start.utc_offset) == (day, offset)


@pytest.mark.parametrize("name", [OWN, PHONE, "2026-05-01_07-00-00.mp4"])
def test_local_time_needs_the_zone(name: str) -> None:
    """Without it the date alone is taken, and the key is named."""
    start = start_of(name, (), NOWHERE, "name")

    assert (start.day, start.moment) == (date(2026, 5, 1), None)
    assert "deployment.timezone" in start.doubt


@pytest.mark.parametrize(
    "name", ["VID_20261025_023000.mp4", "clip00012_2026-03-29_02-30-00.h264"]
)
def test_an_hour_that_clocks_repeat_or_skip_gives_the_date(name: str) -> None:
    """Nobody can tell which of the two moments it was, or how there can be one."""
    start = start_of(name, (), BERLIN, "name")

    assert (start.moment, start.source) == (None, "")
    assert start.date_text in name.replace("20261025", "2026-10-25")
    assert start.doubt


def test_what_is_certain_wins_over_what_is_not() -> None:
    """A container in UTC needs no zone, where the name does; a name in UTC, neither."""
    start = start_of(PHONE, (), NOWHERE, "container-utc", MADE)
    pixel = start_of(PIXEL, (), NOWHERE, "name")

    assert (start.moment_text, start.utc_offset) == ("2026-05-01T09:00:00Z", "")
    assert (pixel.moment_text, pixel.date_text) == (
        "2026-05-01T23:00:00.123Z",
        "2026-05-01",
    )
