"""Times as Camtrap DP wants them: whole seconds with a zone, for every clip.

A clip without a time of day gets the local midnight of its date, because the format
demands a time; its deployment says so, and so does a comment at each such clip.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Optional

from analysis.record.clip import Clip

NO_TIME = "the time of day is unknown: times count from local midnight of the date"
UNSURE_CLOCK = "the camera's clock was not known to be right"


def start_of(clip: Clip, zone: tzinfo) -> Optional[datetime]:
    """Return when a clip starts; None where not even its date is known.

    Args:
        clip: the clip.
        zone: of local midnight, for a clip without a time of day.
    """
    if clip.start:
        return clip.local(clip.start) or clip.start
    if not clip.date:
        return None
    return datetime.combine(date.fromisoformat(clip.date), time(), zone)


def moment_in(clip: Clip, frame: int, zone: tzinfo) -> datetime:
    """Return when a frame was filmed, as ``start_of`` tells the start."""
    start = start_of(clip, zone)
    if start is None:
        raise ValueError(f"{clip.clip}: has no date")
    fixed = start.astimezone(_fixed(start))
    return fixed + timedelta(seconds=clip.seconds_to(frame))


def stamp(moment: datetime) -> str:
    """Write a moment, cut off to the second."""
    text = moment.isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")


def _fixed(moment: datetime) -> tzinfo:
    """Return a zone without summer time: a clip has one offset from end to end."""
    return timezone(moment.utcoffset() or timedelta())
