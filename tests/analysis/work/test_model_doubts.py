"""The first clips of a run say whether its model is shown what it was trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.config import DetectorConfig
from analysis.frames.halving import Image
from analysis.record.file.reader import reading
from analysis.record.results import Results
from tests import models, video
from tests.analysis.small_host import Host


def shades(first: int) -> list[Image]:
    """Frames of red, each brighter than the one before."""
    return [
        np.full((64, 64, 3), (0, 0, first + 20 * each), np.uint8) for each in range(10)
    ]


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host whose model takes 0..1, and whose config says 0..255."""
    made = Host(tmp_path)
    (tmp_path / "red.tflite").write_bytes(models.classifier("LOGISTIC"))
    detector = DetectorConfig(
        model=tmp_path / "red.tflite", targets=("red",), normalise="0..255"
    )
    config = replace(made.settings.analysis, detector=detector)
    made.settings = replace(made.settings, analysis=config)
    return made


def test_a_wrong_range_is_told_and_nothing_is_changed(
    host: Host, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By the first three clips, in the journal; the scores are as configured."""
    with host:
        for number in range(4):
            clip = video.write(tmp_path / f"{number}.h264", shades(40 + number))
            host.drop(f"clip{number}.h264", clip.read_bytes())
        host.settle()
        with reading(host.store.path) as db:
            results = Results(db)
            doubts, scores = results.doubts, results.scores(results.clips[0])

    told = [r.getMessage() for r in caplog.records if "in doubt" in r.getMessage()]
    assert len(told) == len(doubts) == 3
    assert all("with normalise 0..255 and colour rgb" in text for text in told)
    assert "looks more alive" in doubts[0].reason
    assert scores.min() > 0.99


def test_the_right_range_is_not_doubted(
    host: Host, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No word in the journal."""
    analysis = host.settings.analysis
    right = replace(analysis.detector, normalise="0..1")
    host.settings = replace(host.settings, analysis=replace(analysis, detector=right))
    with host:
        clip = video.write(tmp_path / "a.h264", shades(40))
        host.drop("clip.h264", clip.read_bytes())
        host.settle()

    assert "in doubt" not in caplog.text
