"""Writes a clip's bytes to a file while it is filmed; counts, hashes and syncs them.

The camera's thread hands units of the stream to the sink. The sink gives them to the
operating system as they arrive, and never raises in that thread. The daemon asks the
sink what went wrong, and lets it sync.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from dataclasses import dataclass
from typing import Optional

from weir.h264 import FrameCounter
from weir.sidecar import rate_of

SYNC_EVERY_S = 4.0
"""Footage is synced after so many seconds; the owner looks once a second."""


@dataclass(frozen=True)
class Footage:
    """What a sink has taken so far.

    Attributes:
        frames, bytes: how many.
        sha256: the checksum of the bytes.
        times_ms: time of each frame after the first one; None unless the camera told
            all of them.
    """

    frames: int
    bytes: int
    sha256: str
    times_ms: Optional[tuple[int, ...]]


class ClipSink:
    """Writes a camera's bytes to an open file, and counts and hashes them.

    Args:
        descriptor: a file that is open for writing; ``close`` closes it.
        begun: when the clip began, on the monotonic clock.

    Attributes:
        bytes: how many were taken so far; a camera is alive while they grow.
        synced_frames: frames that are known to be on the drive.
    """

    def __init__(self, descriptor: int, begun: float) -> None:
        self._descriptor = descriptor
        self._begun = self._synced_at = begun
        self._lock = threading.Lock()
        self._counter = FrameCounter()
        self._digest = hashlib.sha256()
        self._times: list[int] = []
        self._error: Optional[OSError] = None
        self._sync_error: Optional[OSError] = None
        self._open = True
        self.bytes = 0
        self.synced_frames = 0

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        """Take whole units of the stream; drop them after an error or ``close``."""
        with self._lock:
            if not self._open or self._error:
                return
            try:
                self._write_all(data)
            except OSError as exc:
                self._error = exc
                self._cut()
                return
            self._digest.update(data)
            self.bytes += len(data)
            if self._counter.feed(data) and time_ms is not None:
                self._times.append(time_ms)

    @property
    def frames(self) -> int:
        """How many frames were taken so far."""
        return self._counter.frames

    @property
    def synced_s(self) -> float:
        """How many seconds of the clip are known to be on the drive."""
        return self._synced_at - self._begun

    @property
    def rate(self) -> Optional[float]:
        """Frames per second so far, by the camera's times; None if it tells none."""
        with self._lock:
            times = self._times
            return rate_of(times) if len(times) == self.frames else None

    def check(self, now: float) -> None:
        """Sync if the last sync is long enough ago.

        Args:
            now: the time on the monotonic clock. Counting frames would not do: a sensor
                may be slower or faster than it was asked to be.

        Raises:
            OSError: a write or the sync failed; from then on all bytes are dropped.
        """
        if self._error:
            raise self._error
        if self.frames == self.synced_frames:
            self._synced_at = now
        elif now - self._synced_at >= SYNC_EVERY_S:
            self.sync()
            self._synced_at = now

    def sync(self) -> None:
        """Put all bytes so far on the drive.

        Raises:
            OSError: the sync failed, now or ever before.
        """
        frames = self.frames
        try:
            # Not under the lock: a slow stick must not stop the camera's thread.
            os.fsync(self._descriptor)
        except OSError as exc:
            self._sync_error = self._sync_error or exc
        if self._sync_error:
            # Linux tells a lost write to one fsync only; the next would look fine.
            self._error = self._error or self._sync_error
            raise self._sync_error
        self.synced_frames = frames

    def close(self) -> Footage:
        """Close the file and take no more bytes; errors are left to ``sync`` to report.

        Returns:
            What was taken.
        """
        with self._lock:
            if self._open:
                self._open = False
                os.close(self._descriptor)
        times = tuple(self._times)
        return Footage(
            frames=self.frames,
            bytes=self.bytes,
            sha256=self._digest.hexdigest(),
            times_ms=times if times and len(times) == self.frames else None,
        )

    def _cut(self) -> None:
        """Cut off the part of a unit that a failed write left, to keep counts true."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, self.bytes)

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
