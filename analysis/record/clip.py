"""A clip as the record has it: where it was filmed, and what a run made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Optional

import numpy as np

from analysis.record.file.sqlite import Row
from analysis.values.job import Times
from analysis.values.rate import Rate
from analysis.values.seen import FAILED
from weir.clip import composed
from weir.clock import parse_offset, parse_utc
from weir.sidecar import Sidecar

SIDECAR, CONFIG = "sidecar", "config"


_RAW = (".h264", ".264", ".avc")


def _evenly() -> Optional[Times]:
    return None


def _past_holes(
    filmed: Callable[[], Optional[Times]],
    stored_times: Callable[[], Optional[Times]],
    framerate: float,
) -> Callable[[], Optional[Times]]:
    """Make what gives the camera's times of the frames that are left of raw footage.

    Args:
        filmed: gives when the camera made each of all frames.
        stored_times: gives when the frames that are left come at an even rate.
        framerate: that rate.
    """

    @lru_cache(maxsize=1)
    def times() -> Optional[Times]:
        every, left = filmed(), stored_times()
        if every is None or left is None:
            return every
        places = np.rint(left * framerate / 1000).astype(np.int64)
        there: Times = every[places[places < len(every)]]
        return there

    return times


def _packed(times_ms: Sequence[int]) -> Callable[[], Optional[Times]]:
    """Keep times as an array, in a fifth of the room of numbers of Python's."""
    packed = np.array(times_ms, np.float64)
    return lambda: packed


