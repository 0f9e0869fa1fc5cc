"""Which stage is at work, as the stack says it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks.parts.shares import Shares


def stage(file: str, inner: Callable[[], Any]) -> Callable[[], Any]:
    """A function that lies in a file of this name, and calls another one."""
    space: dict[str, Any] = {"inner": inner}
    exec(compile("def work(): return inner()", file, "exec"), space)
    made: Callable[[], Any] = space["work"]
    return made


def busy() -> None:
    """Take a tenth of a second of processor time."""
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass


def test_the_outermost_stage_counts() -> None:
    """A median that moments ask for is part of the moments."""
    recent = stage("/weir/analysis/look/recent.py", busy)
    shares = Shares()

    with shares.counting():
        stage("/weir/analysis/look/moments.py", recent)()
        busy()

    assert shares.looks > 10
    assert 0.3 < shares.of("moments: close up, picture") < 0.7
    assert shares.of("recent pictures") == 0
