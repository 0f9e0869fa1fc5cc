"""Names of recorders that state date and time, for everybody to read in the same way.

Motion writes ``01-20260501070000``, MotionEye ``2026-05-01/07-00-00``, RPi_Cam_Web
``vi_0001_20260501_070000``, Reolink ``RLC_01_20260501070000``, Android
``VID_20260501_070000``, DJI ``DJI_20260501070000_0001``, dash cams
``20260501_070000_F``, ``2026_0501_070000`` or ``REC_2026_05_01_07_00_00``, Dahua
``2026-05-01/001/dav/07/07.00.00-07.10.00[M]``, Wyze ``record/20260501/07/00``. All
write local time; Google's Pixel (``PXL_20260501_070000123``) writes UTC, and so does
who writes a ``Z``. A year of two digits is read in the names of dash cams that are
known for it (Mio and others ``FILE260501-070000F``, Nextbase
``260501_070000_001_FH``); any other says nothing, as it may be a day. Nor does a
messenger's date of sending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from pathlib import PurePosixPath
from typing import Optional

from analysis.origin.datefolders import day_of
from weir.clock import UTC

_WHOLE = re.compile(
    r"(?<!\d)(?P<year>20\d\d)"
    # The same sign stands between all parts of a date, or none; Viofo's has one.
    r"(?:(?P<gap>[-_.]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)|_(?P<mmdd>\d{4}))"
    r"(?P<between>[T_ .-]{0,2}| at )"
    r"(?P<hour>\d\d)(?P<sign>[-_.:h]?)(?P<minute>\d\d)(?:(?P=sign)|m)(?P<second>\d\d)s?"
    r"(?:[.,]?(?P<fraction>\d{3}(?:\d{3})?))?(?!\d)"
    r"(?! ?[ap]\.?m)"  # twelve hours: no recorder writes them
    r"(?P<zone>Z(?![a-z])|[+-]\d\d:?(?:00|15|30|45)(?!\d))?",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)(20\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_SHORT = re.compile(
    r"(?:FILE(?P<file>\d{6}-\d{6})[A-Z]{0,2}"
    r"|(?P<next>\d{6}_\d{6})_\d{3}_[A-Z]{1,2})",
    re.IGNORECASE,
)
_MINUTE = re.compile(r"[0-5]\d")
_CLOCK = re.compile(r"(\d\d)([-_.:h])(\d\d)[-_.:m](\d\d)s?(?!\d)")
_LETTER = re.compile(r"(?i)^(?:whatsapp|signal-)|-wa\d{4}")
"""What messengers write: the date is that of the message."""


def times_in(name: str, folders: Sequence[str]) -> Iterator[datetime]:
    """Find the times that a clip's name states, the first first.

    Nonsense (a month 13) is passed over. A time of day is also taken from the beginning
    of a name in a folder that is a date.

    Args:
        name: the clip's base name.
        folders: the folders that it lies in, the outermost first.

    Yields:
        Each time; aware where the name says the zone, naive where it is local.
    """
    stem = PurePosixPath(name).stem
    if is_letter(name):
        return
    for found in _WHOLE.finditer(stem):
        told = _time(found)
        if told is not None:
            is_pixel = stem.upper().startswith("PXL_")
            yield told.replace(tzinfo=UTC) if is_pixel else told
    if (short := _SHORT.fullmatch(stem)) and (told := _short_time(short)):
        yield told
    if told := _in_minutes(stem, folders):
        yield told
    clock, day = _CLOCK.match(stem), day_of(folders)
    if clock and day:
        hour, minute, second = map(int, clock.group(1, 3, 4))
        told = _joined(day, hour, minute, second)
        if told is not None:
            yield told


def is_letter(name: str) -> bool:
    """Whether a messenger named a file: its date is that of the message."""
    return _LETTER.search(PurePosixPath(name).stem) is not None


def _short_time(found: re.Match[str]) -> Optional[datetime]:
    """Return the time in a dash cam's name with a year of two digits."""
    digits = re.sub("[-_]", "", found["file"] or found["next"])
    with suppress(ValueError):
        return datetime.strptime(f"20{digits}", "%Y%m%d%H%M%S")  # noqa: DTZ007 - local
    return None


def _in_minutes(stem: str, folders: Sequence[str]) -> Optional[datetime]:
    """Return the time that Wyze's folders state: a day, an hour, and in it a minute."""
    if not _MINUTE.fullmatch(stem) or [f.lower() for f in folders[-3:-2]] != ["record"]:
        return None
    day, hour = day_of(folders[-2:-1]), folders[-1]
    if day is None or not re.fullmatch(r"\d\d", hour):
        return None
    return _joined(day, int(hour), int(stem), 0)


def day_in(name: str) -> Optional[date]:
    """Find the first date in a clip's name that exists; None if there is none."""
    stem = PurePosixPath(name).stem
    if is_letter(name):
        return None
    whole = (_day_of_whole(found) for found in _WHOLE.finditer(stem))
    alone = (_day(*found.group(1, 3, 4)) for found in _DATE.finditer(stem))
    short = _SHORT.fullmatch(stem)
    told = _short_time(short) if short else None
    days = (*whole, *alone, told.date() if told else None)
    return next((day for day in days if day), None)


def _day_of_whole(found: re.Match[str]) -> Optional[date]:
    both = found["mmdd"] or found["month"] + found["day"]
    return _day(found["year"], both[:2], both[2:])


def _day(year: str, month: str, day: str) -> Optional[date]:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _time(found: re.Match[str]) -> Optional[datetime]:
    day = _day_of_whole(found)
    if day is None:
        return None
    fraction = (found["fraction"] or "").ljust(6, "0")
    hour, minute, second = map(int, found.group("hour", "minute", "second"))
    told = _joined(day, hour, minute, second, int(fraction))
    zone = found["zone"] or ""
    if told is None or not zone:
        return told
    if zone in "Zz":
        return told.replace(tzinfo=UTC)
    if zone[0] == "-" and ":" not in zone and found["between"].upper() != "T":
        return told  # a number that counts clips
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    if offset > timedelta(hours=14):
        return told
    return told.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset))


def _joined(
    day: date, hour: int, minute: int, second: int, microsecond: int = 0
) -> Optional[datetime]:
    try:
        return datetime.combine(day, time(hour, minute, second, microsecond))
    except ValueError:
        return None
