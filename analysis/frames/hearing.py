"""Hears the errors that the decoder reports while it decodes.

OpenCV has no call for them: its FFmpeg prints each to the process's standard output or
standard error, depending on OpenCV's version. So while a picture is decoded, both lead
into a file in memory. With one decoder thread an error is heard at the picture at which
it happens, or a few before it if pictures are shown in another order than decoded.
"""

from __future__ import annotations

import ctypes
import os
import re
import threading
from contextlib import AbstractContextManager
from functools import lru_cache

_ERROR = re.compile(rb"\[OPENCV:FFMPEG:(\d\d)\] ([^\n]*)")
_ERROR_LEVEL = 16
_OUTPUTS = (1, 2)
_MOST_BYTES = 1 << 14

_libc = ctypes.CDLL(None)
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _memory() -> int:
    """The descriptor of the file in memory, which each process makes once."""
    return os.memfd_create("weir-hearing")


class _Hearing:
    """Collects what is printed within ``with``; a class, since it is so each frame."""

    def __enter__(self) -> list[str]:
        self._heard: list[str] = []
        self._kept: list[tuple[int, int]] = []
        _lock.acquire()
        try:
            memory = _memory()
            _libc.fflush(None)  # what was printed before is not the decoder's
            for output in _OUTPUTS:
                try:
                    self._kept.append((os.dup(output), output))
                except OSError:  # it is closed, so nothing can be heard there
                    continue
                os.dup2(memory, output)
        except BaseException:
            self._give_back()
            raise
        return self._heard

    def __exit__(self, *_: object) -> None:
        _libc.fflush(None)
        try:
            self._heard += _emptied(_memory())
        finally:
            self._give_back()

    def _give_back(self) -> None:
        for copy, output in self._kept:
            os.dup2(copy, output)
            os.close(copy)
        _lock.release()


def hearing() -> AbstractContextManager[list[str]]:
    """Collect what the decoder reports within ``with``.

    Returns:
        A context manager. It gives a list, which is filled at the end: each error in
        FFmpeg's words.
    """
    return _Hearing()


def _emptied(memory: int) -> list[str]:
    """Return the errors in the file in memory, and empty it."""
    size = os.lseek(memory, 0, os.SEEK_END)
    if not size:
        return []
    printed = os.pread(memory, min(size, _MOST_BYTES), 0)
    os.ftruncate(memory, 0)
    os.lseek(memory, 0, os.SEEK_SET)
    return [
        text.decode("utf-8", "replace").strip()
        for level, text in _ERROR.findall(printed)
        if int(level) <= _ERROR_LEVEL
    ]
