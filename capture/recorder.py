"""One clip on its way to the drive: ``.part``, then companions, sidecar, final name.

The camera's thread hands units of the stream to the sink, which gives them to the
operating system as they arrive and never raises; the daemon asks the sink what went
wrong, and has it sync. A clip has its final name only when its bytes, its companions
and its sidecar are on the drive.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Optional

from weir import atomic
from weir.clip import sidecar_name
from weir.h264 import FrameCounter
from weir.sidecar import Sidecar

SYNC_EVERY_S = 4.0
"""Seconds of footage after which it is synced; the owner looks once a second."""


@dataclass(frozen=True)
class Footage:
    """What a sink has taken so far.

    Attributes:
        frames, bytes: their number.
        sha256: of the bytes.
        times_ms: of each frame from the first; None unless the camera told all.
    """

    frames: int
    bytes: int
    sha256: str
    times_ms: Optional[tuple[int, ...]]


class ClipSink:
    """Takes a camera's bytes into an open file; counts, hashes, and never raises.

    Args:
        descriptor: a file open for writing; closed by ``close``.
        framerate: frames per second, to know how much footage is not yet synced.

    Attributes:
        bytes: taken so far; what grows is alive.
        synced_frames: frames that are known to be on the drive.
    """

    def __init__(self, descriptor: int, framerate: float) -> None:
        self._descriptor = descriptor
        self._framerate = framerate
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
        """Take whole units of the stream; after an error or the end, drop them."""
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
        """Frames taken so far."""
        return self._counter.frames

    def check(self) -> None:
        """Sync when it is time to.

        Raises:
            OSError: what a write or the sync met; from then on all bytes are dropped.
        """
        if self._error:
            raise self._error
        if self.frames - self.synced_frames >= SYNC_EVERY_S * self._framerate:
            self.sync()

    def sync(self) -> None:
        """Put on the drive what was taken; raises OSError, then and ever after."""
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
        """Take no more; what was taken. Errors of the close were the sync's to find."""
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
        """Cut off what a failed write left of a unit: the counts must stay true."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, self.bytes)

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]


class Recording:
    """A clip that is being filmed.

    Args:
        folder: the drive.
        sidecar: what is known at the start; frames, bytes and end are filled in later.

    Raises:
        OSError: the files cannot be made.
    """

    def __init__(self, folder: Path, sidecar: Sidecar) -> None:
        self._sidecar = sidecar
        self._path = folder / sidecar.clip
        self._part = atomic.part_of(self._path)
        # What the start knows lies beside the .part, for the day after a power cut.
        note = replace(sidecar, complete=False, incomplete_reason="power cut")
        # Numbers are new, so is this file; a link that bears its name is not followed.
        with start_note(self._path).open("x", encoding="utf-8") as file:
            file.write(note.to_json())
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self.sink = ClipSink(os.open(self._part, flags, 0o644), sidecar.framerate)
        atomic.sync_folder(folder)

    @property
    def clip(self) -> str:
        """Its name."""
        return self._sidecar.clip

    def seal(
        self, seconds: float, *, reason: str = "", companions: Mapping[str, str]
    ) -> Sidecar:
        """Give the clip its sidecar and its final name.

        Args:
            seconds: how long was filmed.
            reason: why it is not complete; empty when it is.
            companions: texts to lie beside it, by name ending.

        Returns:
            The sidecar as it was written.

        Raises:
            OSError: the drive takes it no more; the ``.part`` is left as it is.
        """
        try:
            self.sink.sync()
        finally:
            footage = self.sink.close()
        sidecar = replace(
            self._sidecar,
            end=self._sidecar.start + timedelta(seconds=round(seconds, 3)),
            frames=footage.frames,
            bytes=footage.bytes,
            sha256=footage.sha256,
            frame_times_ms=footage.times_ms,
            complete=not reason,
            incomplete_reason=reason,
        )
        finish(self._path, sidecar, companions)
        return sidecar

    def discard(self) -> None:
        """Take back a clip of which not one byte came; its number stays used."""
        self.sink.close()
        with contextlib.suppress(OSError):
            self._part.unlink()
            forget_start(self._path)

    def abandon(self) -> Footage:
        """Let go of the file as it is: the drive takes no more."""
        return self.sink.close()


def finish(path: Path, sidecar: Sidecar, companions: Mapping[str, str]) -> None:
    """Give a ``.part`` that is synced its companions, its sidecar and its name.

    Raises:
        FileExistsError: a clip has the name; nothing is ever written over.
        OSError: the drive's.
    """
    if path.exists():
        raise FileExistsError(f"{path.name} is there already")
    for ending, text in companions.items():
        atomic.write_text(path.with_name(path.name + ending), text)
    final = path.with_name(sidecar_name(path.name))
    atomic.write_text(final, sidecar.to_json())
    atomic.part_of(path).rename(path)
    atomic.sync_folder(path.parent)
    with contextlib.suppress(OSError):
        forget_start(path)


def start_note(path: Path) -> Path:
    """The file that holds what was known when a clip was begun.

    It bears the name of the sidecar's ``.part``, and stays until the clip has its own.
    """
    return atomic.part_of(path.with_name(sidecar_name(path.name)))


def forget_start(path: Path) -> None:
    """Remove the start note; raises OSError."""
    start_note(path).unlink(missing_ok=True)
