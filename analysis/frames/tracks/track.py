"""The picture track of a container: what it states, and what lies in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from analysis.frames.tracks.gaps import LOST, UNCLEAR, Gap
from analysis.frames.tracks.packets import Times


@dataclass(frozen=True)
class Track:
    """The pictures of a container, by its tables and by what lies in the file.

    Attributes:
        index: which of the container's streams it is.
        codec: FFmpeg's name of the codec.
        size: width and height in pixels, before rotation.
        rate: pictures per second; None where neither header nor times say it.
        unbelieved: the rate of header or times where no camera films so; None else.
        created: when the container was made, as it says; empty where it does not.
        stated: how many pictures a player shows, by a table that lists them; None
            without one.
        told: the number of pictures in the header of the track; 0 without one.
        unfilled: how many pictures more the header tells of than came, which are
            missing if the footage is damaged.
        lasts_s: how long the pictures last by the header; None where it does not say.
        delivered: how many pictures that a player shows lie in the file.
        times_ms: (delivered,) float64, when each is shown, from the first one, in
            order; empty where the container has no times.
        delay: how many pictures the decoder may hold back.
        is_cut_out: whether it begins with pictures that cannot be shown, because it was
            cut out of other footage without encoding.
        gaps: where the times show that pictures are missing, or that none were made.
        spoilt_ms: when those are shown that are damaged by their bytes.
        errors: the first errors that the demuxer reported.
        is_hidden: whether OpenCV would read another track.
    """

    index: int
    codec: str
    size: tuple[int, int]
    rate: Optional[float]
    created: str
    stated: Optional[int]
    told: int
    lasts_s: Optional[float]
    delivered: int
    times_ms: Times
    delay: int
    is_cut_out: bool
    spoilt_ms: tuple[float, ...]
    errors: tuple[str, ...]
    is_hidden: bool = False
    unfilled: int = 0
    gaps: tuple[Gap, ...] = ()
    unbelieved: Optional[float] = None

    @property
    def is_damaged(self) -> bool:
        """Whether the container's own bytes show damage."""
        return bool(self.errors or self.spoilt_ms)

    @property
    def is_beyond(self) -> bool:
        """Whether the file has more pictures than its header says."""
        return 0 < self.told < self.delivered

    @property
    def step_ms(self) -> Optional[float]:
        """The usual time from one picture to the next; None without times."""
        steps = np.diff(self.times_ms)
        return float(np.median(steps)) if len(steps) else None

    @property
    def lost(self) -> int:
        """How many pictures were lost between others, as times and numbers show."""
        return self._missing(LOST)

    @property
    def unclear(self) -> int:
        """How many pictures may be missing, or were not made."""
        return self._missing(UNCLEAR)

    @property
    def paused(self) -> int:
        """How many pictures fit into the times in which the camera filmed nothing."""
        gaps = (gap for gap in self.gaps if gap.kind != LOST and not gap.is_filmed)
        return sum(gap.missing for gap in gaps)

    def _missing(self, kind: str) -> int:
        return sum(gap.missing for gap in self.gaps if gap.kind == kind)
