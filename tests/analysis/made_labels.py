"""Labels made by hand, about the clips of ``made_record.py``."""

from __future__ import annotations

from datetime import datetime, timedelta

from analysis.values.label import Label, MachineWord
from tests.analysis.made_record import NOW, sha

HAD = MachineWord(1, 1, "counted", "fish", "", 0.875, 1)


def later(hours: float) -> datetime:
    """A time after the footage was analysed."""
    return NOW + timedelta(hours=hours)


def said(
    verdict: str,
    first: int = 2,
    last: int = 5,
    *,
    number: int = 1,
    person: str = "anna",
    hours: float = 0,
    **more: object,
) -> Label:
    """What somebody said of a clip with this number."""
    name = f"clip{number:05d}_2026-05-01.h264"
    return Label(
        *(sha(number), name, first, last, verdict, person, later(hours)),
        **more,  # type: ignore[arg-type]
    )