@dataclass(frozen=True)
class Clip:
    """A clip and its sums in one run.

    Attributes:
        date: local date at the camera, ISO; empty where it is unknown.
        framerate: frames per second, from which times are computed.
        visible_frames: frames in which a fish could have been seen.
        begins: the sha256 of the longer clip of which this is only the beginning;
            empty where there is none.
        has_holes: whether it is that clip but for zeros in it, not its beginning.
        mark: a sum of its first bytes; equal in all copies of a clip that broke off.
        film: a sum of its coded pictures, equal in every container; empty if unknown.
        start_from, camera_from, framerate_from: where these come from: sidecar, times,
            name, folder, container, stream or config; empty where nobody knows.
        stream_rate: the rate that a raw stream states; None where it states none.
        told_start: its start where something else than a sidecar says it, as UTC text.
        utc_offset: local time's offset at the start; empty where it is unknown.
        blind_frames: frames in which the model called the empty background a target;
            None if unknown.
        kept_above: lower scores are kept, too, down to this one; None where none are.
        looked_frames: at how many the detector looked; None for all.
        max_n: the most targets in one frame; None where the model cannot count them.
        committed: when the run's look at it was written down, as UTC text.
        verifiable: how many encounters and moments a verifier could have been asked
            about; None without a verifier.
        verified: about how many of them it was asked.
        unverified: why it gave no answer; empty where it did, or nothing was asked.
        sidecar: without the times of frames, which take twenty times its room.
        stored_times: reads the time of each frame in milliseconds from the start; gives
            None where frames follow each other evenly.
    """

    sha256: str
    run: int
    clip: str
    archive: str
    deployment: str
    camera: str
    date: str
    bytes: int
    framerate: float
    width: int
    height: int
    frames_expected: Optional[int]
    frames_decoded: int
    visible_frames: int
    status: str
    reason: str
    fish_frames: int
    encounters: int
    max_n: Optional[int]
    sidecar: Optional[Sidecar]
    begins: str = ""
    has_holes: int = 0
    mark: str = ""
    film: str = ""
    start_from: str = ""
    camera_from: str = ""
    framerate_from: str = ""
    utc_offset: str = ""
    stream_rate: Optional[float] = None
    told_start: str = ""
    blind_frames: Optional[int] = None
    kept_above: Optional[float] = None
    looked_frames: Optional[int] = None
    committed: str = ""
    verifiable: Optional[int] = None
    verified: Optional[int] = None
    unverified: str = ""
    stored_times: Callable[[], Optional[Times]] = field(
        default=_evenly, compare=False, repr=False
    )

    @classmethod
    def from_row(
        cls, row: Row, stored_times: Callable[[], Optional[Times]] = _evenly
    ) -> Clip:
        """Make a clip from a row that has a column for each of the clip's fields."""
        values: dict[str, Any] = {
            each.name: row[each.name]
            for each in fields(cls)
            if each.name not in ("stored_times", "told_start")
        }
        values["stored_times"] = stored_times
        values["told_start"] = row["start"]
        text = row["sidecar"]
        sidecar = Sidecar.from_json(text, "the record") if text else None
        if sidecar:
            # The sidecar may have come after the clip was analysed.
            values["framerate"] = sidecar.rate
            values["framerate_from"] = SIDECAR
            values["utc_offset"] = sidecar.utc_offset
        if sidecar and sidecar.sha256 == row["sha256"]:
            values["begins"] = ""  # by its sidecar, these bytes are the whole clip
        if sidecar and sidecar.frame_times_ms:
            filmed = _packed(sidecar.frame_times_ms)
            if row["clip"].lower().endswith(_RAW) and stored_times is not _evenly:
                filmed = _past_holes(filmed, stored_times, row["framerate"])
            values["stored_times"] = filmed
            sidecar = replace(sidecar, frame_times_ms=None)
        values["sidecar"] = sidecar
        for name in ("deployment", "camera"):
            values[name] = composed(values[name])
        return cls(**values)

    @property
    def is_usable(self) -> bool:
        """Whether it was analysed or salvaged."""
        return self.status != FAILED

    @property
    def can_count(self) -> bool:
        """Whether the model that looked at it can count individuals."""
        return self.max_n is not None

    @property
    def states_rate(self) -> bool:
        """Whether its frame rate is known, and not only assumed."""
        return self.framerate_from not in ("", CONFIG)

    @property
    def start(self) -> Optional[datetime]:
        """When the clip starts, by the best clock that there was; None if unknown."""
        if self.sidecar:
            return self.sidecar.best_start
        return parse_utc(self.told_start) if self.told_start else None

    @property
    def clock_synchronised(self) -> Optional[bool]:
        """Whether the clock of ``start`` was right; None if this is unknown."""
        return self.sidecar.clock_trusted if self.sidecar else None

    def time_of(self, frame: int) -> Optional[datetime]:
        """Return when a frame was filmed, or None if the clip's start is unknown.

        The camera's own frame times are used if there are any, else the frame rate.
        """
        if self.start is None:
            return None
        return self.start + timedelta(seconds=self.seconds_to(frame))

    def seconds_to(self, frame: int) -> float:
        """Return how many seconds after the clip's start a frame was filmed."""
        times = self._times_ms()
        if frame < len(times):
            return float(times[frame]) / 1000
        return frame / self.framerate

    def all_seconds(self) -> Times:
        """Return ``seconds_to`` of every decoded frame: (frames,) float64."""
        seconds = np.arange(self.frames_decoded) / self.framerate
        times = self._times_ms()[: self.frames_decoded]
        seconds[: len(times)] = times / 1000
        return seconds

    def _times_ms(self) -> Times:
        stored = self.stored_times()
        return np.empty(0) if stored is None else stored

    def lasts(self, first: int, last: int) -> float:
        """Return how many seconds pass from one frame's start to another's end."""
        return self.seconds_to(last) - self.seconds_to(first) + 1 / self.framerate

    def local(self, moment: Optional[datetime]) -> Optional[datetime]:
        """Return a moment as local time at the camera; None where it is unknown."""
        if moment is None or not self.utc_offset:
            return None
        return moment.astimezone(parse_offset(self.utc_offset))

    def minutes(self, frames: int) -> float:
        """Return how many minutes a number of frames lasts."""
        return frames / self.framerate / 60 if self.framerate else 0.0

    @property
    def delivered_minutes(self) -> float:
        """How many minutes of footage arrived, whether or not they could be decoded."""
        expected = self.frames_expected
        frames = self.frames_decoded if expected is None else expected
        return self.minutes(frames)

    @property
    def is_rate_doubtful(self) -> bool:
        """Whether the config says its rate, and its stream says another."""
        return Rate(self.framerate, self.framerate_from, self.stream_rate).is_doubtful

    @property
    def blind_minutes(self) -> Optional[float]:
        """How many minutes the model called the empty background a target."""
        return None if self.blind_frames is None else self.minutes(self.blind_frames)

    @property
    def visible_minutes(self) -> float:
        """How many minutes a fish could have been seen."""
        return self.minutes(self.visible_frames)
