"""The results as they are read: rows of the newest run of each clip, or of one run.

Every export and the report read through here, so that they agree. Times are reckoned
from the sidecar's start and frame times where there are any; where there are not, they
are empty.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from analysis import StoreError
from analysis.record import logbook
from analysis.record.file.sqlite import Connection, Row
from analysis.values.beginning import MARK_BYTES
from analysis.values.seen import ANALYSED, COUNTED, FAILED, Box, Detection, Encounter
from weir.clock import format_utc
from weir.effort import EffortLine
from weir.log import LogLine
from weir.sidecar import Sidecar


@dataclass(frozen=True)
class Clip:
    """A clip and what a run made of it.

    Attributes:
        date: local date at the camera, ISO; empty when unknown.
        framerate: frames per second that times are reckoned by.
        visible_minutes: of frames in which a fish could have been seen.
        begins: the longer clip whose beginning it is, and no more; else empty.
        mark: of its first bytes; copies of a clip that were cut off have the same.
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

    @property
    def start(self) -> Optional[datetime]:
        """When it starts, by the best clock there was; None when unknown."""
        return self.sidecar.best_start if self.sidecar else None

    @property
    def clock_synchronised(self) -> Optional[bool]:
        """Whether that clock was right; None when nothing says."""
        return self.sidecar.clock_trusted if self.sidecar else None

    def time_of(self, frame: int) -> Optional[datetime]:
        """When a frame was filmed; None when unknown."""
        if self.start is None:
            return None
        times = self.sidecar.frame_times_ms if self.sidecar else None
        if times and frame < len(times):
            return self.start + timedelta(milliseconds=times[frame])
        return self.start + timedelta(seconds=frame / self.framerate)

    def minutes(self, frames: int) -> float:
        """How long so many frames last."""
        return frames / self.framerate / 60 if self.framerate else 0.0

    @property
    def delivered_minutes(self) -> float:
        """How long the footage is that arrived, decoded or not."""
        expected = self.frames_expected
        frames = self.frames_decoded if expected is None else expected
        return self.minutes(frames)

    @property
    def visible_minutes(self) -> float:
        """How long one could see something."""
        return self.minutes(self.visible_frames)


@dataclass(frozen=True)
class SeenEncounter:
    """An encounter, and the clip that it is in.

    Attributes:
        snapshot: path below results/; empty when there is none.
    """

    clip: Clip
    encounter: Encounter
    snapshot: str


@dataclass(frozen=True)
class Effort:
    """A ledger's line and the local date of its slot."""

    date: str
    line: EffortLine


class Results:
    """What one reader sees: the newest run of each clip, or one run.

    Args:
        db: the record, open for reading.
        run: the number of a run; None for the newest of each clip.
        threshold: encounters whose score is not above it are left out.

    Raises:
        StoreError: there is no such run.
    """

    def __init__(
        self, db: Connection, run: Optional[int] = None, *, threshold: float = 0.0
    ) -> None:
        self._db, self._run, self.threshold = db, run, threshold
        if run is not None and run not in self.settings:
            known = ", ".join(map(str, self.settings)) or "none"
            raise StoreError(f"there is no run {run}; there are: {known}")

    @cached_property
    def settings(self) -> dict[int, dict[str, Any]]:
        """How each run looked."""
        rows = self._db.execute("SELECT id, settings FROM runs ORDER BY id")
        return {row["id"]: json.loads(row["settings"]) for row in rows}

    @cached_property
    def clips(self) -> tuple[Clip, ...]:
        """Every clip, by deployment, camera, date, name and sha256."""
        run = "?" if self._run is not None else _NEWEST
        rows = self._db.execute(
            "SELECT c.*, a.*, hex(substr(m.marks, 1, ?)) AS mark"  # noqa: S608
            " FROM clips c JOIN analyses a USING (sha256)"
            " LEFT JOIN beginnings m USING (sha256)"
            f" WHERE a.run = {run}"
            " ORDER BY c.deployment, c.camera, c.date, c.clip, c.sha256",
            (MARK_BYTES,) if self._run is None else (MARK_BYTES, self._run),
        )
        return without_superseded(_clip(row) for row in rows)

    def encounters(self) -> Iterator[SeenEncounter]:
        """Every encounter, counted or static, clip by clip."""
        for clip in self.clips:
            rows = self._db.execute(
                "SELECT * FROM encounters WHERE sha256 = ? AND run = ? AND score > ?"
                " ORDER BY encounter",
                (clip.sha256, clip.run, self.threshold),
            )
            for row in rows:
                yield SeenEncounter(clip, _encounter(row), row["snapshot"])

    def counted(self) -> Iterator[SeenEncounter]:
        """The encounters that count."""
        return (e for e in self.encounters() if e.encounter.status == COUNTED)

    def detections(self) -> Iterator[tuple[Clip, int, Detection]]:
        """Every target in every frame, counted or not: clip, frame, detection."""
        for clip in self.clips:
            rows = self._db.execute(
                "SELECT * FROM detections WHERE sha256 = ? AND run = ?"
                " ORDER BY frame, number",
                (clip.sha256, clip.run),
            )
            for row in rows:
                yield clip, row["frame"], _detection(row)

    def max_n_by_kind(self, seen: SeenEncounter) -> dict[tuple[str, str], int]:
        """The most of each label and species in one frame of an encounter."""
        clip, encounter = seen.clip, seen.encounter
        rows = self._db.execute(
            "SELECT label, species, MAX(individuals) FROM"
            " (SELECT label, species, COUNT(*) AS individuals FROM detections"
            " WHERE sha256 = ? AND run = ? AND frame BETWEEN ? AND ? AND score > ?"
            " GROUP BY frame, label, species) GROUP BY label, species",
            (
                *(clip.sha256, clip.run, encounter.first_frame, encounter.last_frame),
                self.threshold,
            ),
        )
        return {(label, species): individuals for label, species, individuals in rows}

    def scores(self, clip: Clip) -> npt.NDArray[np.float32]:
        """(frames,) float32: the highest target score in each frame of a clip."""
        row = self._db.execute(
            "SELECT scores FROM analyses WHERE sha256 = ? AND run = ?",
            (clip.sha256, clip.run),
        ).fetchone()
        return np.frombuffer(row["scores"], "<f4")

    @cached_property
    def effort(self) -> tuple[Effort, ...]:
        """Every planned slot that a ledger told of."""
        rows = self._db.execute(
            "SELECT date, line FROM effort"
            " ORDER BY deployment, camera, date, planned_start"
        )
        return tuple(
            Effort(row["date"], EffortLine.from_json(row["line"], "the record"))
            for row in rows
        )

    def log(self) -> Iterator[LogLine]:
        """What the cameras told of trouble, by camera, the newest first."""
        return logbook.read(self._db)

    def targets(self) -> tuple[str, ...]:
        """The labels that the runs shown here counted; empty when every label."""
        runs = {clip.run for clip in self.clips}
        found: dict[str, None] = {}
        for run in sorted(runs):
            found.update(dict.fromkeys(self.settings[run]["detector"]["targets"]))
        return tuple(found)


