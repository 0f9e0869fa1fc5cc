"""SIGKILL at random moments: what was finished stays, what was begun is closed off."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import pytest

from tests.faults.camera_process import Process, write_config
from weir.atomic import PART
from weir.clip import CLIP_SUFFIX, ClipName, sidecar_name
from weir.h264 import count_frames
from weir.sidecar import Sidecar

KILLS = 200 if os.environ.get("WEIR_SOAK") else 20
LONGEST_RUN_S = 0.7


def sums(drive: Path) -> dict[str, str]:
    """The finished clips and their sha256."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in drive.glob("*" + CLIP_SUFFIX)
    }


@pytest.mark.timeout(1800)
def test_kills_lose_no_finished_clip(tmp_path: Path) -> None:
    """Nothing that was finished changes; no number comes twice; sidecars are true."""
    drive = tmp_path / "drive"
    drive.mkdir()
    config = write_config(tmp_path, drive, pace="fast")
    chance = random.Random(4)
    finished: dict[str, str] = {}
    begun: dict[str, int] = {}
    for _ in range(KILLS):
        with Process(config) as process:
            process.wait_for("recording started")
            process.run_on(chance.uniform(0, LONGEST_RUN_S))
            process.pause()
            for part in drive.glob("*" + CLIP_SUFFIX + PART):
                begun[part.name[: -len(PART)]] = part.stat().st_size
            process.kill()
        now = sums(drive)
        assert finished.items() <= now.items()
        finished = now
    with Process(config, "--clips", "1") as process:
        assert process.finish() == 0

    clips = sums(drive)
    numbers = [ClipName.parse(name).number for name in clips]
    assert finished.items() <= clips.items()
    assert len(numbers) == len(set(numbers))
    for name, sha256 in clips.items():
        sidecar = Sidecar.read(drive / sidecar_name(name))
        assert (sidecar.sha256, sidecar.clip) == (sha256, name)
        assert sidecar.frames == count_frames(drive / name).frames
    # Every byte that had been filmed when the kill came is still there.
    for name, size in begun.items():
        kept = drive / name
        kept = kept if kept.exists() else drive / (name + ".no-frame")
        assert kept.stat().st_size >= size
    assert not list(drive.glob("*" + CLIP_SUFFIX + PART))
    print(f"\n{KILLS} kills: {len(clips)} clips, {len(begun)} of them cut, none lost")
