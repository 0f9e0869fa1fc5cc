"""What ``reanalyse`` tells people at its end, and what it refuses at its beginning."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from analysis.again.looking import Looked, LookingAgain
from analysis.again.opening import Opened
from analysis.commands.reanalyse import lines
from analysis.record.runs.wanted import RunState
from analysis.values.record import KnownClip
from tests.analysis.installation import Installation

CLIP = KnownClip("0" * 64, "clip1_2026-05-01.h264", 1000, "2026-05-01T07:00:00Z")


def told(state: RunState, **looked: Any) -> str:
    """All that it says."""
    opened = Opened(2, state, cast("LookingAgain", None))
    return "\n".join(lines(opened, Looked(**looked)))


def test_it_says_why_nothing_was_done() -> None:
    """All was looked at already, or nothing is from these days."""
    assert "no clip of the record is from these days" in told(RunState((), 0, 0))
    assert "nothing was to be done" in told(RunState((), 4, 0))
    assert "to be done" not in told(RunState((CLIP,), 4, 0), clips=1)


def test_it_says_what_to_do_about_a_clip_that_is_gone() -> None:
    """It may be there still, but cut short."""
    text = told(RunState((CLIP,), 0, 0), missing=[CLIP])

    assert "no longer in done/, or not whole" in text
    assert "drop copies into inbox/" in text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            ("reanalyse", "--from", "2026-05-09", "--to", "2026-05-01"),
            "--from 2026-05-09 is after --to 2026-05-01; exchange the dates",
        ),
        (("compare", "1", "1"), "run 1 is named twice: name two runs"),
    ],
)
def test_what_can_only_be_a_slip_is_refused(
    tmp_path: Path, command: tuple[str, ...], words: str
) -> None:
    """Rather than answered with nothing."""
    ended = Installation(tmp_path).run(*command)

    assert ended.returncode != 0
    assert words in ended.stderr
