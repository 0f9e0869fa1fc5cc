"""The sums of coded pictures: equal in every container, other for every picture."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
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


NOISE = np.random.default_rng(1).integers(0, 255, (40, 64, 96, 3), dtype=np.uint8)


def test_a_transport_stream_that_was_cut_has_another_last_sum(tmp_path: Path) -> None:
    """Wherever it was cut within a packet; the demuxer may leave out a picture."""
    raw = video.write(tmp_path / "a.h264", list(NOISE))
    path = video.remux(raw, tmp_path / "a.ts")
    data, whole = path.read_bytes(), sum_pictures(path)
    for part in range(30, 50):
        path.write_bytes(data[: len(data) * part // 50 // 188 * 188 + 100])
        cut = sum_pictures(path)

        assert cut != whole[: len(cut)]
        assert cut[:-SUM_BYTES] == whole[: len(cut) - SUM_BYTES]


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_zeros_in_a_container_cost_only_what_they_cover(
    tmp_path: Path, ending: str
) -> None:
    """A packet of zeros is no picture, and comes as nothing at all."""
    raw = video.write(tmp_path / "a.h264", list(NOISE))
    path = video.remux(raw, tmp_path / f"a.{ending}")
    data, whole = path.read_bytes(), sum_pictures(path)
    for part in range(10, 50):
        size = len(data) * part // 50
        path.write_bytes(data[:size] + bytes(len(data) - size))
        sums = sum_pictures(path)

        assert sums[: 5 * SUM_BYTES] == whole[: 5 * SUM_BYTES]
