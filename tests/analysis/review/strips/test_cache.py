"""Strips: the frames of a moment, from wherever its footage lies in done/."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, TypeVar

import cv2
import numpy as np
import pytest

from analysis.review.items import Item
from analysis.review.strips.cache import Strips
from analysis.values.record import ArchiveRecord
from analysis.values.seen import Box
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen
from tests.analysis.review.made_item import made_item
from tests.footage import clip_bytes
from weir.clock import format_utc

_T = TypeVar("_T")
BYTES = clip_bytes(1, 30)
SHA256 = hashlib.sha256(BYTES).hexdigest()
NAME = "clip00001_2026-05-01.h264"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a record of one clip, whose footage is not there yet."""
    store, run = open_record(tmp_path / "results")
    with store:
        known = replace(clip(1), sha256=SHA256, bytes=len(BYTES))
        found = seen([encounter(1, 12, 14)], box=Box(0.25, 0.5, 0.25, 0.25), frames=30)
        store.commit(known, run, found, NOW)
        for name in ("a/recordings.zip", "bare.h264"):
            at = format_utc(NOW)
            record = ArchiveRecord(name, at, at, 1, 0, len(BYTES))
            store.add_archive(record)
    (tmp_path / "done" / "a").mkdir(parents=True)
    return tmp_path


def item(first: int = 12, last: int = 14) -> Item:
    """The encounter, or another moment of the clip."""
    more = {"received": format_utc(NOW), "bytes": len(BYTES), "clip": NAME}
    return made_item(first, last, sha256=SHA256, **more)


def with_strips(root: Path, ask: Callable[[Strips], Awaitable[_T]], **more: int) -> _T:
    """What is answered while there are strips."""

    async def run() -> _T:
        strips = Strips(root, **more)
        try:
            return await ask(strips)
        finally:
            await strips.close()

    return asyncio.run(run())


def read(data: bytes) -> tuple[dict[int, list[object]], dict[int, Any]]:
    """A strip's boxes and pictures, by their frames."""
    head, _, rest = data.partition(b"\n")
    boxes, pictures = {}, {}
    for frame in json.loads(head)["frames"]:
        jpeg, rest = rest[: frame["size"]], rest[frame["size"] :]
        boxes[frame["n"]] = frame["boxes"]
        pictures[frame["n"]] = cv2.imdecode(np.frombuffer(jpeg, np.uint8), 1)
    assert not rest
    return boxes, pictures


def drop(root: Path, how: str) -> None:
    """Put the footage into done/."""
    if how == "bare":
        (root / "done" / "bare.h264").write_bytes(BYTES)
    elif how != "gone":
        method = zipfile.ZIP_DEFLATED if how == "deflated" else zipfile.ZIP_STORED
        with zipfile.ZipFile(root / "done" / "a" / "recordings.zip", "w", method) as z:
            z.writestr(f"other/{NAME}", clip_bytes(2))
            z.writestr(f"mine/{NAME}", BYTES)


@pytest.mark.parametrize("how", ["bare", "deflated"])
def test_a_strip_shows_the_moment_and_what_is_around_it(root: Path, how: str) -> None:
    """From a bare clip or from a zip in which another has its name."""
    drop(root, how)

    async def ask(strips: Strips) -> bytes:
        file, problem = await strips.strip(item(), is_seen=True)
        assert file is not None, problem
        return file.read_bytes()

    boxes, pictures = read(with_strips(root, ask))

    assert list(pictures) == list(range(8, 19))
    assert boxes[12] == [[[0.25, 0.5, 0.25, 0.25], "fish", 0.875]]
    assert boxes[11] == boxes[15] == []
    red = {n: picture[8:56].mean(axis=(0, 1)) for n, picture in pictures.items()}
    assert red[12][2] - red[12][0] > red[17][2] - red[17][0] + 10


def test_a_clip_that_is_gone_is_said_in_words(root: Path) -> None:
    """And so is one whose bytes are others now."""

    async def ask(strips: Strips) -> list[str]:
        said = [(await strips.strip(item(), is_seen=True))[1]]
        (root / "done" / "bare.h264").write_bytes(bytes(len(BYTES)))
        said.append((await strips.strip(item(), is_seen=True))[1])
        drop(root, "bare")
        said.append((await strips.strip(item(), is_seen=True))[1])
        return said

    gone, other, there = with_strips(root, ask)

    assert "no longer in done/" in gone and "no longer in done/" in other
    assert there == ""


def test_the_cache_is_bounded_and_leaves_nothing(root: Path) -> None:
    """The oldest strips go first; at the end all of them."""
    drop(root, "bare")

    async def ask(strips: Strips) -> tuple[Path, list[Path], list[Path]]:
        made = [
            (await strips.strip(item(n, n), is_seen=n % 2 == 0))[0] for n in range(6)
        ]
        files = [file for file in made if file]
        return files[0].parent, files, [file for file in files if file.exists()]

    folder, files, left = with_strips(root, ask, most_bytes=30_000)

    assert len(files) == 6 and 0 < len(left) < 6 and left == files[-len(left) :]
    assert not folder.exists()


def test_what_a_killed_one_left_is_removed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing of one that runs, or that was never ours."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    dead = tmp_path / f"weir-review-{ended.pid}-x"
    others = [tmp_path / f"weir-review-{os.getpid()}-y", tmp_path / "weir-review-notes"]
    for folder in (dead, *others):
        folder.mkdir()
        (folder / "strip").write_bytes(b"x")
    link = tmp_path / f"weir-review-{ended.pid}-link"
    link.symlink_to(others[1])

    async def ask(_: Strips) -> list[bool]:
        return [folder.exists() for folder in (dead, *others, link)]

    assert with_strips(root, ask) == [False, True, True, True]


def test_a_decoder_that_dies_costs_its_strip(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one has a process of its own."""
    drop(root, "bare")

    async def ask(strips: Strips) -> tuple[str, str]:
        await strips.strip(item(1, 1), is_seen=True)
        process = strips._process
        assert process is not None
        process.kill()
        await process.wait()
        one = (await strips.strip(item(2, 2), is_seen=True))[1]
        return one, (await strips.strip(item(2, 2), is_seen=True))[1]

    died, after = with_strips(root, ask)

    assert "died" in died and after == ""
