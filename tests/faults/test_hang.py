"""A camera that hangs in its driver: the process ends, with an error, and quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.faults.camera_process import PATIENCE_S, ROOT, write_config
from weir.clip import CLIP_SUFFIX, sidecar_name
from weir.sidecar import Sidecar

SCRIPT = """
import sys, threading
from capture.commands import run
from capture.__main__ import main
from tests.capture.river_bank import FakeCamera

def hanging(config, clock):
    camera = FakeCamera(clock, config.framerate)
    waits = iter(range(10**9))
    camera.on_wait = lambda: setattr(camera, "hung", next(waits) > 100)
    # A thread that never ends, as one in a driver that waits for the firmware.
    threading.Thread(target=threading.Event().wait).start()
    return camera

run.open_camera = hanging
sys.exit(main(["run", "--config", sys.argv[1]]))
"""


def test_a_hung_camera_ends_the_process(tmp_path: Path) -> None:
    """For systemd to start it anew; the clip so far is kept."""
    drive = tmp_path / "drive"
    drive.mkdir()
    config = write_config(tmp_path, drive, pace="fast")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, config],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )

    (clip,) = drive.glob("*" + CLIP_SUFFIX)
    sidecar = Sidecar.read(drive / sidecar_name(clip.name))
    assert done.returncode == 1, done.stderr
    assert b"camera hung" in done.stderr
    assert (sidecar.frames, sidecar.incomplete_reason) == (101, "camera")
