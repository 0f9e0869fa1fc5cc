"""The index of an AVI lists its pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.frames.files.aviindex import count_listed
from tests import containers


@pytest.mark.parametrize("sound_s", [0, 12])
def test_each_picture_is_counted_once(tmp_path: Path, sound_s: float) -> None:
    """Sound is none, nor is a picture that is shown again."""
    path = containers.write(tmp_path / "a.avi", sound_s=sound_s)
    assert count_listed(path, 0) == containers.FRAMES
    data = path.read_bytes()
    at = data.index(b"idx1") + 8
    path.write_bytes(data[: at + 16] + data[at : at + 16] + data[at + 32 :])

    assert count_listed(path, 0) == containers.FRAMES - 1


def test_an_avi_that_was_cut_has_no_index(tmp_path: Path) -> None:
    """It lies at the end."""
    path = containers.write(tmp_path / "a.avi")
    path.write_bytes(path.read_bytes()[:9000])

    assert count_listed(path, 0) is None
