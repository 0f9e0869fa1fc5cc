"""The demo: film a short deployment, carry it, analyse it, and show what was found.

Both daemons run as processes of their own, as they would on two machines; this script
is the person who carries the zip.
"""

from __future__ import annotations

import csv
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
CONFIG = HERE / "config.toml"
OUT = HERE / "out"
CLIPS = 3
DEADLINE_S = 150.0
ARCHIVE = "recordings.zip"


def main() -> int:
    """Run the demo.

    Returns:
        The exit code.
    """
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "drive").mkdir(parents=True)
    say("1. The camera films three clips of five minutes (its clock is simulated).")
    run("capture", "run", "--clips", str(CLIPS))
    say("2. They are packed, as one would at the river.")
    run("capture", "pack", "--output", str(OUT / ARCHIVE))
    say("3. The analysis daemon runs; the zip is dropped into its inbox.")
    analyse(OUT / ARCHIVE)
    say("4. What was found, beside the truth that only a simulated river tells:")
    run("analysis", "export", "--format", "csv", "--output", str(OUT / "tables"))
    run("analysis", "report", "--output", str(OUT))
    show_table(OUT / "tables" / "clips.csv", CLIP_COLUMNS)
    show_table(OUT / "tables" / "encounters.csv", ENCOUNTER_COLUMNS)
    run("analysis", "score", "--truth", str(OUT / "drive"))
    say(
        "The page that a person reads:  demo/out/report.html\n"
        "Tables for other tools:        demo/out/tables/\n"
        "The receipt for the camera:    demo/out/weir/receipts/"
    )
    return 0


CLIP_COLUMNS = ("clip", "start", "frames_decoded", "fish_frames", "encounters", "max_n")
ENCOUNTER_COLUMNS = ("clip", "start", "end", "label", "score", "species", "max_n")


def analyse(archive: Path) -> None:
    """Start the daemon, drop the zip, wait for the receipt, and stop the daemon."""
    receipt = OUT / "weir" / "receipts" / (archive.name + ".receipt.json")
    daemon = subprocess.Popen(command("analysis", "run"))
    try:
        inbox = OUT / "weir" / "inbox"
        wait_for(inbox.is_dir, daemon, "its inbox")
        shutil.copy(archive, inbox / (archive.name + ".part"))
        (inbox / (archive.name + ".part")).rename(inbox / archive.name)
        wait_for(receipt.exists, daemon, "the receipt")
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(30)


def wait_for(
    condition: Callable[[], bool], daemon: subprocess.Popen[bytes], what: str
) -> None:
    """Wait for a condition while the daemon lives."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if daemon.poll() is not None:
            sys.exit(f"the analysis daemon ended before {what} was there")
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not come within {DEADLINE_S:.0f} s")
        time.sleep(0.1)


def command(package: str, *arguments: str) -> list[str]:
    """Build a command of one of the daemons, with the demo's config."""
    name, *options = arguments
    return [sys.executable, "-m", package, name, "--config", str(CONFIG), *options]


def run(package: str, *arguments: str) -> None:
    """Run a command to its end; end the demo if it fails."""
    done = subprocess.run(command(package, *arguments), check=False)
    if done.returncode:
        sys.exit(f"{package} {arguments[0]} failed (exit {done.returncode})")


def show_table(path: Path, columns: Sequence[str]) -> None:
    """Print some columns of a CSV file, aligned."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [list(columns)] + [[r[c] for c in columns] for r in csv.DictReader(file)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print(flush=True)


def say(text: str) -> None:
    """Say what happens next."""
    print(f"\n{text}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