# By when it was looked, not by the number: an old config may have come back.
_NEWEST = (
    "(SELECT run FROM analyses b WHERE b.sha256 = c.sha256"
    " ORDER BY committed DESC, run DESC LIMIT 1)"
)


def without_superseded(clips: Iterable[Clip]) -> tuple[Clip, ...]:
    """Leave out damaged copies of a clip of which there is a better one.

    A sidecar names the bytes that were filmed. What came damaged and was fetched again
    is the same minutes of the same water: the whole copy counts, else the one of which
    most could be decoded. So is what another clip's bytes begin with.
    """
    clips, copies = list(clips), defaultdict(list)
    known = {clip.sha256: clip for clip in clips}
    for clip in clips:
        copies[_filmed(clip, known)].append(clip)
    best = {clip.sha256 for same in copies.values() for clip in _best_of(same)}
    return tuple(clip for clip in clips if clip.sha256 in best)


def _best_of(copies: list[Clip]) -> Iterator[Clip]:
    """The best of the copies of a clip, and of what is only said to be one.

    A sidecar may lie. A copy that was cut off has the first bytes of the clip, and one
    that was damaged has its length; what has neither is other footage.
    """
    while copies:
        best = max(copies, key=_worth)
        yield best
        copies = [c for c in copies if c.mark and best.mark and _differs(c, best)]


def _differs(clip: Clip, best: Clip) -> bool:
    return clip.mark != best.mark and clip.bytes != best.bytes


def _filmed(clip: Clip, known: Mapping[str, Clip]) -> str:
    """The sha256 of the clip that was filmed, of which this is a copy."""
    while clip.begins in known:  # it ends: each is longer than the one before
        clip = known[clip.begins]
    return clip.sidecar.sha256 if clip.sidecar else clip.begins or clip.sha256


def _worth(clip: Clip) -> tuple[bool, bool, int, int]:
    is_whole = clip.status == ANALYSED and not clip.begins
    return is_usable(clip), is_whole, clip.frames_decoded, clip.bytes


def _clip(row: Row) -> Clip:
    sidecar = (
        Sidecar.from_json(row["sidecar"], "the record") if row["sidecar"] else None
    )
    clip = Clip(
        sha256=row["sha256"],
        run=row["run"],
        clip=row["clip"],
        archive=row["archive"],
        deployment=row["deployment"],
        camera=row["camera"],
        date=row["date"],
        bytes=row["bytes"],
        framerate=row["framerate"],
        width=row["width"],
        height=row["height"],
        frames_expected=row["frames_expected"],
        frames_decoded=row["frames_decoded"],
        visible_frames=row["visible_frames"],
        status=row["status"],
        reason=row["reason"],
        fish_frames=row["fish_frames"],
        encounters=row["encounters"],
        max_n=row["max_n"],
        sidecar=sidecar,
        # Of what its sidecar says is whole, nothing is missing.
        mark=row["mark"],
        begins="" if sidecar and sidecar.sha256 == row["sha256"] else row["begins"],
    )
    # A sidecar may have come after the clip was worked.
    return replace(clip, framerate=sidecar.rate) if sidecar else clip


def _encounter(row: Row) -> Encounter:
    return Encounter(
        number=row["encounter"],
        first_frame=row["first_frame"],
        last_frame=row["last_frame"],
        best_frame=row["best_frame"],
        label=row["label"],
        score=row["score"],
        species=row["species"],
        species_score=row["species_score"],
        max_n=row["max_n"],
        status=row["status"],
    )


def _detection(row: Row) -> Detection:
    box = None
    if row["x"] is not None:
        box = Box(row["x"], row["y"], row["width"], row["height"])
    return Detection(
        row["label"], row["score"], box, row["species"], row["species_score"]
    )


def time_text(moment: Optional[datetime]) -> str:
    """A moment for a table; empty when unknown."""
    return format_utc(moment) if moment else ""


def is_usable(clip: Clip) -> bool:
    """Whether a clip was analysed or salvaged."""
    return clip.status != FAILED
