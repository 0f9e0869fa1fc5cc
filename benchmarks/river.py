"""Are the counts right? ``python -m benchmarks.river`` tries it with 40 rivers.

It films clips over the whole range of the simulated camera's parameters, with seeds
that neither training nor tests use. It drops them into an inbox, lets the analysis
daemon count with the demo's models, and compares the counts with the truth.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Optional

from analysis.commands import score
from analysis.commands.scoring.agreement import Agreement, total
from analysis.config import AnalysisSettings
from analysis.intake.folders import Folders
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from benchmarks.identities import identities
from capture.cameras.simulated import SimulatedCamera
from capture.config import CaptureConfig, MixConfig, SimulatedConfig
from weir import config
from weir.clip import ClipName, truth_name
from weir.clock import SimulatedClock

FIRST_SEED = 550_000
CLIPS = 40
MODELS = Path(__file__).parent.parent / "demo" / "models"
_FRAMES = (300, 900)
_START = datetime(2027, 3, 1, 5, tzinfo=timezone.utc)
_CONFIG = """\
[deployment]
id = "benchmark"
camera = "river"
[analysis]
folder = "."
settle_seconds = 0
encounter_gap_s = 2
[analysis.detector]
model = "{models}/{detector}"
threshold = 0.5
fit = "stretch"
normalise = "0..1"
[analysis.classifier]
model = "{models}/{classifier}"
fit = "stretch"
normalise = "0..1"
"""


class FileSink:
    """Writes a camera's bytes to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._path.write_bytes(b"")

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:  # noqa: ARG002 - an argument of the interface
        """Write a frame."""
        with self._path.open("ab") as file:
            file.write(data)


def draw(number: int, first_seed: int) -> tuple[CaptureConfig, datetime, int]:
    """Draw the parameters of a clip by lot.

    Returns:
        The river, the start of the clip, and how many seconds it lasts.
    """
    rng = Random(first_seed + number)
    scene = SimulatedConfig(
        seed=first_seed + number,
        # Evenly over the whole range, in an order unrelated to the other parameters.
        turbidity=(number * 17 % CLIPS) / (CLIPS - 1),
        light=rng.random(),
        flicker=rng.random(),
        debris=rng.random(),
        fish_per_hour=rng.choice([0, 10, 20, 40, 80, 120]),
        mix=MixConfig(*(rng.uniform(0.5, 3) for _ in range(4))),
    )
    start = _START + timedelta(hours=7 * number, seconds=rng.randrange(3600))
    return (
        CaptureConfig(backend="simulated", simulated=scene),
        start,
        rng.randint(*_FRAMES),
    )


def film(number: int, folder: Path, first_seed: int) -> str:
    """Film one clip, with its truth beside it.

    Returns:
        The clip's name.
    """
    settings, start, seconds = draw(number, first_seed)
    name = ClipName.at(number, start).format()
    camera = SimulatedCamera(settings, SimulatedClock(start))
    camera.start(FileSink(folder / name))
    camera.wait(seconds)
    camera.stop(1)
    truth = camera.companions()[".truth.json"]
    (folder / truth_name(name)).write_text(truth)
    return name


def film_all(folder: Path, clips: int, first_seed: int) -> None:
    """Film all clips, two at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        for name in pool.map(
            film, range(clips), [folder] * clips, [first_seed] * clips
        ):
            print(f"filmed {name}", flush=True)


def analyse(footage: Path, folder: Path, detector: str, classifier: str) -> Path:
    """Let the daemon analyse a folder of clips.

    Returns:
        The daemon's config file.
    """
    inbox = Folders(folder).inbox
    inbox.mkdir(parents=True)
    for clip in sorted(footage.glob("*.h264")):
        (inbox / clip.name).write_bytes(clip.read_bytes())
    file = folder / "config.toml"
    file.write_text(
        _CONFIG.format(models=MODELS, detector=detector, classifier=classifier)
    )
    command = [sys.executable, "-m", "analysis", "run", "--once", "--config", str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return file


def verdict(file: Path, truth: Path) -> Agreement:
    """Compare what the daemon found with the truth, and print the table."""
    settings = config.load(AnalysisSettings, file)
    record = Folders(settings.analysis.folder).results / FILE_NAME
    with reading(record) as db:
        results, truths = Results(db), score.read_truths(truth)
        rows = list(score.compare_all(results, truths))
        named = {truth_name(clip.clip): clip for clip in results.clips}
        pairs = [(named[name], each[0]) for name, each in truths.items()]
        followed = identities(results, pairs)
    whole = total(agreement for _, agreement in rows)
    print(score.as_table(rows, whole))
    print(followed.in_words)
    return whole


def main() -> int:
    """Film, analyse and judge.

    Returns:
        0 if every share is as good as it should be, else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.river")
    parser.add_argument(
        "--footage", type=Path, help="keep the clips, or use them again"
    )
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument(
        "--seed", type=int, default=FIRST_SEED, help="of the first clip"
    )
    parser.add_argument("--detector", default="fish_boxes_float32.tflite")
    parser.add_argument("--classifier", default="kind_of_box_float32.tflite")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        footage = arguments.footage or Path(temporary, "footage")
        if not list(footage.glob("*.h264")):
            film_all(footage, arguments.clips, arguments.seed)
        models = (arguments.detector, arguments.classifier)
        file = analyse(footage, Path(temporary, "analysis"), *models)
        whole = verdict(file, footage)
    shares = (whole.recall, whole.precision, whole.kind_share, whole.max_n_share)
    good = all((s or 0) >= least for s, least in zip(shares, (0.95, 0.95, 0.9, 0.9)))
    print("good enough" if good else "NOT good enough")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
