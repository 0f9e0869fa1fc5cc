"""Junk is known by its name, and so is what a client has not finished."""

from __future__ import annotations

import pytest

from weir.junk import is_junk, is_unfinished


@pytest.mark.parametrize(
    "name",
    [
        *("a/Thumbs.db", "a\\.DS_Store", "__MACOSX/a.h264", "$RECYCLE.BIN/a.mp4"),
        *("nas/#recycle/a.mp4", "@eaDir/a.mp4", ".Trash-1000/a", "LOST.DIR/1"),
        *("System Volume Information/a", ".stversions/a.h264", "lost+found/a.h264"),
    ],
)
def test_junk_is_known_in_any_folder(name: str) -> None:
    """Hidden or not, and in any case."""
    assert is_junk(name)
    assert not is_unfinished(name)


@pytest.mark.parametrize(
    "name",
    [
        *("a.mp4.download/a.mp4", "b.opdownload", "a.MP4.PART", "a.mp4.aria2"),
        *("a.mp4.!ut", "a.gstmp", "x/a.bts", "a.!sync", "a.mp4.!qB", "a.h264~"),
    ],
)
def test_an_unfinished_file_is_no_junk(name: str) -> None:
    """It may be footage one day."""
    assert is_unfinished(name)
    assert not is_junk(name)


@pytest.mark.parametrize("name", ["a/clip.h264", "part/a.mp4", "tmp/b.mts", "#1/a"])
def test_other_names_are_neither(name: str) -> None:
    """A folder may be called like the ending of a file."""
    assert not is_junk(name)
    assert not is_unfinished(name)
