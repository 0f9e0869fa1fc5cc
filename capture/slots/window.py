"""A window of the day in which we film, as the config writes it.

``07:00-17:30`` is local time; ``24:00`` is the end of the day; ``22:00-04:00`` crosses
midnight; ``sunrise-00:30-sunset+01:00`` follows the sun. A window begins or ends at the
first moment at which local clocks show its time *or a later one*. If clocks are put
forward over that time, it is the moment of the change; if they are put back and show
the time twice, it is the first of the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Optional, Protocol

from weir.clock import UTC

SUNRISE, SUNSET = "sunrise", "sunset"
DAY_MINUTES = 24 * 60

_EDGE = r"(\d{1,2}:\d\d|(?:sunrise|sunset)(?:[+-]\d{1,2}:\d\d)?)"
_WINDOW = re.compile(rf"{_EDGE}\s*(?:-|to)\s*{_EDGE}")
_EXPECTED = '"07:00-17:30", or with the sun "sunrise-00:30-sunset+01:00"'

Span = tuple[datetime, datetime]


class Sun(Protocol):
    """Where the sun is, at one place."""

    def event(self, name: str, day: date) -> Optional[datetime]:
        """Work out the moment of a local day's sunrise or sunset.

        Returns:
            The moment; None if that day has no such event.
        """

    def is_up(self, day: date) -> bool:
        """Whether the sun is up all day, on a day without sunrise or sunset."""


@dataclass(frozen=True)
class Edge:
    """The beginning or the end of a window.

    Attributes:
        event: ``sunrise``, ``sunset``, or empty for a time of day.
        minutes: after the event, or after the day's local midnight.
    """

    event: str
    minutes: int


@dataclass(frozen=True)
class Window:
    """One window of every day."""

    start: Edge
    end: Edge

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read a window from the config's text.

        Raises:
            ValueError: the text is no window; the error says what was expected.
        """
        match = _WINDOW.fullmatch(text.strip())
        if not match:
            raise ValueError(f"{text!r} is no window like {_EXPECTED}")
        window = cls(_edge(match[1], text), _edge(match[2], text))
        if window.start == window.end:
            raise ValueError(f"{text!r} is empty; the whole day is 00:00-24:00")
        return window

    @property
    def needs_sun(self) -> bool:
        """Whether the window follows the sun."""
        return bool(self.start.event or self.end.event)

    def on(self, day: date, zone: tzinfo, sun: Optional[Sun]) -> Optional[Span]:
        """Return the window that begins on a local day, as moments in UTC.

        On a polar day the sun is up from midnight to midnight, in a polar night it is
        never up. So a window of daylight is then the whole day or none of it, and a
        window of darkness the other way round.

        Returns:
            None if no window begins on that day.
        """
        start = _moment(self.start, day, zone, sun)
        end = _moment(self.end, day, zone, sun)
        if start is None or end is None:
            return self._polar(day, zone, sun)
        if self._ends_tomorrow(start, end):
            tomorrow = day + timedelta(days=1)
            end = _moment(self.end, tomorrow, zone, sun)
            # Without sunset or sunrise tomorrow, it lasts until that day's end.
            end = end or local_moment(tomorrow, DAY_MINUTES, zone)
        return (start, end) if start < end else None

    def _ends_tomorrow(self, start: datetime, end: datetime) -> bool:
        if self.needs_sun:
            return end <= start
        return self.end.minutes <= self.start.minutes

    def _polar(self, day: date, zone: tzinfo, sun: Optional[Sun]) -> Optional[Span]:
        if sun is None:
            raise ValueError("a window that follows the sun needs to know the place")
        light = self.start.event == SUNRISE or self.end.event == SUNSET
        dark = self.start.event == SUNSET or self.end.event == SUNRISE
        if light == dark or light != sun.is_up(day):
            return None
        start = 0 if self.start.event else self.start.minutes
        end = DAY_MINUTES if self.end.event else self.end.minutes
        span = local_moment(day, start, zone), local_moment(day, end, zone)
        return span if span[0] < span[1] else None


def local_moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    """Return the first moment at which local clocks show a time or a later one.

    Args:
        day: the local day.
        minutes: after its midnight.
        zone: of local time.

    Returns:
        The moment, in UTC.
    """
    day += timedelta(days=minutes // DAY_MINUTES)
    naive = datetime.combine(day, time(minutes % DAY_MINUTES // 60, minutes % 60))
    early = naive.replace(tzinfo=zone).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == naive:
        return early
    # Clocks skip this time. With the offset that holds after the skip it lies before
    # the skip, and with the offset from before the skip it lies after it (PEP 495).
    low = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _transition(low, early, zone)


def _transition(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """Find the second between two moments at which the zone's offset changes."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _edge(text: str, window: str) -> Edge:
    event = next((name for name in (SUNRISE, SUNSET) if text.startswith(name)), "")
    sign = -1 if event and "-" in text else 1
    hours, _, minutes = text[len(event) :].lstrip("+-").partition(":")
    total = int(hours or 0) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or total > (DAY_MINUTES // 2 if event else DAY_MINUTES):
        raise ValueError(f"{window!r}: {text} is no time of day or offset up to 12:00")
    return Edge(event, sign * total)


def _moment(
    edge: Edge, day: date, zone: tzinfo, sun: Optional[Sun]
) -> Optional[datetime]:
    if not edge.event:
        return local_moment(day, edge.minutes, zone)
    event = sun.event(edge.event, day) if sun else None
    return event + timedelta(minutes=edge.minutes) if event else None
