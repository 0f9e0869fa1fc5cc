"""Sums by local hour: when fish came, and when anything could have been seen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Optional

import numpy as np
import numpy.typing as npt

from analysis.record.clip import Clip
from analysis.record.final.encounters import final_encounters
from analysis.record.final.sums import Counts
from analysis.record.results import Results

Hour = tuple[str, str, str, Optional[int]]
"""Deployment, camera, local date, and the hour from 0; None if it is unknown."""


@dataclass
class HourSums:
    """The minutes of one camera in one hour, and the encounters that began in it.

    Attributes:
        analysed: minutes of frames that were decoded.
        visible: minutes of frames in which a fish could have been seen.
        blind: minutes in which the model called the empty background a target; None
            where nobody asked. Where a clip has some is not known: its hours share
            them as they share what is visible.
        counts: those encounters, all kinds together.
        runs: the runs that looked at the clips.
    """

    analysed: float = 0.0
    visible: float = 0.0
    blind: Optional[float] = None
    counts: Counts = field(default_factory=lambda: Counts(can_count=False))
    runs: set[int] = field(default_factory=set)


def sums_by_hour(results: Results) -> dict[Hour, HourSums]:
    """Return the sums of every hour with footage, in order.

    Footage without a time of day is summed up by day, in an hour of its own that is
    None.
    """
    hours: dict[Hour, HourSums] = defaultdict(HourSums)
    for clip in results.clips:
        if clip.is_usable and clip.frames_decoded:
            _add_clip(hours, clip, results.visible(clip))
    for final in final_encounters(results):
        clip = final.clip
        sums = hours[_hour_of(clip, clip.local(clip.time_of(final.first_frame)))]
        sums.counts.add(final)
        sums.counts.add_most(final, final.max_n)
    return dict(sorted(hours.items(), key=_order))


def _add_clip(
    hours: dict[Hour, HourSums], clip: Clip, visible: npt.NDArray[np.bool_]
) -> None:
    """Share a clip's frames among the hours in which they were filmed."""
    start = clip.local(clip.start)
    if start is None:
        parts = {_hour_of(clip, None): visible}
    else:
        first = start.replace(minute=0, second=0, microsecond=0)
        late_s = (start - first).total_seconds()
        numbers = ((clip.all_seconds() + late_s) // 3600).astype(int)
        parts = {
            _hour_of(clip, first + timedelta(hours=int(n))): visible[numbers == n]
            for n in np.unique(numbers)
        }
    for hour, frames in parts.items():
        hours[hour].runs.add(clip.run)
        hours[hour].analysed += clip.minutes(len(frames))
        hours[hour].counts.can_count |= clip.can_count
        hours[hour].visible += clip.minutes(int(frames.sum()))
        if clip.blind_minutes is not None:
            share = float(frames.sum() / max(1, visible.sum())) * clip.blind_minutes
            hours[hour].blind = (hours[hour].blind or 0.0) + share


def _hour_of(clip: Clip, moment: Optional[datetime]) -> Hour:
    if moment is None:
        return (clip.deployment, clip.camera, clip.date, None)
    day = moment.date().isoformat()
    return (clip.deployment, clip.camera, day, moment.hour)


def _order(item: tuple[Hour, HourSums]) -> tuple[str, str, str, int]:
    deployment, camera, day, hour = item[0]
    return (deployment, camera, day, -1 if hour is None else hour)
