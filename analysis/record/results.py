"""The results as they are read: of the newest run of each clip, or of one run.

Every export and the report read through this class, so that they agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from analysis import StoreError
from analysis.record import logbook, times
from analysis.record.clip import Clip
from analysis.record.copies.judging import Judged, Superseded, judge
from analysis.record.file.sqlite import Connection
from analysis.record.labels.labelbook import Decision, LabelBook
from analysis.record.looks import detections, doubts, moments, tracks
from analysis.record.looks.detections import SeenDetection
from analysis.record.looks.kinds import Kinds, SeenKind
from analysis.record.looks.moments import SeenMoment
from analysis.record.looks.tracks import SeenTrack
from analysis.record.shown import NEWEST, clips_where
from analysis.record.thresholds import kept
from analysis.record.thresholds.recount import recount
from analysis.values.job import Flags, Times
from analysis.values.record import UnreadMember
from analysis.values.seen import BELOW, BETWEEN, COUNTED, Encounter
from analysis.values.start import ToldTime
from weir.clock import format_utc
from weir.effort import EffortLine
from weir.log import LogLine


@dataclass(frozen=True)
class SeenEncounter:
    """An encounter together with its clip.

    Attributes:
        snapshot: the path of its picture below results/; empty without one.
        decision: what people say of it; None if nobody does.
        kinds: the kinds in it; none of a model that judges whole frames.
    """

    clip: Clip
    encounter: Encounter
    snapshot: str
    decision: Optional[Decision] = None
    kinds: tuple[SeenKind, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What swam in it: its own kind, and what was surely beside it."""
        own = self.encounter.species or self.encounter.label
        beside = (kind.species or kind.label for kind in self.kinds if kind.is_sure)
        return tuple(dict.fromkeys([own, *beside]))

    @property
    def id(self) -> str:
        """A name for it that every run gives it that sees it in the same frames."""
        encounter = self.encounter
        frames = f"{encounter.first_frame}-{encounter.last_frame}"
        return f"{self.clip.sha256[:16]}-{frames}"


@dataclass(frozen=True)
class Effort:
    """A line of a ledger, and the local date of its slot."""

    date: str
    line: EffortLine


