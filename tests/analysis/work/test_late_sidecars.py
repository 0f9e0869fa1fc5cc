"""A sidecar that comes with its clip, after it, or while it is in work."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from tests.analysis.small_host import Host, names, receipt
from tests.footage import START, beside, clip_bytes, zip_bytes
from weir.h264 import access_units

ONE, TWO, THREE = (f"clip{n}_2026-05-01.h264" for n in (1, 2, 3))


def test_a_bare_clip_brings_its_sidecar(tmp_path: Path) -> None:
    """And both end in done/."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        host.drop(ONE, data)
        host.drop(*beside(ONE, data, camera="north"))
        host.settle()

    (row,) = host.clips()
    assert (row["archive"], row["camera"]) == ("", "north")
    assert row["start"] == "2026-05-01T05:00:00Z"
    assert names(host.folders.done) == [ONE, ONE + ".json"]
    assert receipt(host, ONE)[ONE] is True


def test_a_sidecar_that_comes_later_is_learnt(tmp_path: Path) -> None:
    """Time and place are known now; nothing is counted again."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({ONE: data}))
        host.settle()
        before = host.clips()[0]
        host.drop(*beside(ONE, data, camera="north"))
        host.settle()

    after = host.clips()[0]
    assert (before["start"], after["start"]) == ("", "2026-05-01T05:00:00Z")
    assert (after["camera"], after["encounters"]) == ("north", before["encounters"])
    assert len(host.executor.jobs) == 1
    assert names(host.folders.done) == ["a.zip", ONE + ".json"]


def test_a_later_archive_may_bring_the_sidecar(tmp_path: Path) -> None:
    """With the same clip again."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        host.drop(ONE, data)
        host.settle()
        host.drop("a.zip", zip_bytes({ONE: data, **dict([beside(ONE, data)])}))
        host.settle()

    assert host.clips()[0]["start"] == "2026-05-01T05:00:00Z"
    assert len(host.executor.jobs) == 1


def test_a_sidecar_that_comes_later_may_tell_of_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A clip that broke off looked whole; now it is salvaged, and somebody is told."""
    cut = b"".join(list(access_units(BytesIO(clip_bytes(1))))[:9])
    with Host(tmp_path, keep_done=False) as host:
        host.drop(ONE, cut)
        host.settle()
        assert host.clips()[0]["status"] == "analysed"
        host.drop("a.zip", zip_bytes({ONE: cut, **dict([beside(ONE, cut)])}))
        host.settle()

    (row,) = host.clips()
    assert (row["status"], row["frames_expected"]) == ("salvaged", "12")
    assert row["reason"] == f"{row['frames_decoded']} of 12 frames could be decoded"
    assert "clip salvaged clip=" + ONE in caplog.text
    assert names(host.folders.done) == ["a.zip"]


def test_a_late_sidecar_leaves_what_was_noticed(tmp_path: Path) -> None:
    """The reason gains the number of frames, and keeps the decoder's errors."""
    data = clip_bytes(1)
    cut = data[: len(data) * 8 // 10]
    with Host(tmp_path) as host:
        host.drop(ONE, cut)
        host.settle()
        noticed = host.clips()[0]["reason"]
        host.drop("a.zip", zip_bytes({ONE: cut, **dict([beside(ONE, cut)])}))
        host.settle()

    assert noticed.startswith("1 error while decoding, the first at frame 8")
    (row,) = host.clips()
    assert row["reason"] == f"9 of 12 frames could be decoded; {noticed}"


def test_a_sidecar_may_come_while_its_clip_is_in_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the same bytes in another archive; it is held against them all the same."""
    data = clip_bytes(1)
    cut = data[: len(data) * 8 // 10]
    with Host(tmp_path, keep_done=False) as host:
        host.drop("a.zip", zip_bytes({ONE: cut}))
        host.drop("b.zip", zip_bytes({ONE: cut, **dict([beside(ONE, cut)])}))
        host.settle()

    assert [row["status"] for row in host.clips()] == ["salvaged"]
    assert len(host.executor.jobs) == caplog.text.count("clip salvaged") == 1
    assert names(host.folders.done) == ["a.zip", "b.zip"]


def test_a_corrected_start_is_news(tmp_path: Path) -> None:
    """The clock was set later in the same boot; an older sidecar changes nothing."""
    data, right = clip_bytes(1), START + timedelta(hours=3)
    with Host(tmp_path) as host:
        for number, more in enumerate(({}, {"corrected_start": right}, {})):
            sidecar = dict([beside(ONE, data, **more)])
            host.drop(f"{number}.zip", zip_bytes({ONE: data, **sidecar}))
            host.settle()

    assert host.clips()[0]["start"] == "2026-05-01T08:00:00Z"
