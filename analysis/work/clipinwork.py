"""Follows one clip while a worker has it, and turns the answer into an outcome."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Optional

from analysis import DecodeError, ScoresError, events
from analysis.config import AnalysisSettings
from analysis.intake.delivery import Delivery
from analysis.origin.identity import with_start
from analysis.values.job import ClipJob, Findings
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import ANALYSED, FAILED, SALVAGED
from analysis.work.executor import outcome_of
from weir.archive import DroppedClip
from weir.journal import tell

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class ClipInWork:
    """A clip that a worker has been given.

    Attributes:
        deadline_s: the worker is killed if it takes longer.
        settings: the config.
        others: deliveries that brought the same bytes meanwhile and wait for the
            outcome.
        later: the most complete record that came with those deliveries. Only one is
            kept, because there can be thousands, each with its frame times.
        is_again: whether the clip is known, and is looked at again for another run.
        times_problem: what is wrong with the times of frames that came with it; empty
            if nothing is, or none came.
    """

    delivery: Delivery
    clip: DroppedClip
    record: ClipRecord
    job: ClipJob
    deadline_s: float
    settings: AnalysisSettings
    others: list[tuple[Delivery, DroppedClip]] = field(default_factory=list)
    later: Optional[ClipRecord] = None
    is_again: bool = False
    times_problem: str = ""

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The deliveries that brought this clip."""
        return (self.delivery, *(delivery for delivery, _ in self.others))

    @property
    def is_recorded_anyway(self) -> bool:
        """Whether even a failure is recorded: of a new clip that an archive holds.

        A known clip that fails now keeps what was counted before.
        """
        in_archive = any(delivery.is_zip for delivery in self.deliveries)
        return in_archive and not self.is_again

    def join(self, delivery: Delivery, clip: DroppedClip, record: ClipRecord) -> None:
        """Let another delivery with the same bytes wait for the outcome."""
        self.others.append((delivery, clip))
        best = self.later or self.record
        if record.sidecar and (
            best.sidecar is None
            or (record.sidecar.corrected_start and not best.sidecar.corrected_start)
        ):
            self.later = record

    def conclude(self, future: Future[Findings]) -> Outcome:
        """Turn the worker's answer into the clip's outcome.

        Raises:
            WorkerLost: the worker died, and the clip may be tried again.
            NoWorkers: no worker can be started.
            DecoderError, ModelError: no clip at all can be worked.
        """
        try:
            findings = outcome_of(future)
        except (DecodeError, ScoresError) as exc:
            reason = str(exc).replace(self.job.path.name, self.clip.name)
            return Outcome(FAILED, reason, None)
        self.record = replace(self.record, made=findings.made)
        if not self.is_again:  # what is known of its start may have been told
            self.record = with_start(self.record, self.settings)
        known, expected = self.record.frames_expected, findings.frames_expected
        if known is None or (expected and not self.record.sidecar):
            expected = max(known or 0, expected or 0) or None
            self.record = replace(self.record, frames_expected=expected)
        decoded, damage = len(findings.scores), findings.damage
        faults = self.record.faults(decoded, self.clip.damage, damage)
        return Outcome(SALVAGED if faults else ANALYSED, faults, findings)

    def note(self, outcome: Outcome) -> None:
        """Log the outcome, and note it in all deliveries that brought the clip."""
        self.delivery.new += outcome.status != FAILED
        for delivery, clip in ((self.delivery, self.clip), *self.others):
            delivery.note(clip, outcome.status, self._as_named(clip, outcome.reason))
        self._tell(outcome)
        for delivery, clip in self.others:
            by, archive = self.clip.name, delivery.name
            tell(logger, events.TWIN, clip=clip.name, archive=archive, by=by)

    def _as_named(self, clip: DroppedClip, reason: str) -> str:
        """Let a reason that begins with this clip's name begin with an equal clip's."""
        mine = f"{self.clip.name}: "
        is_named = reason.startswith(mine)
        return f"{clip.name}: {reason[len(mine) :]}" if is_named else reason

    def _tell(self, outcome: Outcome) -> None:
        clip, findings = self.clip.name, outcome.findings
        if findings is None:
            archive, reason = self.delivery.name, outcome.reason
            tell(logger, events.FAILED, clip=clip, archive=archive, reason=reason)
            return
        frames, fish = len(findings.scores), findings.fish_frames
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
            encounters=len(findings.counted),
            seconds=round(findings.seconds, 1),
        )
