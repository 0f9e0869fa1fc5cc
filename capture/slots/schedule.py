"""When to film: the slots of the plan, as pure functions over aware datetimes.

A slot is the time of one clip. From the start of a window a slot begins every
``every_minutes``, in elapsed time, so that a day on which clocks change has no slot
twice and loses none. Windows of one day that overlap are one window. If a window of the
day before still goes on, the next window begins when that one ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Optional

from capture.config import ScheduleConfig
from capture.slots.window import Span, Sun, Window
from weir import ConfigError
from weir.clock import UTC
from weir.deployment import DeploymentConfig

_HORIZON_DAYS = 400  # longer than any polar night
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Slot:
    """A time to film, in UTC.

    Attributes:
        start, end: we film from the one moment to the other.
        window_end: when the window of this slot is over.
    """

    start: datetime
    end: datetime
    window_end: datetime

    @property
    def seconds(self) -> float:
        """The slot's length in seconds."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True)
class Plan:
    """The plan of a deployment.

    Attributes:
        windows: the windows of every day, in local time.
        every: from the start of a slot to the start of the next.
        record: the length of a slot.
        zone: of local time.
        sun: None if no window follows the sun.
    """

    windows: tuple[Window, ...]
    every: timedelta
    record: timedelta
    zone: tzinfo
    sun: Optional[Sun] = None

    def slots(self, begin: datetime, until: datetime) -> Iterator[Slot]:
        """Yield the slots that are not over at ``begin`` and start before ``until``."""
        # Windows that were begun up to two local days earlier may still go on.
        day = begin.astimezone(self.zone).date() - 3 * _DAY
        last = until.astimezone(self.zone).date() + _DAY
        reached = datetime.min.replace(tzinfo=UTC)
        while day <= last:
            for start, end in self._spans(day):
                yield from self._between(max(start, reached), end, begin, until)
                reached = max(reached, end)
            day += _DAY

    def next_slot(self, begin: datetime) -> Optional[Slot]:
        """Return the slot that goes on at ``begin``, else the next.

        Returns:
            None if there is no slot within a year.
        """
        for days in (2, _HORIZON_DAYS):
            found = next(self.slots(begin, begin + days * _DAY), None)
            if found:
                return found
        return None

    def _spans(self, day: date) -> list[Span]:
        """Return the windows that begin on a local day; overlapping ones are merged."""
        spans = (window.on(day, self.zone, self.sun) for window in self.windows)
        merged: list[Span] = []
        for start, end in sorted(span for span in spans if span):
            if merged and start < merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged

    def _between(
        self, start: datetime, end: datetime, begin: datetime, until: datetime
    ) -> Iterator[Slot]:
        if begin > start:
            start += (begin - start) // self.every * self.every
        while start < min(end, until):
            slot = Slot(start, min(start + self.record, end), end)
            if slot.end > begin:
                yield slot
            start += self.every


def make_plan(config: ScheduleConfig, deployment: DeploymentConfig) -> Plan:
    """Make the plan that the config asks for.

    Raises:
        ConfigError: a window cannot be read; or a slot is longer than the time to the
            next one; or a window follows the sun, and the place or ``astral`` is
            missing.
    """
    try:
        windows = tuple(Window.parse(text) for text in config.windows)
    except ValueError as exc:
        raise ConfigError(f"capture.schedule.windows: {exc}") from exc
    if config.record_minutes > config.every_minutes:
        raise ConfigError(
            f"capture.schedule.record_minutes = {config.record_minutes}: expected at "
            f"most every_minutes = {config.every_minutes}"
        )
    return Plan(
        windows=windows,
        every=timedelta(minutes=config.every_minutes),
        record=timedelta(minutes=config.record_minutes),
        zone=deployment.zone,
        sun=_sun(windows, deployment),
    )


def _sun(windows: tuple[Window, ...], deployment: DeploymentConfig) -> Optional[Sun]:
    if not any(window.needs_sun for window in windows):
        return None
    if deployment.latitude is None or deployment.longitude is None:
        raise ConfigError(
            "capture.schedule.windows follow the sun: expected deployment.latitude "
            "and deployment.longitude"
        )
    from capture.slots.sun import AstralSun

    return AstralSun(deployment.latitude, deployment.longitude, deployment.zone)
