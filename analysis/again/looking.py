"""Looks again at clips of the record, one delivery in done/ after the other.

Each clip is committed by itself. Whatever interrupts the work, it goes on later with
the clips that the run has not looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from analysis import DecodeError, events
from analysis.again.pace import Pace
from analysis.daemon import Stopped
from analysis.intake.delivery import Delivery
from analysis.intake.kept import KeptFootage
from analysis.intake.room import Room, is_no_room
from analysis.record.file.sqlite import is_full
from analysis.record.store import Store
from analysis.values.record import KnownClip
from analysis.values.seen import FAILED
from analysis.work.dispatch import Fetch
from analysis.work.inwork import InWork
from analysis.work.unforeseen import reason_for
from weir.clock import Clock
from weir.journal import tell
from weir.service import StopFlag

logger = logging.getLogger(__name__)

_STEP_S = 0.25
_NO_ROOM_PAUSE_S = 5.0


@dataclass
class Looked:
    """What became of the clips.

    Attributes:
        clips: how many were looked at.
        failed: those that could not be analysed; they keep what was counted before.
        missing: those that are no longer in done/, or whose bytes have changed.
        left: how many are left after a stop.
    """

    clips: int = 0
    failed: list[str] = field(default_factory=list)
    missing: list[KnownClip] = field(default_factory=list)
    left: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all clips were looked at."""
        return not (self.failed or self.missing or self.left)


class LookingAgain:
    """Looks again at clips, with as many workers as the daemon has.

    Args:
        kept: finds the clips in done/.
        fetch: makes a clip ready for a worker.
        in_work: takes the clips, and commits what is found.
        store: the record, for what is known of each clip.
        room: asked before a clip is unpacked.
        pace: is told how far the work has come.
        clock: used for every wait.
        stopping: says when to stop.
    """

    def __init__(
        self,
        kept: KeptFootage,
        fetch: Fetch,
        in_work: InWork,
        store: Store,
        *,
        room: Room,
        pace: Pace,
        clock: Clock,
        stopping: StopFlag,
    ) -> None:
        self._kept, self._fetch, self._in_work = kept, fetch, in_work
        self._store, self._room, self._pace = store, room, pace
        self._clock, self._stopping = clock, stopping
        self._clips = dict(kept.missing)
        self._open: dict[Delivery, int] = {}
        self._looked = Looked()

    def run(self) -> Looked:
        """Look at all the clips, or until asked to stop."""
        over = False
        with suppress(Stopped):
            deliveries = self._kept.deliveries()
            while not (over or self._stopping.requested):
                over = self._patiently(deliveries)
                ended = len(self._clips) - self._left()
                self._pace.show(ended, self._in_work.bytes)
                self._in_work.wait(_STEP_S)
        self._settle()  # what workers had answered when the stop came
        for delivery in self._open:
            delivery.contents.close()
        if over:
            self._looked.missing += list(self._kept.missing.values())
        for clip in self._looked.missing:
            tell(logger, events.FOOTAGE_GONE, clip=clip.clip, sha256=clip.sha256)
        self._looked.left = self._left()
        return self._looked

    def _left(self) -> int:
        looked = self._looked
        ended = looked.clips + len(looked.failed) + len(looked.missing)
        return len(self._clips) - ended

    def _patiently(self, deliveries: Iterator[Delivery]) -> bool:
        """Do a turn; where there is no room, wait a moment instead."""
        try:
            over = self._turn(deliveries)
        except Exception as exc:
            if not (is_no_room(exc) or is_full(exc)):
                raise
            self._pace.wait_for_room(str(exc))
            self._clock.wait(_NO_ROOM_PAUSE_S, self._stopping)
            return False
        self._pace.wait_for_room("")
        return over

    def _turn(self, deliveries: Iterator[Delivery]) -> bool:
        """Commit what is finished, and begin what fits.

        Returns:
            True if nothing is left to do.
        """
        self._settle()
        self._room.check()
        while not self._in_work.is_full:
            delivery = next((d for d in self._open if d.pending), None)
            if delivery is None:
                delivery = next(deliveries, None)
                if delivery is None:
                    return not self._open
                self._open[delivery] = len(delivery.pending)
            self._begin(delivery)
        return False

    def _begin(self, delivery: Delivery) -> None:
        clip = delivery.pending[0]
        try:
            self._room.check(clip.bytes if delivery.is_zip else 0)
            work = self._fetch.ready(delivery, clip, self._store.clip(clip.sha256))
        except (DecodeError, OSError) as exc:
            if is_no_room(exc):
                raise
            self._looked.missing.append(self._clips[clip.sha256])
            self._close_if_over(delivery, 1)
        else:
            work.is_again = True
            self._in_work.begin(work)
        delivery.pending.popleft()

    def _settle(self) -> None:
        for work, exc in self._in_work.settle():
            reason_for(exc, work.delivery.dropped)  # it tells
            work.delivery.note(work.clip, FAILED, str(exc))
        for delivery in tuple(self._open):
            for clip, status in delivery.outcomes:
                if status == FAILED:
                    self._looked.failed.append(clip.name)
                else:
                    self._looked.clips += 1
            ended = len(delivery.outcomes)
            delivery.outcomes.clear()
            self._close_if_over(delivery, ended)

    def _close_if_over(self, delivery: Delivery, ended: int) -> None:
        """Close a delivery when all its wanted clips have ended."""
        self._open[delivery] -= ended
        if not self._open[delivery]:
            del self._open[delivery]
            delivery.contents.close()
