"""What the names of recorders state, and what they do not."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Optional

import pytest

from analysis.origin.recordernames import day_in, times_in

UTC = timezone.utc
SEVEN = datetime(2026, 5, 1, 7)  # noqa: DTZ001 - local


@pytest.mark.parametrize(
    "name",
    [
        "01-20260501070000.mkv",  # Motion
        "2026-05-01_07-00-00.mp4",
        "2026-05-01 07.00.00.mkv",
        "2026-05-01T07:00:00.mp4",
        "vi_0001_20260501_070000.mp4",  # RPi_Cam_Web
        "RLC-810A_01_20260501070000.mp4",  # Reolink
        "RecM01_20260501_070000_070100_6D28808_1A2B.mp4",  # Reolink's card
        "VID_20260501_070000.mp4",  # Android
        "VID_20260501_070000_00_001.mp4",  # Insta360
        "20260501_070000.mp4",  # Samsung
        "20260501_070000_F.mp4",  # dash cams
        "2026_0501_070000_001F.MP4",  # Viofo
        "REC_2026_05_01_07_00_00_F.MP4",  # Thinkware
        "NO20260501-070000-000001F.MP4",  # 70mai
        "2026-05-01_07-00-00-front.mp4",  # Tesla
        "DJI_20260501070000_0001_D.MP4",
        "20260501-070000-071000_192.168.1.11-CH2.avi",  # Brickcom
        "H20260501-070000P1N2P0.avi",  # icarvisions
        "cam1-20260501-070000-1777618800.mp4",  # Synology
        "Creek.20260501_070000.mp4",  # Blue Iris
        "20260501T070000.mp4",
        "2026-05-01_07h00m00s.mp4",
        "2026-05-01 at 07.00.00.mov",
        "20261301_070000_20260501_070000.mp4",  # month 13
        "20260501_250000-20260501_070000.mp4",
        "2026-05-01_07-00-00-0200.mp4",  # a number that counts
        "clip00012_2026-05-01_07-00-00.mp4",
        "FILE260501-070000F.MP4",  # Mio
        "260501_070000_001_FH.MP4",  # Nextbase
    ],
)
def test_a_recorder_states_local_time(name: str) -> None:
    """All that it takes is a date with a year, and a time to the second."""
    assert next(times_in(name, ())) == SEVEN


@pytest.mark.parametrize(
    ("name", "offset_h"),
    [
        ("20260501T070000Z.mp4", 0),
        ("2026-05-01T07-00-00Z.mkv", 0),
        ("PXL_20260501_070000123.mp4", 0),
        ("2026-05-01T07:00:00+02:00.mp4", 2),
        ("20260501T070000+0200.mp4", 2),
        ("20260501T070000-0800.mp4", -8),
        ("2026-05-01_07-00-00+0200.mp4", 2),
    ],
)
def test_a_name_may_state_the_zone(name: str, offset_h: int) -> None:
    """Google's Pixel writes UTC without saying so."""
    (told,) = times_in(name, ())

    assert told.utcoffset() == timedelta(hours=offset_h)
    assert told.replace(tzinfo=None, microsecond=0) == SEVEN


@pytest.mark.parametrize(
    "path",
    [
        "2026-05-01/07-00-00.mp4",  # MotionEye
        "record/20260501/07/00.mp4",  # Wyze
        "2026/05/01/07-00-00.mp4",
        "20260501/07.00.00.avi",
        "2026-05-01/001/dav/07/07.00.00-07.10.00[M][0@0][0].mp4",  # Dahua
    ],
)
def test_a_folder_may_be_the_date(path: str) -> None:
    """The name is the time of day then."""
    *folders, name = path.split("/")

    assert list(times_in(name, folders)) == [SEVEN]


@pytest.mark.parametrize(
    "name",
    [
        *("GX010123.MP4", "GH010123.MP4", "GOPR0123.MP4", "MVI_0001.MOV", "00001.MTS"),
        *("clip12_2026-05-01.h264", "2026-05-01.mp4", "20260501.mp4", "07-00-00.mp4"),
        *("20261301_070000.mp4", "20260501_256161.mp4", "19700101_000000.mp4"),
        "260501_070000.mp4",
        "261301_070000_001_FH.MP4",
        "FILE260501-250000.MP4",
        "VID-20260501-WA0001.mp4",
        "signal-2026-05-01-07-00-00-123.mp4",
        "WhatsApp Video 2026-05-01 at 07.00.00.mp4",
        "2026-05-01 07.00.00 PM.mp4",
        "20260501070000123456789.mp4",
    ],
)
def test_what_is_not_stated_is_not_read(name: str) -> None:
    """Half a time, a year of two digits, or the date of a message."""
    assert list(times_in(name, ("cam1",))) == []


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20260501.mp4", date(2026, 5, 1)),
        ("2026_05_01-2.mp4", date(2026, 5, 1)),
        ("20261301_20260501.mp4", date(2026, 5, 1)),
        ("20260501_256161.mp4", date(2026, 5, 1)),
        ("VID-20260501-WA0001.mp4", None),
        ("GX010123.MP4", None),
    ],
)
def test_a_date_alone_is_found(name: str, day: Optional[date]) -> None:
    """The first that exists."""
    assert day_in(name) == day
