"""A clip as the record has it: where it was filmed, and what a run made of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Optional

from analysis.record.file.sqlite import Row
from analysis.values.seen import FAILED
from weir.sidecar import Sidecar


@dataclass(frozen=True)
class Clip:
    """A clip and its sums in one run.

    Attributes:
        date: local date at the camera, ISO; empty where it is unknown.
        framerate: frames per second, from which times are computed.
        visible_frames: frames in which a fish could have been seen.
        begins: the sha256 of the longer clip of which this is only the beginning;
            empty where there is none.
        mark: a sum of its first bytes; equal in all copies of a clip that broke off.
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
    max_n: int
    sidecar: Optional[Sidecar]
    begins: str = ""
    mark: str = ""

    @classmethod
    def from_row(cls, row: Row) -> Clip:
        """Make a clip from a row that has a column for each of the clip's fields."""
        values: dict[str, Any] = {field.name: row[field.name] for field in fields(cls)}
        text = row["sidecar"]
        sidecar = Sidecar.from_json(text, "the record") if text else None
        values["sidecar"] = sidecar
        if sidecar:
            # The sidecar may have come after the clip was analysed.
            values["framerate"] = sidecar.rate
        if sidecar and sidecar.sha256 == row["sha256"]:
            values["begins"] = ""  # by its sidecar, these bytes are the whole clip
        return cls(**values)

    @property
    def is_usable(self) -> bool:
        """Whether it was analysed or salvaged."""
        return self.status != FAILED

    @property
    def start(self) -> Optional[datetime]:
        """When the clip starts, by the best clock that there was; None if unknown."""
        return self.sidecar.best_start if self.sidecar else None

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
        times = self.sidecar.frame_times_ms if self.sidecar else None
        if times and frame < len(times):
            return self.start + timedelta(milliseconds=times[frame])
        return self.start + timedelta(seconds=frame / self.framerate)

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
    def visible_minutes(self) -> float:
        """How many minutes a fish could have been seen."""
        return self.minutes(self.visible_frames)
