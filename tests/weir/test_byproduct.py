"""By-products of recorders are known by their names, and small copies by two."""

from __future__ import annotations

import pytest

from weir.byproduct import clip_of_small, is_byproduct, is_small_copy
from weir.clip import is_video


@pytest.mark.parametrize("ending", [".THM", ".pts", ".txt", ".srt", ".json", ".gpx"])
def test_what_recorders_add_is_no_footage(ending: str) -> None:
    """In any case."""
    assert is_byproduct("GX010001" + ending)
    assert not is_video("GX010001" + ending)
    assert not is_byproduct("GX010001.MP4")


@pytest.mark.parametrize(
    ("small", "clip"),
    [
        ("GX010001.LRV", "GX010001.MP4"),
        ("GL010001.LRV", "GX010001.MP4"),
        ("GL010001.lrv", "GH010001.mp4"),
        ("DJI_0007.LRF", "DJI_0007.MOV"),
        ("LRV_20260501_070000_11_004.lrv", "VID_20260501_070000_00_004.insv"),
        ("GL010001.LRV", ""),
    ],
)
def test_a_small_copy_finds_its_clip(small: str, clip: str) -> None:
    """Among others, and itself is not its clip."""
    beside = [small, "GX010002.MP4", "DJI_0070.MP4", *([clip] if clip else [])]

    assert is_small_copy(small)
    assert clip_of_small(small, beside) == clip
