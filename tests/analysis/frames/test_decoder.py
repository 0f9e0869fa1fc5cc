"""The decoder opens what it is given, and nothing that stands in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.frames.decoder import check_obedience, open_footage
from analysis.frames.footageformat import FORMATS, FootageFormat, require_format
from tests import playlists, video
from tests.openings import Openings


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """Footage that nobody is to see."""
    (tmp_path / "private").mkdir()
    return video.write(tmp_path / "private" / "victim.h264", video.squares(4))


@pytest.fixture
def openings(victim: Path) -> Iterator[Openings]:
    """Who opens it."""
    watch = Openings(victim)
    yield watch
    watch.close()


def test_this_opencv_can_be_held() -> None:
    """It passes on what FFmpeg is told; 4.11 does not."""
    check_obedience()


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.demuxer)
def test_no_text_leads_a_demuxer_astray(
    tmp_path: Path, victim: Path, openings: Openings, kind: FootageFormat
) -> None:
    """Even if the first bytes were not looked at."""
    for name, data in (*playlists.texts(victim), *playlists.disguised(victim)):
        path = tmp_path / "private" / name
        path.write_bytes(data)
        capture = open_footage(path, kind)

        assert not capture.grab(), name
    assert openings.count() == 0


def test_no_container_refers_to_another_file(
    tmp_path: Path, victim: Path, openings: Openings
) -> None:
    """Its pictures are its own, whatever it says."""
    for name, data in playlists.referring(tmp_path, victim):
        path = tmp_path / "private" / name
        path.write_bytes(data)
        capture = open_footage(path, require_format(path))
        while capture.grab():
            pass

        assert openings.count() == 0, name


def test_a_name_is_no_protocol(tmp_path: Path, victim: Path) -> None:
    """What stands before a colon is a part of a file's name."""
    place = Path.cwd()
    os.chdir(tmp_path)
    try:
        capture = open_footage(Path(f"concat:{victim}"), FORMATS[-1])
    finally:
        os.chdir(place)

    assert not capture.isOpened()
