"""The sums of coded pictures: equal in every container, other for every picture."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from analysis.frames.pictures import sum_pictures
from analysis.values.pictures import SUM_BYTES
from tests import video
from tests.footage import clip_bytes
from weir.h264 import access_units


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov", "avi", "ts"])
def test_a_film_has_the_same_sums_in_every_container(
    tmp_path: Path, ending: str
) -> None:
    """Though start codes, parameters and delimiters are elsewhere."""
    raw = video.write(tmp_path / "a.h264", video.squares(9))
    sums = sum_pictures(raw)

    assert len(sums) == 9 * SUM_BYTES
    assert sum_pictures(video.remux(raw, tmp_path / f"a.{ending}")) == sums


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_so_has_a_film_in_hevc(tmp_path: Path, ending: str) -> None:
    """Its units have headers of another form."""
    raw = video.write_as(tmp_path / "a.hevc", video.squares(6))
    sums = sum_pictures(raw)

    assert len(sums) == 6 * SUM_BYTES
    assert sum_pictures(video.remux(raw, tmp_path / f"a.{ending}")) == sums


def test_each_picture_has_a_sum_of_its_own(tmp_path: Path) -> None:
    """One that is cut has another, and those before it keep theirs."""
    data, path = clip_bytes(1, 24), tmp_path / "a.h264"
    path.write_bytes(data)
    whole = sum_pictures(path)
    with path.open("rb") as file:
        size = len(b"".join(islice(access_units(file), 10)))
    path.write_bytes(data[: size - 9])
    cut = sum_pictures(path)

    assert len(cut) == 10 * SUM_BYTES
    assert cut[:-SUM_BYTES] == whole[: len(cut) - SUM_BYTES]
    assert cut[-SUM_BYTES:] != whole[len(cut) - SUM_BYTES : len(cut)]
