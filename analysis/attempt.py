"""An attempt at a clip: its job, how long it may take, what is made of the answer."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from analysis import DecodeError, events
from analysis.config import AnalysisConfig
from analysis.consignment import Consignment
from analysis.delivery import DroppedClip
from analysis.executor import outcome_of
from analysis.result import ClipJob, ClipResult
from analysis.store import ClipRecord, Outcome
from analysis.values import ANALYSED, FAILED, SALVAGED
from weir.clip import CLIP_SUFFIX
from weir.h264 import count_frames
from weir.journal import tell

logger = logging.getLogger(__name__)

_DEADLINE_S = 60.0
_DEADLINE_PER_FRAME_S = 0.25
_CONTAINER_BYTES_PER_FRAME = 200  # far fewer than any camera writes
MOST_TRIES = 2


@dataclass(eq=False)
class Attempt:
    """A clip that is with a worker.

    Attributes:
        deadline_s: a worker that takes longer is taken for hung.
        tries: this one included.
        others: deliveries that brought the same bytes meanwhile, and wait.
    """

    consignment: Consignment
    clip: DroppedClip
    record: ClipRecord
    job: ClipJob
    deadline_s: float
    tries: int = 1
    others: list[tuple[Consignment, DroppedClip]] = field(default_factory=list)

    def conclude(self, future: Future[ClipResult]) -> Outcome:
        """What the future's answer means for the clip.

        Raises:
            WorkerLost: its process died; there may be another try.
            ModelError: no clip can be worked like this.
        """
        try:
            result = outcome_of(future, self.deadline_s)
        except DecodeError as exc:
            return Outcome(FAILED, str(exc), None)
        reasons = [self.clip.damage] if self.clip.damage else []
        decoded, expected = len(result.scores), self.record.frames_expected
        if expected is not None and decoded < expected:
            reasons.append(f"{decoded} of {expected} frames could be decoded")
        status = SALVAGED if reasons else ANALYSED
        return Outcome(status, "; ".join(reasons), result)

    def note(self, outcome: Outcome) -> None:
        """Tell the deliveries that brought the clip, and the journal."""
        self.consignment.new += outcome.status != FAILED
        for consignment, clip in ((self.consignment, self.clip), *self.others):
            consignment.note(clip, outcome.status, outcome.reason)
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        clip, result = self.clip.name, outcome.result
        if result is None:
            archive, reason = str(self.consignment.dropped), outcome.reason
            tell(logger, events.FAILED, clip=clip, archive=archive, reason=reason)
            return
        frames, fish = len(result.scores), result.fish_frames
        if outcome.status == SALVAGED:
            tell(
                logger,
                events.SALVAGED,
                clip=clip,
                frames=frames,
                expected=self.record.frames_expected or "unknown",
                fish=fish,
                reason=outcome.reason,
            )
            return
        tell(
            logger,
            events.ANALYSED,
            clip=clip,
            frames=frames,
            fish=fish,
            encounters=len(result.counted),
            seconds=round(result.seconds, 1),
        )


def prepare(
    consignment: Consignment,
    clip: DroppedClip,
    record: ClipRecord,
    *,
    folder: Path,
    config: AnalysisConfig,
) -> Attempt:
    """Fetch a clip's bytes and say what is to be done with them; raises OSError."""
    path = consignment.delivery.fetch(clip, folder)
    raw = path.suffix == CLIP_SUFFIX
    counted = count_frames(path).frames if raw else None
    frames = clip.bytes // _CONTAINER_BYTES_PER_FRAME if counted is None else counted
    framerate = clip.sidecar.framerate if clip.sidecar else None
    if record.frames_expected is None:
        record = replace(record, frames_expected=counted)
    return Attempt(
        consignment,
        clip,
        record,
        ClipJob(path, framerate, config),
        _DEADLINE_S + _DEADLINE_PER_FRAME_S * frames,
    )
