"""A sidecar that comes with its clip, after it, or while it is in work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.analysis.small_host import Desk, names, receipt
from tests.footage import START, beside, clip_bytes, zip_bytes

ONE, TWO, THREE = (f"clip{n}_2026-05-01.h264" for n in (1, 2, 3))


def test_a_bare_clip_brings_its_sidecar(tmp_path: Path) -> None:
    """And both end in done/."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop(ONE, data)
        desk.drop(*beside(ONE, data, camera="north"))
        desk.settle()

    (row,) = desk.clips()
    assert (row["archive"], row["camera"]) == ("", "north")
    assert row["start"] == "2026-05-01T05:00:00Z"
    assert names(desk.folders.done) == [ONE, ONE + ".json"]
    assert receipt(desk, ONE)[ONE] is True


def test_a_sidecar_that_comes_later_is_learnt(tmp_path: Path) -> None:
    """Time and place are known now; nothing is counted again."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({ONE: data}))
        desk.settle()
        before = desk.clips()[0]
        desk.drop(*beside(ONE, data, camera="north"))
        desk.settle()

    after = desk.clips()[0]
    assert (before["start"], after["start"]) == ("", "2026-05-01T05:00:00Z")
    assert (after["camera"], after["encounters"]) == ("north", before["encounters"])
    assert len(desk.executor.jobs) == 1
    assert names(desk.folders.done) == ["a.zip", ONE + ".json"]


def test_a_later_archive_may_bring_the_sidecar(tmp_path: Path) -> None:
    """With the same clip again."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop(ONE, data)
        desk.settle()
        desk.drop("a.zip", zip_bytes({ONE: data, **dict([beside(ONE, data)])}))
        desk.settle()

    assert desk.clips()[0]["start"] == "2026-05-01T05:00:00Z"
    assert len(desk.executor.jobs) == 1


def test_a_sidecar_that_comes_later_may_tell_of_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A clip that broke off looked whole; now it is salvaged, and somebody is told."""
    data = clip_bytes(1)
    cut = data[: len(data) * 8 // 10]
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop(ONE, cut)
        desk.settle()
        assert desk.clips()[0]["status"] == "analysed"
        desk.drop("a.zip", zip_bytes({ONE: cut, **dict([beside(ONE, cut)])}))
        desk.settle()

    (row,) = desk.clips()
    assert (row["status"], row["frames_expected"]) == ("salvaged", "12")
    assert row["reason"] == f"{row['frames_decoded']} of 12 frames could be decoded"
    assert "clip salvaged clip=" + ONE in caplog.text
    assert names(desk.folders.done) == ["a.zip"]


def test_a_sidecar_may_come_while_its_clip_is_in_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the same bytes in another archive; it is held against them all the same."""
    data = clip_bytes(1)
    cut = data[: len(data) * 8 // 10]
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop("a.zip", zip_bytes({ONE: cut}))
        desk.drop("b.zip", zip_bytes({ONE: cut, **dict([beside(ONE, cut)])}))
        desk.settle()

    assert [row["status"] for row in desk.clips()] == ["salvaged"]
    assert len(desk.executor.jobs) == caplog.text.count("clip salvaged") == 1
    assert names(desk.folders.done) == ["a.zip", "b.zip"]


def test_a_corrected_start_is_news(tmp_path: Path) -> None:
    """The clock was set later in the same boot; an older sidecar changes nothing."""
    data, right = clip_bytes(1), START + timedelta(hours=3)
    with Desk(tmp_path) as desk:
        for number, more in enumerate(({}, {"corrected_start": right}, {})):
            sidecar = dict([beside(ONE, data, **more)])
            desk.drop(f"{number}.zip", zip_bytes({ONE: data, **sidecar}))
            desk.settle()

    assert desk.clips()[0]["start"] == "2026-05-01T08:00:00Z"