class Results:
    """The results of the newest run of each clip, or of one run.

    Args:
        db: the record, open for reading.
        run: the number of a run; None for the newest run of each clip.
        threshold: what is counted with this one, instead of that of each run. The
            record must keep as much: see ``analysis.record.thresholds.kept``.
        book: what people said.

    Raises:
        StoreError: there is no such run.
    """

    def __init__(
        self,
        db: Connection,
        run: Optional[int] = None,
        *,
        threshold: Optional[float] = None,
        book: Optional[LabelBook] = None,
    ) -> None:
        self._db, self._run, self.threshold = db, run, threshold
        self.book = book or LabelBook()
        if run is not None and run not in self.settings:
            known = ", ".join(map(str, self.settings)) or "none"
            raise StoreError(f"there is no run {run}; there are: {known}")

    @cached_property
    def settings(self) -> dict[int, dict[str, Any]]:
        """The settings of each run, by the run's number."""
        rows = self._db.execute("SELECT id, settings FROM runs ORDER BY id")
        return {row["id"]: json.loads(row["settings"]) for row in rows}

    def started(self, run: int) -> tuple[str, str]:
        """Return when a run began, as UTC text, and which Weir began it."""
        found = "SELECT started, software FROM runs WHERE id = ?"
        return (*self._db.execute(found, (run,)).fetchone(),)

    @cached_property
    def present_run(self) -> Optional[int]:
        """The run that is asked for, else the one that looked at a clip last."""
        last = "SELECT run, max(committed) FROM analyses"
        newest: Optional[int] = self._db.execute(last).fetchone()["run"]
        return newest if self._run is None else self._run

    @cached_property
    def clips(self) -> tuple[Clip, ...]:
        """Every clip that counts, by deployment, camera, date, name and sha256."""
        return self._judged.shown

    @cached_property
    def superseded(self) -> tuple[Superseded, ...]:
        """Every clip that does not count, because a copy of it does."""
        return self._judged.superseded

    @cached_property
    def _judged(self) -> Judged:
        which = NEWEST if self._run is None else "a.run = ?"
        values = () if self._run is None else (self._run,)
        return judge(clips_where(self._db, which, values, self.times))

    def encounters(self) -> Iterator[SeenEncounter]:
        """Yield every encounter, whatever its status, clip by clip."""
        return (seen for clip in self.clips for seen in self.encounters_in(clip))

    def encounters_in(self, clip: Clip) -> Iterator[SeenEncounter]:
        """Yield the encounters of one clip, in order."""
        found: Iterable[tuple[Encounter, str]]
        if self.threshold is None:
            rows = self._db.execute(
                "SELECT * FROM encounters WHERE sha256 = ? AND run = ? AND status <> ?"
                " ORDER BY encounter",
                (clip.sha256, clip.run, BELOW),
            )
            found = ((kept.encounter_in(row), row["snapshot"]) for row in rows)
        else:
            found = recount(self.kept(clip), self.threshold)
        kinds = Kinds(self._db, clip, self._bar(clip))
        for encounter, snapshot in found:
            first, last = encounter.first_frame, encounter.last_frame
            said = self.book.decision(clip.sha256, first, last)
            within = kinds.within(encounter)
            yield SeenEncounter(clip, encounter, snapshot, said, within)

    def kept(self, clip: Clip) -> kept.Kept:
        """Return what the record keeps of a clip, above the threshold and below it."""
        return kept.read(self._db, self.settings[clip.run], clip.sha256, clip.run)

    def lowest_spans(self, clip: Clip) -> list[tuple[int, int]]:
        """Return the first and last frame of each encounter of all that is kept."""
        floor = kept.floor_of(self.settings[clip.run], clip.kept_above)
        every = recount(self.kept(clip), floor)
        return [(encounter.first_frame, encounter.last_frame) for encounter, _ in every]

    def _bar(self, clip: Clip) -> float:
        """The score above which a detection counts."""
        return kept.bar(self.settings[clip.run], self.threshold)

    def counted(self) -> Iterator[SeenEncounter]:
        """Yield the encounters that count."""
        return (e for e in self.encounters() if e.encounter.status == COUNTED)

    def detections_in(self, clip: Clip) -> Iterator[SeenDetection]:
        """Yield every detection of one clip, counted or not."""
        encounters = [seen.encounter for seen in self.encounters_in(clip)]
        return detections.read(self._db, clip, self._bar(clip), encounters)

    def is_due(self, clip: Clip) -> Optional[Flags]:
        """Return which frames the detector was to look at; None for all of them."""
        reused = self._blob("reused", clip.sha256, clip.run)
        return None if reused is None else np.frombuffer(reused, "u1") != BETWEEN

    def moments(self) -> list[SeenMoment]:
        """Return what moved and was not called a target, clip by clip."""
        return moments.read(self._db, self.clips)

    def moments_in(self, clip: Clip) -> list[SeenMoment]:
        """Return the moments of one clip, ranked among themselves."""
        return moments.read(self._db, [clip])

    def tracks_in(self, clip: Clip) -> Iterator[SeenTrack]:
        """Yield the individuals that were followed in one clip."""
        return tracks.read(self._db, clip)

    def target_frames(self, clip: Clip) -> list[int]:
        """Return the frames of a clip with a target, in order."""
        rows = self._db.execute(
            "SELECT DISTINCT frame FROM detections"  # noqa: S608 - its parts are texts of this package
            f" WHERE sha256 = ? AND run = ? AND {kept.SHOWN} ORDER BY frame",
            (clip.sha256, clip.run, self._bar(clip)),
        )
        return [frame for (frame,) in rows]

    def scores(self, clip: Clip) -> npt.NDArray[np.float32]:
        """Return the highest score of a target in each frame: (frames,) float32."""
        return np.frombuffer(self._blob("scores", clip.sha256, clip.run), "<f4")

    def visible(self, clip: Clip) -> Flags:
        """Return in which frames a fish could have been seen: (frames,) bool."""
        return np.frombuffer(self._blob("visible", clip.sha256, clip.run), np.bool_)

    @lru_cache(maxsize=1)  # noqa: B019 the results live as long as the program
    def times(self, sha256: str, run: int) -> Optional[Times]:
        """Return when each frame was filmed, in milliseconds from the clip's start.

        Returns:
            (frames,) float64; None where frames follow each other evenly.
        """
        blob = self._blob("times", sha256, run)
        return None if blob is None else np.frombuffer(blob, "<f8")

    def _blob(self, column: str, sha256: str, run: int) -> Any:
        row = self._db.execute(
            f"SELECT {column} FROM analyses WHERE sha256 = ? AND run = ?",  # noqa: S608 - its parts are texts of this package
            (sha256, run),
        )
        return row.fetchone()[0]

    @cached_property
    def effort(self) -> tuple[Effort, ...]:
        """Every planned slot that a ledger has reported."""
        rows = self._db.execute(
            "SELECT date, line FROM effort"
            " ORDER BY deployment, camera, date, planned_start"
        )
        return tuple(
            Effort(row["date"], EffortLine.from_json(row["line"], "the record"))
            for row in rows
        )

    @cached_property
    def unread(self) -> tuple[UnreadMember, ...]:
        """What deliveries brought and nobody understood, by delivery and member."""
        rows = self._db.execute("SELECT * FROM unread ORDER BY delivery, member")
        return tuple(UnreadMember(**row) for row in rows)

    @cached_property
    def doubts(self) -> tuple[doubts.Doubt, ...]:
        """What the first clips of the runs shown say against their models' use."""
        return doubts.of_runs(self._db, frozenset(clip.run for clip in self.clips))

    def told_times(self) -> list[tuple[ToldTime, str]]:
        """Return what people told of starts, each with its delivery or folder."""
        return times.told_times(self._db)

    def log(self) -> Iterator[LogLine]:
        """Yield the cameras' warnings and errors, by camera, the newest first."""
        return logbook.read(self._db)

    def targets(self) -> tuple[str, ...]:
        """Return the labels that count in the runs shown; none if all labels do."""
        runs = {clip.run for clip in self.clips}
        found: dict[str, None] = {}
        for run in sorted(runs):
            found.update(dict.fromkeys(self.settings[run]["detector"]["targets"]))
        return tuple(found)


def time_text(moment: Optional[datetime]) -> str:
    """Return a moment as UTC text, or an empty text if the moment is unknown."""
    return format_utc(moment) if moment else ""
