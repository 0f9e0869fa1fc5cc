"""Local times, and the moments that they stand for where that is certain."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Optional

from analysis.values.start import Start
from weir.clock import UTC, format_offset
from weir.deployment import DeploymentConfig

NO_ZONE = "deployment.timezone is not set"
_TWICE = "the clocks were changed then, so that {} is two moments or none"


def start_from_local(
    told: datetime, deployment: DeploymentConfig, source: str
) -> Start:
    """Return the start that a time without a zone stands for.

    A day is always known. The moment is not where the config names no zone, and in an
    hour that clocks repeat or skip.

    Args:
        told: naive, by the clocks at the camera.
        deployment: the config's, which may name the zone.
        source: what says it.
    """
    day = told.date()
    if not deployment.timezone:
        return Start(day, doubt=f"{NO_ZONE}, so that {told} has a date alone")
    moment = _moment(told, deployment.zone)
    if moment is None:
        return Start(day, doubt=_TWICE.format(told))
    return Start(day, moment.astimezone(UTC), format_offset(moment), source)


def start_from_moment(
    told: datetime, deployment: DeploymentConfig, source: str
) -> Start:
    """Return the start that a time with a zone stands for.

    Its local date is that in the config's zone; where the config names none, it is the
    date as it is told.

    Args:
        told: aware.
        deployment: the config's, which may name the zone.
        source: what says it.
    """
    moment = told.astimezone(UTC)
    if deployment.timezone:
        local = told.astimezone(deployment.zone)
    elif told.tzinfo is not UTC:
        local = told
    else:
        doubt = f"{NO_ZONE}, so that its date is that of {told}"
        return Start(told.date(), moment, "", source, doubt)
    return Start(local.date(), moment, format_offset(local), source)


def _moment(told: datetime, zone: tzinfo) -> Optional[datetime]:
    """Return the one moment at which clocks of a zone show a time."""
    early, late = (told.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return early if early.utcoffset() == late.utcoffset() else None
