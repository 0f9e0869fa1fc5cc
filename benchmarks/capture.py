"""The cost of the camera's daemon: time to import it, memory when idle and filming.

The simulated camera replays a file, so that no encoder is measured: on a Pi, encoding
is done by the hardware or by libcamera.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMPORTS = 15
FILMING_S = 20.0
MOST_RSS_MB, MOST_IMPORT_MS = 40.0, 150.0

_PARAMETERS = b"\0\0\0\1\x67\x64\0\x28\0\0\0\1\x68\xee\x38"
_KEY_FRAME = b"\0\0\0\1\x65\x88" + b"\x5a" * 20_000
_FRAME = b"\0\0\0\1\x41\x9a" + b"\xa5" * 1_500


def main() -> None:
    """Print the figures, each with its limit."""
    print("\nThe camera's daemon")
    milliseconds = import_ms()
    print(f"  import of capture: {milliseconds:.0f} ms (at most {MOST_IMPORT_MS:.0f})")
    for state, windows in (("idle", "03:00-03:01"), ("filming", "00:00-24:00")):
        megabytes = memory_mb(windows)
        print(
            f"  memory {state}: {megabytes:.1f} MB resident (at most {MOST_RSS_MB:.0f})"
        )


def import_ms() -> float:
    """Measure the time that a new process needs to import the whole program.

    Returns:
        The median of several, less that of an empty interpreter.
    """
    return _median("import capture.__main__") - _median("pass")


def memory_mb(windows: str) -> float:
    """Measure the daemon's resident memory after some time, in 10^6 bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "drive").mkdir()
        replay = (_PARAMETERS + _KEY_FRAME + _FRAME * 59) * 10
        (folder / "replay.h264").write_bytes(replay)
        config = folder / "config.toml"
        config.write_text(_CONFIG.format(windows=windows))
        command = [sys.executable, "-m", "capture", "run", "--config", str(config)]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
            time.sleep(FILMING_S)
            megabytes = _resident_mb(process.pid)
            process.terminate()
        return megabytes


def _median(statement: str) -> float:
    """Measure processor time, in which other work on the machine does not count."""
    times = []
    for _ in range(IMPORTS):
        before = _children_s()
        subprocess.run([sys.executable, "-c", statement], cwd=ROOT, check=True)
        times.append(_children_s() - before)
    return 1000 * sorted(times)[len(times) // 2]


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    match = re.search(r"VmRSS:\s*(\d+) kB", status)
    return int(match[1]) * 1024 / 1e6 if match else float("nan")


_CONFIG = """[deployment]
id = "bench"
camera = "cam1"
timezone = "UTC"
[capture]
backend = "simulated"
directory = "drive"
require_mount = false
min_free_mb = 0
framerate = 25
[capture.schedule]
windows = ["{windows}"]
record_minutes = 60
[capture.simulated]
replay = "replay.h264"
"""


if __name__ == "__main__":
    main()
