"""Sunrise and sunset at one place, from ``astral`` (the extra ``sun``)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Optional

from capture.slots.window import SUNRISE
from weir import ConfigError
from weir.clock import UTC


class AstralSun:
    """The sun as seen from one place.

    Args:
        latitude, longitude: degrees, WGS 84.
        zone: days begin at midnight of this zone.

    Raises:
        ConfigError: ``astral`` is not installed.
    """

    def __init__(self, latitude: float, longitude: float, zone: tzinfo) -> None:
        try:
            import astral
            from astral import sun
        except ImportError as exc:
            raise ConfigError(
                "capture.schedule.windows follow the sun, which needs astral: "
                "pip install 'weir[sun]'"
            ) from exc
        self._sun = sun
        self._place = astral.Observer(latitude, longitude)
        self._zone = zone

    def event(self, name: str, day: date) -> Optional[datetime]:
        """Work out the moment of a local day's sunrise or sunset.

        Returns:
            The moment; None if that day has no such event.
        """
        find = self._sun.sunrise if name == SUNRISE else self._sun.sunset
        try:
            found: datetime = find(self._place, day, tzinfo=self._zone)
        except ValueError:
            return None
        # To the second: a plan does not need more, and names cannot hold more.
        return (found.astimezone(UTC) + timedelta(seconds=0.5)).replace(microsecond=0)

    def is_up(self, day: date) -> bool:
        """Whether the sun is above the horizon at noon of a day."""
        noon = self._sun.noon(self._place, day, tzinfo=self._zone)
        return bool(self._sun.elevation(self._place, noon) > 0)
