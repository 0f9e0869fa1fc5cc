"""A flood of files in the inbox hides nothing else, and costs little."""

from __future__ import annotations

import pytest

from analysis.intake import inbox
from tests.analysis.intake.test_inbox import Box, box

__all__ = ["box"]


def test_a_flood_of_companions_leaves_room_for_clips(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait for clips that may never come; it is told that some are not seen."""
    monkeypatch.setattr(inbox, "_MOST_FILES", 3)
    for number in range(9):
        box.drop(f"{number}.h264.json", b"{}")
    for number in range(3):
        box.drop(f"z{number}.h264")
    box.look()
    ready, _, waiting = box.look(11)

    assert ready == ["z0.h264", "z1.h264", "z2.h264"]
    assert waiting["."] == "more than 3 files lie here; the others wait"


def test_a_companion_is_opened_once_while_its_clip_is_away(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of them is looked at again and again; the clip may come at any time."""
    box.drop("a.h264.json", b"{}")
    box.look()
    box.look(11)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "opened", None)

        assert box.look(1)[2] == {"a.h264.json": "its clip a.h264 is not here"}
    box.drop("a.h264")
    box.look(11)

    assert box.look(11)[0] == ["a.h264"]
