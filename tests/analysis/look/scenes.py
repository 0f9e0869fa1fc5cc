"""Made scenes, and a look at them by a model that calls red pictures fish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest

from analysis.config import AnalysisConfig, DetectorConfig
from analysis.frames.frames import Frame
from analysis.frames.halving import Image
from analysis.look.pipeline import ClipLook, load_models
from analysis.values.job import Findings
from tests.footage import model_bytes

HEIGHT, WIDTH = 120, 180
Place = Callable[[int], Optional[tuple[int, int]]]
Look = Callable[..., Findings]


def river(
    frames: int,
    fish: Place = lambda _: None,
    *,
    red: float = 0.0,
    flicker: float = 0.0,
    shape: tuple[int, int] = (70, 20),
    colour: tuple[int, int, int] = (0, 0, 200),
) -> Iterator[Image]:
    """Stones, noise, light that flickers all over them, and a fish where it is told."""
    random = np.random.default_rng(1)
    stones = random.normal(110, 10, (HEIGHT // 2, WIDTH // 2)).repeat(2, 0).repeat(2, 1)
    for index in range(frames):
        light = flicker * random.normal(0, 1, (30, 45)).repeat(4, 0).repeat(4, 1)
        grey = stones + light + random.normal(0, 1, stones.shape)
        picture = np.stack([grey - red, grey - red, grey + red], axis=2)
        place = fish(index)
        if place:
            x, y = place
            picture[y : y + shape[1], x : x + shape[0]] = colour
        yield np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Looks at pictures as a worker looks at a clip."""
    model = tmp_path / "red.tflite"
    model.write_bytes(model_bytes())
    detector = DetectorConfig(model=model, normalise="0..1")

    def looked(
        pictures: Iterable[Image], rate: float = 1.0, **options: Any
    ) -> Findings:
        config = AnalysisConfig(detector=detector, **options)
        clip = ClipLook(config, *load_models(config), rate, require_motion=True)
        for _ in clip.watch(Frame(n, picture) for n, picture in enumerate(pictures)):
            pass
        return clip.findings(1.0)

    return looked


def judged(findings: Findings) -> list[tuple[int, str, str]]:
    """Where each encounter begins, its status, and what decided it."""
    return [(e.first_frame, e.status, e.decided_by) for e in findings.encounters]
