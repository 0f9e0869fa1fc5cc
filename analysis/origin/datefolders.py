"""Folders that recorders and memory cards make: dates, and places of the card's own.

They say nothing about the camera. Motion and MotionEye make a folder a day, network
cameras one a year, month, day and hour. The folders of cards are those of DCF, AVCHD
and XAVC, and of makers who follow none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Optional

_DAY = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<gap>[-_. ]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)"
    r"(?:(?:[ T_-]+\d[\dhms:._-]*)|[AP]M|_+)?",
    re.IGNORECASE,
)
_DAY_LAST = re.compile(r"(\d\d)[-_.](\d\d)[-_.]((?:19|20)\d\d)")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH = re.compile(
    rf"(?:19|20)\d\d[-_. ]?(?:0[1-9]|1[0-2]|w\d\d|(?:{_MONTHS})[a-z]*)_*", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PART = re.compile(
    rf"\d\d?(?:[-_.:h ]\d\d){{0,2}}[hms]?|(?:\d\d?[-_. ])?(?:{_MONTHS})[a-z]*",
    re.IGNORECASE,
)
"""A month, day or time; it is one below a year or a day alone."""

_CARDS = frozenset(
    [
        "dcim",
        "private",
        "avchd",
        "bdmv",
        "m4root",
        "xdroot",
        "mp_root",
        "sd_video",
        "avf_info",
    ]
)
"""All folders below these are the card's, too."""

_OF_CARD = re.compile(
    # Three digits and five letters are a folder by the rules of DCF.
    r"[1-9]\d\d(?!\d{5})[a-z0-9_]{5}|dji_\d{3}|misc|gopro|get_started_with_gopro"
    r"|stream|clipinf|playlist|thmbnl|contents|canonmsc|no name|untitled|eos_digital"
    r"|movie|video|photo|event|parking|normal|emergency|emr|ro|mp4record|record"
    r"|datadir\d+",
    re.IGNORECASE,
)


def own_names(folders: Sequence[str]) -> tuple[str, ...]:
    """Return the folders that a person named, without dates and the card's own.

    Args:
        folders: the names of folders, the outermost first.
    """
    return tuple(_own_names(folders))


def _own_names(folders: Sequence[str]) -> Iterator[str]:
    after_date = False
    for name in folders:
        if name.lower() in _CARDS:
            return
        after_date = _is_date(name) or (after_date and bool(_PART.fullmatch(name)))
        if not after_date and not _OF_CARD.fullmatch(name):
            yield name


def card_of(folders: Sequence[str]) -> int:
    """Return how many folders, from the outermost, lead into a memory card's own.

    Camcorders keep lists, thumbnails and clips in folders of their own there.

    Returns:
        The number; 0 where none is a card's.
    """
    cards = (n for n, name in enumerate(folders, 1) if name.lower() in _CARDS)
    return next(cards, 0)


def day_of(folders: Sequence[str]) -> Optional[date]:
    """Return the day that folders name, the innermost that do.

    It may stand in one folder (``2026-05-01``, ``20260501``) or in three that follow
    each other (``2026/05/01``).

    Returns:
        The day; None if they name none.
    """
    for end in range(len(folders), 0, -1):
        if day := _day_in(folders[end - 1]):
            return day
        parts = folders[max(0, end - 3) : end]
        if len(parts) == 3 and _YEAR.fullmatch(parts[0]):
            day = _day_in("-".join((parts[0], *(part.zfill(2) for part in parts[1:]))))
            if day:
                return day
    return None


def _is_date(name: str) -> bool:
    if _YEAR.fullmatch(name) or _MONTH.fullmatch(name) or _day_in(name):
        return True
    last = _DAY_LAST.fullmatch(name)
    if last is None:
        return False
    one, other, year = map(int, last.groups())
    return bool(_day(year, other, one) or _day(year, one, other))


def _day_in(name: str) -> Optional[date]:
    found = _DAY.fullmatch(name)
    if found is None:
        return None
    return _day(int(found["year"]), int(found["month"]), int(found["day"]))


def _day(year: int, month: int, day: int) -> Optional[date]:
    try:
        return date(year, month, day)
    except ValueError:
        return None
