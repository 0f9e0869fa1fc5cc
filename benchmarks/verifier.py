"""A heavy model only where something is: what a verifier is worth, and what it costs.

Rivers of which the truth is known are filmed. The demo's models of whole frames look at
every frame, as they would in a stream, and the demo's model of boxes verifies, with
budgets from a few frames to as many as are asked about. Beside it stands the model of
boxes on every frame. Then it is said of the given footage how many frames a verifier
would be asked about, and how long a heavy one would take for them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from analysis.commands.scoring.agreement import Agreement, compare, total
from analysis.config import (
    AnalysisConfig,
    DetectorConfig,
    ModelConfig,
    VerifierConfig,
)
from analysis.look.pipeline import analyse, load_models
from analysis.look.verifying.verify import verify
from analysis.values.job import ClipJob, Findings
from analysis.values.verifying import VerifyJob
from analysis.verification.questions import questions
from analysis.verification.verdict import verified
from benchmarks.material import Material
from benchmarks.measure import FRAMES_A_DAY
from benchmarks.river import MODELS, film
from weir.clip import truth_name
from weir.truth import Truth

FIRST_SEED = 740_000
RIVERS = 12
BUDGETS = (120.0, 600.0, 1400.0)
"""Frames an hour. With the last, a quarter of these rivers' frames is looked at: those
with few fish do not need their share."""

_LIMITLESS = 1e9
_HEAVY_S = 5.0


@dataclass(frozen=True)
class Found:
    """What was found in clips in one way.

    Attributes:
        agreement: with the truth, of all clips.
        looked: how many frames the model of boxes looked at.
        frames: how many there were.
    """

    agreement: Agreement
    looked: int
    frames: int

    def as_row(self, name: str) -> str:
        """Return a line of the table."""
        whole = self.agreement
        right = f"{whole.max_n_right / whole.clips:.0%}" if whole.max_n_asked else "-"
        return (
            f"{name:<24}{self.looked / self.frames:>10.1%}{whole.recall or 0:>9.1%}"
            f"{whole.precision or 0:>11.1%}{whole.invented:>10}{right:>12}"
        )


def run(material: Material) -> None:
    """Film rivers, look at them and at the given footage, and print both tables."""
    spawn, workers = get_context("spawn"), len(os.sched_getaffinity(0))
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(workers, spawn) as pool,
    ):
        rivers = film_rivers(pool, Path(folder))
        ways = dict(look_at_all(pool, rivers, material.analysis.engine))
        found = list(pool.map(partial(look, material.analysis), material.clips))
    print_rivers(ways)
    print_footage(material.folder.name, found)


def film_rivers(pool: Executor, folder: Path) -> list[Path]:
    """Film the rivers, each with its truth beside it."""
    films = pool.map(partial(film, folder=folder, first_seed=FIRST_SEED), range(RIVERS))
    return [folder / name for name in films]


def pair(engine: str) -> AnalysisConfig:
    """Return how the demo's models of whole frames look, and the verifier beside them.

    Args:
        engine: as in the config.
    """
    verifier = VerifierConfig(**_settings("fish_boxes"))
    return replace(_config("fish", "kind", engine), verifier=verifier)


def boxes(engine: str) -> AnalysisConfig:
    """Return how the demo's models of boxes look at every frame."""
    return _config("fish_boxes", "kind_of_box", engine)


def _config(detector: str, classifier: str, engine: str) -> AnalysisConfig:
    return AnalysisConfig(
        engine=engine,
        encounter_gap_s=2,
        detector=DetectorConfig(**_settings(detector)),
        classifier=ModelConfig(**_settings(classifier)),
    )


def _settings(model: str) -> dict[str, Any]:
    file = MODELS / f"{model}_float32.tflite"
    return {"model": file, "fit": "stretch", "normalise": "0..1"}


def look_at_all(
    pool: Executor, clips: Sequence[Path], engine: str
) -> Iterator[tuple[str, Found]]:
    """Look at clips in all ways.

    Yields:
        What each way is called, and what was found so.
    """
    config = pair(engine)
    found = list(pool.map(partial(look, config), clips))
    yield "no verifier", judged(clips, found, 0)
    for budget in BUDGETS:
        after = list(pool.map(partial(ask, config, budget), clips, found))
        looked = sum(
            len(each.verification.looks) for each in after if each.verification
        )
        yield f"{budget:g} frames an hour", judged(clips, after, looked)
    every = list(pool.map(partial(look, boxes(engine)), clips))
    frames = sum(len(each.scores) for each in every)
    yield "boxes on every frame", judged(clips, every, frames)


def look(config: AnalysisConfig, clip: Path) -> Findings:
    """Look at a clip as a worker does."""
    detector, _ = load_models(config)
    motion = config.require_motion
    motion = detector.whole_frame if isinstance(motion, str) else motion
    found = analyse(ClipJob(clip, None, config, require_motion=motion))
    return replace(found, snapshots={}, moment_pictures={}, pictures=b"")


def ask(config: AnalysisConfig, budget: float, clip: Path, found: Findings) -> Findings:
    """Let the verifier look at a clip as a worker does, within a budget."""
    asked = questions(found, budget)
    return verified(found, asked, verify(VerifyJob(clip, config, asked.items)))


def judged(clips: Sequence[Path], found: Sequence[Findings], looked: int) -> Found:
    """Compare what was found in clips with their truths."""
    truths = [Truth.read(clip.with_name(truth_name(clip.name))) for clip in clips]
    agreements = [
        compare(truth, each.counted, can_count=looked > 0)
        for truth, each in zip(truths, found)
    ]
    return Found(total(agreements), looked, sum(len(each.scores) for each in found))


def print_rivers(ways: dict[str, Found]) -> None:
    """Print what each way finds of what is true, and for how many looks."""
    whole = next(iter(ways.values()))
    print(
        f"\nA verifier, {RIVERS} simulated rivers: {whole.frames:,} frames,"
        f" {whole.agreement.truth} encounters of two frames or more"
    )
    print(f"{'':<24}{'looked at':>10}{'recall':>9}{'precision':>11}", end="")
    print(f"{'invented':>10}{'MaxN right':>12}")
    for name, found in ways.items():
        print(found.as_row(name))


def print_footage(name: str, found: Sequence[Findings]) -> None:
    """Print how much of footage a verifier would be asked about, and how long it took.

    Args:
        name: the footage's.
        found: what the detector found in each clip.
    """
    frames = sum(len(each.scores) for each in found)
    print(f"\nA verifier, {name}: {frames:,} frames")
    print(f"{'frames an hour':<24}{'looked at':>10}{'asked about':>16}", end="")
    print(f"{f'hours a day at {_HEAVY_S:g} s':>22}")
    for budget in (*BUDGETS, _LIMITLESS):
        asked = [questions(each, budget) for each in found]
        looks = sum(
            len({frame for item in each.items for frame in item.frames})
            for each in asked
        )
        about = sum(len(each.items) for each in asked)
        of = sum(each.of for each in asked)
        hours = looks / frames * FRAMES_A_DAY * _HEAVY_S / 3600
        called = "no limit" if budget == _LIMITLESS else f"{budget:g}"
        print(f"{called:<24}{looks / frames:>10.2%}{f'{about} of {of}':>16}", end="")
        print(f"{hours:>22.2f}")
    hours = FRAMES_A_DAY * _HEAVY_S / 3600
    print(f"{'every frame':<24}{1:>10.2%}{'':>16}{hours:>22.2f}")
