"""Follows one clip while a worker has it, and turns the answer into an outcome."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from analysis import DecodeError, ScoresError, WorkerLost, events
from analysis.config import AnalysisSettings
from analysis.intake.delivery import Delivery
from analysis.origin.identity import with_start
from analysis.values.job import ClipJob, Job
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import ANALYSED, FAILED, SALVAGED
from analysis.values.verifying import VerifyJob
from analysis.verification.questions import Questions, questions
from analysis.verification.verdict import unverified, verified
from analysis.work import announce
from analysis.work.executor import outcome_of
from weir.archive import DroppedClip
from weir.journal import tell

logger = logging.getLogger(__name__)

LONGEST_S = 86_400.0
_PER_LOOK_S = 60.0
"""So long may a verifier take for a frame, besides the time to decode the clip."""


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
        first: what came of the look at all frames, while a verifier looks again.
        asked: what the verifier is asked then.
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
    first: Optional[Outcome] = None
    asked: Questions = field(default_factory=lambda: Questions((), 0))

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

    @property
    def next_job(self) -> tuple[Job, float]:
        """What a worker is to be asked next, and how long it may take for it."""
        if self.first is None:
            return self.job, self.deadline_s
        frames = {frame for item in self.asked.items for frame in item.frames}
        job = VerifyJob(
            self.job.path, self.job.config, self.asked.items, self.job.models
        )
        return job, min(LONGEST_S, self.deadline_s + _PER_LOOK_S * len(frames))

    @property
    def losses(self) -> str:
        """The key under which the workers that died on its present job are counted."""
        return self.notes[1 if self.first is None else 2]

    @property
    def notes(self) -> tuple[str, str, str]:
        """The keys under which crashes are counted: the daemon's, and the workers'."""
        sha256 = self.clip.sha256
        return sha256, f"lost-{sha256}", f"unverified-{sha256}"

    def after(self, outcome: Outcome) -> Optional[Outcome]:
        """Say what follows from the outcome of a job.

        Returns:
            What is to be written down; None if a verifier is to look at the clip
            before, as ``next_job`` says.
        """
        findings, verifier = outcome.findings, self.settings.analysis.verifier
        if self.first or findings is None or verifier.model is None:
            return outcome
        asked = questions(findings, verifier.verifier_frames_per_hour)
        bare = replace(outcome, findings=unverified(findings, asked, ""))
        if not asked.items:
            return bare
        self.first, self.asked = bare, asked
        return None

    def give_up(self, reason: str) -> Outcome:
        """Return the outcome of a clip on whose present job too many workers died.

        Where the verifier is to blame, the clip keeps what was found before.
        """
        if self.first is None:
            return Outcome(FAILED, reason, None)
        assert self.first.findings  # noqa: S101 - of a clip without, nothing is asked
        findings = unverified(self.first.findings, self.asked, reason)
        return replace(self.first, findings=findings)

    def conclude(self, future: Future[Any]) -> Outcome:
        """Turn the worker's answer into the clip's outcome.

        Raises:
            WorkerLost: the worker died, and the clip may be tried again.
            NoWorkers: no worker can be started.
            DecoderError, ModelError: no clip at all can be worked.
        """
        if self.first:
            return self._verified(self.first, future)
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

    def _verified(self, first: Outcome, future: Future[Any]) -> Outcome:
        try:
            answers = outcome_of(future)
        except (DecodeError, ScoresError) as exc:
            raise WorkerLost(str(exc)) from exc
        assert first.findings  # noqa: S101 - of a clip without, nothing is asked
        findings = verified(first.findings, self.asked, answers)
        return replace(first, findings=findings)

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
        if findings.verification:
            announce.verification(clip, findings.verification)
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
