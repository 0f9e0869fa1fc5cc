"""Sends each clip of a delivery to a worker, unless the clip is known already.

A clip is recognised by the sha256 of its bytes. If it is in the record already, it is
not analysed again. If a worker has it already, the delivery waits for that outcome.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Optional

from analysis import events
from analysis.config import AnalysisSettings
from analysis.frames.footageformat import RAW_H264, format_of
from analysis.intake.delivery import Delivery
from analysis.intake.folders import make_folder
from analysis.intake.room import Room
from analysis.origin.frametimes import read_frame_times
from analysis.origin.identity import identify
from analysis.record.store import Store
from analysis.values.facts import Facts
from analysis.values.heartbeat import Heartbeat
from analysis.values.job import ClipJob, Times
from analysis.values.record import ClipRecord, KnownClip
from analysis.values.seen import ANALYSED, FAILED, SALVAGED
from analysis.work.clipinwork import LONGEST_S, ClipInWork
from analysis.work.inwork import InWork
from weir.archive import DroppedClip
from weir.clock import format_utc
from weir.h264 import count_frames
from weir.journal import tell

logger = logging.getLogger(__name__)

_CONTAINER_BYTES_PER_FRAME = 1000  # fewer than cameras write


class Fetch:
    """Puts a clip's bytes where a worker can read them, and says how to look at it.

    Args:
        folder: where the bytes are put.
        settings: the config: how to look, and how long that may take.
        require_motion: whether encounters in which nothing moves count as static.
        models: the models that the run recorded; None to use the files as they are.
        heartbeat: called during long operations; it may raise to break them off.
    """

    def __init__(
        self,
        folder: Path,
        settings: AnalysisSettings,
        *,
        require_motion: bool,
        models: Optional[Facts],
        heartbeat: Heartbeat,
    ) -> None:
        self._folder, self._heartbeat = folder, heartbeat
        self._config, self._settings = settings.analysis, settings
        self._require_motion, self._models = require_motion, models

    def ready(
        self, delivery: Delivery, clip: DroppedClip, record: ClipRecord
    ) -> ClipInWork:
        """Fetch a clip, and set its deadline.

        The frames of raw H.264 are counted; those of a container are estimated from its
        size.

        Raises:
            OSError: its bytes cannot be read or written.
            DecodeError: its bytes changed after they were verified.
        """
        make_folder(self._folder)
        path = delivery.contents.fetch(clip, self._folder)
        is_h264 = format_of(path) is RAW_H264
        counted = count_frames(path, self._heartbeat).frames if is_h264 else None
        frames = clip.bytes // _CONTAINER_BYTES_PER_FRAME
        frames = frames if counted is None else counted
        if record.frames_expected is None:
            record = replace(record, frames_expected=counted)
        framerate = record.sidecar.rate if record.sidecar else None
        times, problem = None, ""
        if not record.sidecar:
            times, problem = _frame_times(delivery, clip, counted)
        config = self._config
        job = ClipJob(
            path, framerate, config, self._require_motion, self._models, times
        )
        deadline_s = config.deadline_s + config.deadline_per_frame_s * frames
        return ClipInWork(
            delivery,
            clip,
            record,
            job,
            min(LONGEST_S, deadline_s),
            self._settings,
            times_problem=problem,
        )


def _frame_times(
    delivery: Delivery, clip: DroppedClip, frames: Optional[int]
) -> tuple[Optional[Times], str]:
    """Read the times that came with a clip, as ``read_frame_times`` does."""
    came = delivery.contents.frame_times(clip)
    if came is None or came[1]:
        return None, came[1] if came else ""
    return read_frame_times(came[0], frames)


class Dispatch:
    """Sends clips to workers.

    Args:
        store: the record, which is asked whether a clip is known.
        in_work: takes the clips that are sent.
        room: asked before a clip is unpacked.
        fetch: makes a clip ready for a worker.
        settings: the config.
    """

    def __init__(
        self,
        store: Store,
        in_work: InWork,
        room: Room,
        fetch: Fetch,
        settings: AnalysisSettings,
    ) -> None:
        self._store, self._in_work, self._room = store, in_work, room
        self._fetch, self._settings = fetch, settings

    def begin(self, delivery: Delivery, clip: DroppedClip) -> None:
        """Send a clip to a worker, unless it is known or in work already.

        Raises:
            NoRoom: there is too little room to unpack it.
            OSError: its bytes cannot be read or written.
            DecodeError: its bytes changed after they were verified.
        """
        record = self._identified(delivery, clip)
        status = self._store.status_of(clip.sha256)
        if status == FAILED and delivery.is_resumed:
            # It was tried before the restart; a poison clip must not be tried again.
            delivery.note(clip, FAILED, "it failed before")
        elif status in (ANALYSED, SALVAGED):
            self._note_known(delivery, clip, record)
            delivery.note(clip, self._in_work.learn(record), "")
        elif twin := self._in_work.at(clip.sha256):
            twin.join(delivery, clip, record)
        else:
            # A bare clip is only given a second name.
            self._room.check(clip.bytes if delivery.is_zip else 0)
            self._in_work.begin(self._fetch.ready(delivery, clip, record))

    def _note_known(
        self, delivery: Delivery, clip: DroppedClip, record: ClipRecord
    ) -> None:
        """Note and tell that a clip was counted before this delivery came."""
        received = self._store.clip(clip.sha256).received
        if not delivery.is_footage or received == record.received:
            return  # it is this delivery's own, counted before a restart
        known = KnownClip(clip.sha256, clip.name, clip.bytes, received)
        delivery.known.append(known)
        row = self._store.newest(clip.sha256)
        run = row["run"] if row else 0
        tell(logger, events.KNOWN, clip=clip.name, archive=delivery.name, run=run)

    def _identified(self, delivery: Delivery, clip: DroppedClip) -> ClipRecord:
        sidecar, problem = delivery.contents.sidecar(clip)
        if problem:
            tell(logger, events.NO_SIDECAR, clip=clip.name, reason=problem)
        camera = delivery.cameras.get(clip.source, "")
        record = identify(clip, sidecar, delivery.dropped, self._settings, camera)
        return replace(record, received=format_utc(delivery.received))
