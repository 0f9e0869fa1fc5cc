"""Words of the ``plan`` command: coming slots, their size, when the drive is full."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from capture.config import CaptureSettings
from capture.drive.forecast import Forecast
from capture.drive.storage import MB
from capture.slots.schedule import Plan
from weir.printable import many

_LOOK_AHEAD = timedelta(days=2 * 365)


def lines(
    settings: CaptureSettings, plan: Plan, forecast: Forecast, now: datetime, days: int
) -> Iterator[str]:
    """Yield a line for each slot with its local start, then three about all slots."""
    slots = list(plan.slots(now, now + timedelta(days=days)))
    for slot in slots:
        local = slot.start.astimezone(plan.zone)
        size = forecast.size(slot) / MB
        yield f"{local:%Y-%m-%d %H:%M}  {slot.seconds / 60:g} min  {size:.1f} MB"
    hours = sum(slot.seconds for slot in slots) / 3600
    size = sum(map(forecast.size, slots)) / MB
    clips = f"{many(len(slots), 'clip')} in {many(days, 'day')}"
    yield f"{clips}, {hours:.1f} hours, {size:.0f} MB"
    yield _rate(forecast)
    yield _full(settings, plan, forecast, now)


def _rate(forecast: Forecast) -> str:
    source = "a guess until clips were filmed"
    if forecast.measured:
        source = f"measured on the {forecast.measured} newest clips"
    return f"{forecast.rate * 8 / 1000:.0f} kbit/s ({source})"


def _full(
    settings: CaptureSettings, plan: Plan, forecast: Forecast, now: datetime
) -> str:
    directory = settings.capture.directory
    if forecast.room is None:
        return f"{directory}: no drive there; when it will be full is not known"
    full = forecast.full_at(plan.slots(now, now + _LOOK_AHEAD))
    if full is None:
        return f"{directory}: {forecast.room / MB:.0f} MB of room, enough for two years"
    local = full.astimezone(plan.zone)
    return (
        f"{directory}: {forecast.room / MB:.0f} MB of room, "
        f"full on {local:%Y-%m-%d at %H:%M}"
    )
