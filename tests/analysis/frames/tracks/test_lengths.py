"""Containers that say how long they are show whether bytes are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.frames.footageformat import require_format
from analysis.frames.tracks.lengths import is_all_there
from tests import containers

SUFFIXES = [".flv", ".asf", ".mkv"]


def judged(path: Path) -> object:
    """What its lengths say."""
    return is_all_there(path, require_format(path).demuxer)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_whole_file_is_as_long_as_it_says(tmp_path: Path, suffix: str) -> None:
    """One that was cut is not, wherever that was."""
    path = containers.write(tmp_path / f"a{suffix}")
    assert judged(path) is True
    for first, last in ((20, 30), (40, 59)):
        containers.write(path)
        assert judged(containers.without(path, first, last)) is False


@pytest.mark.parametrize("suffix", [".flv", ".asf"])
def test_parts_that_were_written_over_are_noticed(tmp_path: Path, suffix: str) -> None:
    """Its length stays."""
    path = containers.write(tmp_path / f"a{suffix}")
    data, at = bytearray(path.read_bytes()), containers.places(path)[20].at
    data[at : at + 9000] = b"\xff" * 9000
    path.write_bytes(data)

    assert judged(path) is False


@pytest.mark.parametrize(
    ("suffix", "live", "flags"),
    [(".mkv", "1", "0"), (".flv", "0", "no_duration_filesize")],
)
def test_what_was_streamed_does_not_say_it(
    tmp_path: Path, suffix: str, live: str, flags: str
) -> None:
    """Nor does a container of another kind."""
    path = tmp_path / f"a{suffix}"
    assert judged(containers.write(path, live=live, flvflags=flags)) is None
    assert judged(containers.write(tmp_path / "a.mpg")) is None
