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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect what the decoder reports within ``with``.

    Yields:
        A list, which is filled at the end: each error in FFmpeg's words.
    """
    heard: list[str] = []
    with _lock:
        memory, kept = _memory(), []
        _libc.fflush(None)  # what was printed before is not the decoder's
        try:
            for output in _OUTPUTS:
                with suppress(OSError):  # it is closed, so nothing can be heard there
                    kept.append((os.dup(output), output))
                    os.dup2(memory, output)
            yield heard
        finally:
            _libc.fflush(None)
            for copy, output in kept:
                os.dup2(copy, output)
                os.close(copy)
            heard += _emptied(memory)


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
