"""The first clips of a run say whether its model is shown what it was trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.config import DetectorConfig
from analysis.frames.halving import Image
from analysis.record.file.reader import reading
from analysis.record.looks.weighing import Doubts
from analysis.record.results import Results
from analysis.values.facts import Choice
from tests import models, video
from tests.analysis.made_record import seen
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


def test_a_wrong_range_is_told_once_and_nothing_is_changed(
    host: Host, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By the first three clips together; the scores are as configured."""
    with host:
        for number in range(4):
            clip = video.write(tmp_path / f"{number}.h264", shades(40 + number))
            host.drop(f"clip{number}.h264", clip.read_bytes())
        host.settle()
        with reading(host.store.path) as db:
            results = Results(db)
            (doubt,), scores = results.doubts, results.scores(results.clips[0])

    (told,) = [r.getMessage() for r in caplog.records if "in doubt" in r.getMessage()]
    assert doubt.reason in told
    assert "with normalise 0..255 and colour rgb the scores in 0 of 3" in told
    assert "and colour rgb in 3: see how it was trained" in told
    assert scores.min() > 0.99


NO_FISH = (0.0, 0.01, 0.0)
FISH = (0.0, 0.1, 0.95)
STUCK = (0.058, 0.058, 0.06)


def weighed(*clips: tuple[tuple[float, ...], tuple[float, ...]]) -> tuple[str, bool]:
    """What clips say, each with scores by the chosen way and by another.

    Returns:
        The words, and whether another clip is to be asked.
    """
    doubts, words = Doubts(), ""
    for ours, theirs in clips:
        ways = (
            Choice("0..1", "rgb", True, ours, 0.5),
            Choice("-1..1", "rgb", False, theirs, 0.5),
        )
        outcome = seen([])
        assert outcome.findings is not None
        outcome = replace(outcome, findings=replace(outcome.findings, ways=ways))
        findings = doubts.weighed(outcome).findings
        assert findings is not None
        words += findings.model_doubt
    return words, doubts.is_open


def test_no_single_clip_is_a_doubt() -> None:
    """A wrong way now and then separates a frame, where there is no fish."""
    assert weighed((NO_FISH, FISH), (NO_FISH, NO_FISH), (NO_FISH, FISH)) == ("", True)
    words, is_open = weighed(*[(NO_FISH, FISH)] * 3)
    assert "in 0 of 3 clips" in words and not is_open


def test_water_without_fish_is_no_doubt() -> None:
    """A right model says of all of it that there is none; it is asked on, for long."""
    assert weighed(*[(NO_FISH, NO_FISH)] * 29) == ("", True)
    assert weighed(*[(NO_FISH, NO_FISH)] * 30) == ("", False)


def test_a_model_that_separates_is_trusted() -> None:
    """Though another way does so, too."""
    assert weighed(*[(FISH, FISH)] * 3) == ("", False)
    assert weighed((FISH, NO_FISH), *[(NO_FISH, FISH)] * 2) == ("", True)


def test_a_model_that_always_says_the_same_is_told() -> None:
    """Neither fish nor none."""
    words, _ = weighed(*[(STUCK, NO_FISH)] * 3)
    assert "all scores of 3 clips lie between 0.058 and 0.060" in words


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
