"""Dates and places of memory cards are no cameras."""

from __future__ import annotations

from datetime import date
from typing import Optional

import pytest

from analysis.origin.datefolders import day_of, own_names


@pytest.mark.parametrize(
    "path",
    [
        *("2026-05-01", "20260501", "2026_05_01", "2026.05.01", "01.05.2026"),
        *("2026/05/01", "2026/5/1", "2026/May/01", "2026-05/01", "202605", "2026-W18"),
        *("2026-05-01/07", "20260501/07/30", "2026-05-01/07-00-00", "20260501PM"),
        *("2026-05-01_07-00-00", "20260501_070000", "20260501T0700"),
        *("DCIM/100GOPRO", "DCIM/Camera", "100CANON", "100MEDIA", "101_PANA"),
        *("100MSDCF", "PRIVATE/AVCHD/BDMV/STREAM", "PRIVATE/M4ROOT/CLIP", "MISC"),
        *("GOPRO", "MP_ROOT/100MNV01", "DCIM/DJI_001", "Mp4Record/2026-05-01"),
        *("DCIM/202605__", "NO NAME/DCIM/100EOS5D", "VIDEO"),
    ],
)
def test_no_person_named_these(path: str) -> None:
    """Each recorder and each card has such folders."""
    assert own_names(tuple(path.split("/"))) == ()


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("cam2/2026-05-01", "cam2"),
        ("2026-05-01/cam2", "cam2"),
        ("2026/05/01/upper weir", "upper weir"),
        ("DSC/cam1/DCIM/100GOPRO", "DSC cam1"),
        *((name, name) for name in ("1", "07", "100", "2026-13-01", "20269999", "May")),
        ("cam2026", "cam2026"),
    ],
)
def test_what_a_person_named_is_kept(path: str, named: str) -> None:
    """A number alone may be a camera; below a date it is an hour."""
    assert " ".join(own_names(tuple(path.split("/")))) == named


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("cam2/2026-05-01", date(2026, 5, 1)),
        ("2026/05/01", date(2026, 5, 1)),
        ("2026/5/1/07", date(2026, 5, 1)),
        ("20260501", date(2026, 5, 1)),
        ("2026-04-30/2026-05-01", date(2026, 5, 1)),
        ("2026-04-30/2026-13-01", date(2026, 4, 30)),
        ("2026/13/01", None),
        ("2026/05", None),
        ("DCIM/100GOPRO", None),
    ],
)
def test_folders_name_a_day(path: str, day: Optional[date]) -> None:
    """The innermost does; nonsense is passed over."""
    assert day_of(tuple(path.split("/"))) == day
