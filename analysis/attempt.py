"""An attempt at a clip: its job, how long it may take, what is made of the answer."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from analysis import DecodeError, ScoresError, events
from analysis.config import AnalysisConfig
from analysis.consignment import Consignment
from analysis.delivery import DroppedClip, Heartbeat
from analysis.executor import outcome_of
from analysis.folders import make_folder
from analysis.record import ClipRecord, Outcome
from analysis.result import ClipJob, ClipResult
from analysis.values import ANALYSED, FAILED, SALVAGED
from weir.clip import CLIP_SUFFIX
from weir.h264 import count_frames
from weir.journal import tell

logger = logging.getLogger(__name__)

_CONTAINER_BYTES_PER_FRAME = 1000  # fewer than cameras write
_LONGEST_S = 86_400.0


@dataclass(eq=False)
class Attempt:
    """A clip that is with a worker.

    Attributes:
        deadline_s: a worker that takes longer is taken for hung.
        others: deliveries that brought the same bytes meanwhile, and wait.
    """

    consignment: Consignment
    clip: DroppedClip
    record: ClipRecord
    job: ClipJob
    deadline_s: float
    others: list[tuple[Consignment, DroppedClip, ClipRecord]] = field(
        default_factory=list
    )

    @property
    def in_archive(self) -> bool:
        """Whether an archive holds the clip: then its failure is in the record."""
        here = (self.consignment, *(other[0] for other in self.others))
        return any(consignment.is_zip for consignment in here)

    def conclude(self, future: Future[ClipResult]) -> Outcome:
        """What the future's answer means for the clip.

        Raises:
            WorkerLost: its process died; there may be another try.
            NoWorkers: nobody could try.
            ModelError: no clip can be worked like this.
        """
        try:
            result = outcome_of(future)
        except (DecodeError, ScoresError) as exc:
            reason = str(exc).replace(self.job.path.name, self.clip.name)
            return Outcome(FAILED, reason, None)
        reasons = [self.clip.damage] if self.clip.damage else []
        decoded, expected = len(result.scores), self.record.frames_expected
        if expected is not None and decoded < expected:
            reasons.append(f"{decoded} of {expected} frames could be decoded")
        status = SALVAGED if reasons else ANALYSED
        return Outcome(status, "; ".join(reasons), result)

    def note(self, outcome: Outcome) -> None:
        """Tell the deliveries that brought the clip, and the journal."""
        self.consignment.new += outcome.status != FAILED
        own = (self.consignment, self.clip, self.record)
        for consignment, clip, _ in (own, *self.others):
            consignment.note(clip, outcome.status, outcome.reason)
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        clip, result = self.clip.name, outcome.result
        if result is None:
            archive, reason = self.consignment.name, outcome.reason
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
    heartbeat: Heartbeat,
) -> Attempt:
    """Fetch a clip's bytes and say what is to be done with them; raises OSError."""
    make_folder(folder)
    path = consignment.delivery.fetch(clip, folder)
    raw = path.suffix == CLIP_SUFFIX
    counted = count_frames(path, heartbeat).frames if raw else None
    frames = clip.bytes // _CONTAINER_BYTES_PER_FRAME if counted is None else counted
    framerate = record.sidecar.framerate if record.sidecar else None
    if record.frames_expected is None:
        record = replace(record, frames_expected=counted)
    return Attempt(
        consignment,
        clip,
        record,
        ClipJob(path, framerate, config),
        min(_LONGEST_S, config.deadline_s + config.deadline_per_frame_s * frames),
    )
