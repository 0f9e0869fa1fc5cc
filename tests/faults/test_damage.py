"""Random damage in six containers: nothing is hidden, and all that is left is seen.

Each file is held against what FFmpeg makes of it: PyAV's, and ``ffprobe`` where it is
installed.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import av
import pytest

from analysis import DecodeError
from analysis.frames.files.container import reported
from analysis.frames.footageformat import format_of
from analysis.frames.frames import FrameReader
from tests import containers
from tests.counts import SOAK
from weir.h264 import count_frames

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "raw": ("a.h264", {}),
    "mp4": ("a.mp4", {"movflags": "faststart"}),
    "fragmented": ("b.mp4", {"movflags": "frag_keyframe+empty_moov"}),
    "mkv": ("a.mkv", {}),
    "avi": ("a.avi", {}),
    "ts": ("a.ts", {}),
}
DEADLINE_S = 20.0


def cut(data: bytes, at: int, size: int, chance: random.Random) -> bytes:
    """The end is missing."""
    return data[:at]


def zero(data: bytes, at: int, size: int, chance: random.Random) -> bytes:
    """A stretch is zeros."""
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


def flip(data: bytes, at: int, size: int, chance: random.Random) -> bytes:
    """A few bits are wrong."""
    flipped = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def splice(data: bytes, at: int, size: int, chance: random.Random) -> bytes:
    """A stretch is missing."""
    return data[:at] + data[at + size :]


def duplicate(data: bytes, at: int, size: int, chance: random.Random) -> bytes:
    """A stretch comes twice."""
    return data[: at + size] + data[at:]


Way = Callable[[bytes, int, int, random.Random], bytes]
WAYS: list[Way] = [cut, zero, flip, splice, duplicate]


@dataclass(frozen=True)
class Seen:
    """What somebody made of a file.

    Attributes:
        frames: how many frames were decoded.
        is_whole: whether nothing was found to be wrong with it.
    """

    frames: int
    is_whole: bool


def by_weir(path: Path) -> Seen:
    """Read it as a worker does."""
    try:
        with FrameReader(path) as reader:
            frames = len([frame.index for frame in reader])
            promised = reader.frames_expected or 0
            damage = reader.damage
    except DecodeError:
        return Seen(0, is_whole=False)
    if path.suffix == ".h264":
        promised = max(promised, count_frames(path).frames)
    return Seen(frames, is_whole=frames >= promised and not damage)


def by_pyav(path: Path) -> Seen:
    """Decode it past every error."""
    footage_format, frames, failed = format_of(path), 0, 0
    try:
        with (
            reported() as logs,
            av.open(
                str(path), format=footage_format.demuxer if footage_format else None
            ) as container,
        ):
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            packets = container.demux(stream)
            while failed < 200:
                try:
                    packet = next(packets)
                    frames += len(packet.decode())
                except StopIteration:
                    break
                except av.FFmpegError:
                    failed += 1
                    packets = container.demux(stream)
    except (av.FFmpegError, IndexError):
        return Seen(0, is_whole=False)
    return Seen(frames, is_whole=not failed and not logs)


def by_ffprobe(path: Path) -> Seen:
    """Let it count, where there is one."""
    line = ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0"]
    line += ["-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", str(path)]
    told = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    count = told.stdout.split("\n")[0].strip(",\n ")
    return Seen(int(count) if count.isdecimal() else 0, is_whole=not told.stderr)


WITNESSES = [by_pyav, *([by_ffprobe] if shutil.which("ffprobe") else [])]


@dataclass(frozen=True)
class Damage:
    """A file that is damaged by chance, always in the same way for a number."""

    number: int

    @property
    def kind(self) -> str:
        """Its container."""
        return list(KINDS)[self.number % len(KINDS)]

    @property
    def way(self) -> Way:
        """How it is damaged."""
        return WAYS[self.number % len(WAYS)]

    def of(self, whole: bytes) -> bytes:
        """Damage these bytes, somewhere and by any share of them."""
        chance = random.Random(self.number)
        at = chance.randrange(len(whole))
        size = int(len(whole) * 0.3 ** chance.uniform(0.5, 6))
        return self.way(whole, at, size, chance)


def complaint(path: Path) -> tuple[str, str]:
    """Read a damaged file, and hold what is found against what others find.

    Returns:
        How it ended, and what is wrong with that; empty where nothing is.
    """
    began = time.perf_counter()
    seen = by_weir(path)
    took_s = time.perf_counter() - began
    others = [witness(path) for witness in WITNESSES]
    most = max(other.frames for other in others)
    ended = "whole" if seen.is_whole else "salvaged" if seen.frames else "failed"
    if took_s > DEADLINE_S:
        return ended, f"took {took_s:.0f} s"
    if seen.is_whole and not all(other.is_whole for other in others):
        return ended, f"hides damage: {seen} {others}"
    if seen.frames < 0.99 * most:
        return ended, f"sees too little: {seen} {others}"
    return ended, ""


@pytest.mark.timeout(7200)
def test_damage_is_never_hidden(tmp_path: Path) -> None:
    """All that can be decoded is, nothing damaged is called whole, nothing hangs."""
    whole = {kind: made(tmp_path / kind, kind) for kind in KINDS}
    ends, wrong = Counter[str](), []
    for damage in map(Damage, range(count(2000))):
        path = tmp_path / KINDS[damage.kind][0]
        path.write_bytes(damage.of(whole[damage.kind]))
        ended, what = complaint(path)
        ends[f"{damage.kind} {ended}"] += 1
        if what:
            wrong.append(f"{damage} {damage.kind} {damage.way.__name__} {what}")
    print("".join(f"\n{ends[end]:6d} {end}" for end in sorted(ends)))

    assert wrong == []


def made(folder: Path, kind: str) -> bytes:
    """A whole file of this kind."""
    name, options = KINDS[kind]
    folder.mkdir()
    return containers.write(folder / name, repeat=4, **options).read_bytes()


def count(full: int) -> int:
    """All of them in a soak, else few: each is decoded three times."""
    return full if SOAK else full // 40
