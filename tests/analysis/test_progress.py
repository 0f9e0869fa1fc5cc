"""The line at the bottom of a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator

import pytest

from analysis.progress import Done, ProgressLine, time_left

MB = 1_000_000


@pytest.mark.parametrize(
    ("done", "took_s", "words"),
    [(0, 50, ""), (1, 0.5, ""), (1, 2, "18 s"), (5, 100, "2 min"), (1, 800, "2.0 h")],
)
def test_the_time_that_is_left_is_told_roughly(
    done: int, took_s: float, words: str
) -> None:
    """Of ten bytes; before the first has ended nobody knows."""
    assert time_left(Done(0, 3, done, 10 - done), took_s) == words


@pytest.fixture(params=[80, 40])
def terminal(request: pytest.FixtureRequest) -> Iterator[tuple[int, int, int]]:
    """A terminal with so many columns: what reads it, what writes to it."""
    ours, theirs = pty.openpty()
    size = struct.pack("4H", 24, request.param, 0, 0)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
    yield ours, theirs, request.param
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("name", ["recordings.zip", "r" * 90, "\u9b5a" * 90])
def test_the_line_tells_bytes_and_does_not_wrap(
    terminal: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever the environment says of another terminal."""
    ours, theirs, columns = terminal
    monkeypatch.setenv("COLUMNS", "300")
    with os.fdopen(os.dup(theirs), "w") as stream:
        line = ProgressLine(stream)
        line.show(Done(1, 3, 100 * MB, 300 * MB), "2 min left", "310 frames/s", name)
    shown = os.read(ours, 4096).decode().rpartition("\x1b[2K")[2]

    assert shown.startswith("[####------------] 1/3 clips, 100.0/")
    assert len(shown) + shown.count("\u9b5a") < columns
    if columns == 80:
        assert "100.0/400.0 MB, 2 min left, 310 frames/s, " in shown


def test_one_clip_is_one_and_much_is_told_in_gigabytes() -> None:
    """As a person says it."""
    assert Done(0, 1, 0, 2500 * MB).in_words == "0/1 clip, 0.0/2.5 GB"
