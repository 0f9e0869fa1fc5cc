"""The same footage in several files counts once, and what does not count is told."""

from __future__ import annotations

import csv
import logging
from io import StringIO
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from analysis.commands.status import lines
from tests import video
from tests.analysis.small_host import NOW, Host
from tests.footage import clip_bytes, sidecar_of
from weir.h264 import access_units

NAME = "clip1_2026-05-01.h264"
WHOLE = clip_bytes(1, 24)
CUT = WHOLE[: len(WHOLE) * 6 // 10]


def pictures(path: Path, data: bytes, *numbers: int) -> bytes:
    """Some pictures of a raw clip, each with its parameters."""
    path.write_bytes(data)
    with path.open("rb") as file:
        units = list(access_units(file))
    return b"".join(units[number] for number in numbers)


def worked(root: Path, *deliveries: dict[str, bytes]) -> Host:
    """A host that took these, one after the other."""
    host = Host(root)
    for files in deliveries:
        with host:
            for name, data in files.items():
                host.drop(name, data)
            host.settle()
    return host


def superseded(host: Host) -> list[tuple[str, str, str]]:
    """What does not count, by what it is superseded, and why."""
    rows = csv.DictReader(StringIO(host.tables()["superseded"]))
    return [(row["clip"], row["superseded_by"], row["reason"]) for row in rows]


@pytest.mark.parametrize(
    "copy",
    [
        WHOLE + bytes(1),
        WHOLE + bytes(2_000_000),
        CUT + bytes(len(WHOLE) - len(CUT)),
        CUT + bytes(len(WHOLE)),
        CUT + bytes(3),
        WHOLE[:-30] + bytes(30),
        WHOLE[:1000] + bytes(2_000_000),
    ],
)
def test_a_zero_filled_copy_does_not_count_beside_its_whole(
    tmp_path: Path, copy: bytes
) -> None:
    """A client reserved the room; whichever came first, the whole one counts."""
    both = ({"copy.h264": copy}, {NAME: WHOLE})
    for number, order in enumerate(permutations(both)):
        host = worked(tmp_path / str(number), *order)
        (shown,) = host.clips()

        assert (shown["clip"], shown["frames_decoded"]) == (NAME, "24")
        reason = "its bytes are only the beginning of the other's"
        if copy.startswith(WHOLE):
            reason = "its bytes are the other's, with zeros behind them"
        assert superseded(host) == [("copy.h264", NAME, reason)]


@pytest.mark.parametrize("fill", [0, 1], ids=["cut", "zero-filled"])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_a_stump_in_a_container_does_not_count(
    tmp_path: Path, ending: str, fill: int
) -> None:
    """It says how much is missing, or ends within a packet, or in zeros."""
    random = np.random.default_rng(1)
    frames = list(random.integers(0, 255, (20, 64, 96, 3), dtype=np.uint8))
    raw = video.write(tmp_path / "a.h264", frames)
    whole = video.remux(raw, tmp_path / f"whole.{ending}").read_bytes()
    stump = whole[: len(whole) * 6 // 10 // 188 * 188 + 100]
    copy = stump + bytes(len(whole) - len(stump)) * fill
    host = worked(tmp_path, {f"copy.{ending}": copy}, {f"whole.{ending}": whole})

    assert [row["clip"] for row in host.clips()] == [f"whole.{ending}"]
    assert [names[:2] for names in superseded(host)] == [
        (f"copy.{ending}", f"whole.{ending}")
    ]


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_film_in_another_container_counts_once(tmp_path: Path, ending: str) -> None:
    """The copy counts that says when it was filmed."""
    raw = tmp_path / NAME
    raw.write_bytes(WHOLE)
    copied = video.remux(raw, tmp_path / f"copy.{ending}").read_bytes()
    both = ({NAME: WHOLE}, {f"copy.{ending}": copied})
    for number, order in enumerate(permutations(both)):
        host = worked(tmp_path / str(number), *order)

        assert [row["clip"] for row in host.clips()] == [NAME]
        assert superseded(host) == [
            (f"copy.{ending}", NAME, "its coded pictures are the other's")
        ]


@pytest.mark.parametrize("holes", [(0.3,), (0.2, 0.7), (0.5, 1)], ids=str)
@pytest.mark.parametrize("ending", ["h264", "mkv", "ts"])
def test_a_copy_with_holes_does_not_count_beside_its_whole(
    tmp_path: Path, holes: tuple[float, ...], ending: str
) -> None:
    """Pieces of a download are missing, and the end, too; whichever came first."""
    random = np.random.default_rng(1)
    frames = list(random.integers(0, 255, (20, 64, 96, 3), dtype=np.uint8))
    whole = video.write(tmp_path / "a.h264", frames)
    if ending != "h264":
        whole = video.remux(whole, tmp_path / f"a.{ending}")
    data = whole.read_bytes()
    copy = bytearray(data[: int(holes[-1] * len(data))] if 1 in holes else data)
    for hole in holes:
        place = int(hole * len(data))
        copy[place : place + 5000] = bytes(len(copy[place : place + 5000]))
    both = ({f"copy.{ending}": bytes(copy)}, {f"whole.{ending}": data})
    for number, order in enumerate(permutations(both)):
        host = worked(tmp_path / str(number), *order)

        assert [row["clip"] for row in host.clips()] == [f"whole.{ending}"]
        assert [row[:2] for row in superseded(host)] == [
            (f"copy.{ending}", f"whole.{ending}")
        ]


def test_of_two_copies_with_holes_one_counts(tmp_path: Path) -> None:
    """Each lacks what the other has; then the whole comes."""
    random = np.random.default_rng(1)
    frames = list(random.integers(0, 255, (20, 64, 96, 3), dtype=np.uint8))
    data = video.write(tmp_path / "a.h264", frames).read_bytes()
    place = len(data) // 2
    few = data[:place] + bytes(2000) + data[place + 2000 :]
    many = data[: place // 2] + bytes(5000) + data[place // 2 + 5000 :]
    host = worked(tmp_path / "one", {"many.h264": many}, {"few.h264": few})
    assert [row["clip"] for row in host.clips()] == ["few.h264"]
    with host:
        host.drop("whole.h264", data)
        host.settle()

    assert [row["clip"] for row in host.clips()] == ["whole.h264"]
    assert len(superseded(host)) == 2


@pytest.mark.parametrize("last", [(11,), (10, 3), (10, 5)])
def test_two_clips_that_begin_alike_both_count(
    tmp_path: Path, last: tuple[int, ...]
) -> None:
    """The shorter ends where a picture ends, or in another one: neither is a stump."""
    numbers = (*range(11), *last) if last != (11,) else range(12)
    short = pictures(tmp_path / "a", WHOLE, *numbers)
    both = ({"short.h264": short}, {"long.h264": WHOLE})
    for number, order in enumerate(permutations(both)):
        host = worked(tmp_path / str(number), *order)

        assert sorted(row["clip"] for row in host.clips()) == [
            "long.h264",
            "short.h264",
        ]
        assert superseded(host) == []


def test_dark_clips_that_begin_alike_both_count(tmp_path: Path) -> None:
    """Nothing but black, encoded in the same way, of two lengths."""
    frames = [np.zeros_like(frame) for frame in video.squares(9)]
    short = video.write(tmp_path / "a.h264", frames[:4]).read_bytes()
    long = video.write(tmp_path / "b.h264", frames).read_bytes()
    both = ({"a.h264": short}, {"b.h264": long})
    for number, order in enumerate(permutations(both)):
        host = worked(tmp_path / str(number), *order)

        assert [row["frames_decoded"] for row in host.clips()] == ["4", "9"]


@pytest.mark.parametrize("more", [clip_bytes(5), b"more of it" * 99])
def test_a_longer_copy_does_not_supersede_what_was_filmed(
    tmp_path: Path, more: bytes
) -> None:
    """Somebody made it, and a sidecar that names the honest clip's bytes."""
    own = sidecar_of(WHOLE, NAME, frames=24).to_json().encode()
    honest = {NAME: WHOLE, NAME + ".json": own}
    made = {"x.h264": WHOLE + more, "x.h264.json": own.replace(b"clip1_", b"x")}
    for number, order in enumerate(permutations((honest, made))):
        shown = worked(tmp_path / str(number), *order).clips()

        assert NAME in [row["clip"] for row in shown]


def test_a_longer_clip_of_more_pictures_is_another_one(tmp_path: Path) -> None:
    """An honest clip without a sidecar does not vanish behind it."""
    both = ({NAME: WHOLE}, {"x.h264": WHOLE + clip_bytes(5)})
    for number, order in enumerate(permutations(both)):
        shown = worked(tmp_path / str(number), *order).clips()

        assert sorted(row["clip"] for row in shown) == [NAME, "x.h264"]


def test_the_journal_and_status_tell_it_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Which clip, by which, and why; the same delivery again says nothing new."""
    first, then = {"copy.h264": CUT}, {NAME: WHOLE}
    with caplog.at_level(logging.INFO):
        host = worked(tmp_path, first, then, {"again.zip": b"", **then})
    said = f"clip superseded clip=copy.h264 by={NAME} reason=its bytes are only"
    shown = "\n".join(lines(host.folders, NOW))

    assert caplog.text.count("clip superseded") == caplog.text.count(said) == 1
    assert "copies      1 clip does not count, because a copy does" in shown
    assert f"copy.h264: by {NAME}: its bytes are only" in shown
