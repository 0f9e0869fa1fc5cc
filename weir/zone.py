"""The machine's time zone, which a person may change while a daemon runs.

All that the daemon plans, names and prints has to follow such a change at the same
moment. So all its parts have the same zone object, whose rules only change when
``look`` is called.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Optional
from zoneinfo import ZoneInfo

from weir.clock import UTC

LOCALTIME = Path("/etc/localtime")
_DATABASE = "zoneinfo/"


class SystemZone(tzinfo):
    """The zone of the variable TZ, else that of the machine, else UTC.

    Args:
        file: the rules, usually a link into the time zone database; None for the
            machine's own.
    """

    def __init__(self, file: Optional[Path] = None) -> None:
        self._file = file or LOCALTIME
        self._fixed = _of_variable()
        self._mark = _mark(self._file)
        self._rules = self._fixed or _read(self._file)

    def __reduce__(self) -> tuple[type[SystemZone], tuple[Path]]:
        """Pickle only the file: another process reads the rules itself."""
        return SystemZone, (self._file,)

    @property
    def name(self) -> str:
        """The zone's name, like ``Europe/Berlin``; empty if the machine tells none."""
        if isinstance(self._fixed, ZoneInfo):
            return self._fixed.key
        _, found, name = os.path.realpath(self._file).rpartition(_DATABASE)
        return name if found else ""

    def look(self) -> bool:
        """Read the rules again if they were changed.

        Returns:
            True if they were.
        """
        mark = _mark(self._file)
        if self._fixed or mark == self._mark:
            return False
        self._mark, self._rules = mark, _read(self._file)
        return True

    def utcoffset(self, dt: Optional[datetime]) -> Optional[timedelta]:
        """How far local time is ahead of UTC."""
        return self._rules.utcoffset(dt)

    def dst(self, dt: Optional[datetime]) -> Optional[timedelta]:
        """How much of that is daylight saving time."""
        return self._rules.dst(dt)

    def tzname(self, dt: Optional[datetime]) -> Optional[str]:
        """The short name, like ``CEST``."""
        return self._rules.tzname(dt)

    def fromutc(self, dt: datetime) -> datetime:
        """Turn a datetime of UTC numbers in this zone into local time (see tzinfo)."""
        return self._rules.fromutc(dt.replace(tzinfo=self._rules)).replace(tzinfo=self)


def _of_variable() -> Optional[tzinfo]:
    name = os.environ.get("TZ", "").lstrip(":")
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, LookupError):
        return UTC


def _read(file: Path) -> tzinfo:
    try:
        with file.open("rb") as stream:
            return ZoneInfo.from_file(stream)
    except (OSError, ValueError):
        return UTC


def _mark(file: Path) -> tuple[int, ...]:
    """Identify the file's content: this changes when the file or its link does."""
    try:
        facts = file.stat()
    except OSError:
        return ()
    return facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size
