"""By-products of recorders are known by their names, and by the clip beside them."""

from __future__ import annotations

import pytest

from weir.byproduct import clip_beside
from weir.memberkinds import clips_among


@pytest.mark.parametrize(
    "ending", [".THM", ".pts", ".txt", ".srt", ".json", ".gpx", ".jpg"]
)
def test_what_a_recorder_adds_lies_beside_a_clip(ending: str) -> None:
    """Alone it is somebody's file, and is refused with a reason."""
    name = f"GX010001{ending}"

    assert clip_beside(name, [name, "GX010001.MP4"]) == "GX010001.MP4"
    assert clip_beside(name, [name, "a.zip"]) == ""


def test_a_photograph_is_about_the_clip_of_its_name() -> None:
    """Others in the folder are not its clip, as they are a track's."""
    assert clip_beside("holiday.jpg", ["GX010001.MP4"]) == ""
    assert clip_beside("today.gpx", ["GX010001.MP4"]) == "GX010001.MP4"


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
    """Among others; in an archive it is a clip where there is none."""
    beside = [small, "GX010002.MP4", "DJI_0070.MP4", *([clip] if clip else [])]

    assert clip_beside(small, beside) == clip
    clips, added = clips_among(f"a/{name}" for name in beside)
    assert (f"a/{small}" in added, f"a/{small}" in clips) == (bool(clip), not clip)
    assert f"b/{small}" in clips_among([f"b/{small}", f"a/{clip}"])[0]


def test_what_weir_reads_is_no_byproduct() -> None:
    """Sidecars and the manifest are documents of its own."""
    names = ["a.h264", "a.h264.json", "manifest.json", "effort.jsonl", "b.json"]

    assert clips_among(names) == (("a.h264",), ("b.json",))
