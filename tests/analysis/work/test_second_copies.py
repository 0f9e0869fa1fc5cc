"""Footage that is dropped a second time: told, not counted, and not lost."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from analysis.intake.folders import Folders
from tests.analysis.small_host import Host, names, receipt
from tests.footage import clip_bytes, zip_bytes

ONE, TWO = "clip1_2026-05-01.h264", "clip2_2026-05-01.h264"
DATA = zip_bytes({ONE: clip_bytes(1), TWO: clip_bytes(2)})


def twice(root: Path, harm: str = "") -> Host:
    """Drop an archive with keep_done, then again without it, after some harm."""
    with Host(root) as host:
        host.drop("a.zip", DATA)
        host.settle()
    done = Folders(root / "host").done
    if harm == "gone":
        (done / "a.zip").unlink()
    if harm == "rotten":
        rotten = bytearray((done / "a.zip").read_bytes())
        rotten[len(rotten) // 3] ^= 1
        (done / "a.zip").write_bytes(rotten)
    with Host(root, keep_done=False) as host:
        host.drop("b.zip", DATA)
        host.settle()
    return host


def test_a_known_clip_says_where_it_was_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each of them, once; the first time nothing is known."""
    caplog.set_level(logging.INFO)
    twice(tmp_path)

    said = [line for line in caplog.messages if "counted before in run 1" in line]
    assert said == [
        f"clip known clip={name} archive=b.zip: counted before in run 1"
        for name in (ONE, TWO)
    ]


def test_the_same_bytes_twice_at_once_are_both_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Under two names in an archive, and a third beside it: no name goes missing."""
    caplog.set_level(logging.INFO)
    same = clip_bytes(1)
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({ONE: same, TWO: same}))
        host.drop("three.h264", same)
        host.settle()

    said = " ".join(caplog.messages)
    assert all(f"clip={name} " in said for name in (ONE, TWO, "three.h264"))
    assert len(host.clips()) == 1


def test_a_second_copy_is_deleted_where_the_first_is_whole(tmp_path: Path) -> None:
    """Its receipt says that the bytes are kept: they are, in the first one."""
    host = twice(tmp_path)

    assert names(host.folders.done) == ["a.zip"]
    assert receipt(host, "b.zip") == {"": "b.zip", ONE: True, TWO: True}
    assert len(host.clips()) == 2


@pytest.mark.parametrize("harm", ["gone", "rotten"])
def test_else_it_is_kept(
    tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever keep_done says: it is the only whole one."""
    host = twice(tmp_path, harm)

    assert "b.zip" in names(host.folders.done)
    assert receipt(host, "b.zip") == {"": "b.zip", ONE: True, TWO: True}
    assert "second copy kept archive=b.zip clips=2" in caplog.text
