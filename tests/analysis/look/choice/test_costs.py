"""What ``auto`` comes to is measured on a clip."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.config import AnalysisConfig, DetectorConfig
from analysis.look.pipeline import analyse
from analysis.values.job import ClipJob, Costs
from tests import video
from tests.analysis.look.choice.conftest import bed, looked
from tests.analysis.look.choice.heavymodel import heavy
from tests.footage import model_bytes


def job(folder: Path, model: bytes) -> ClipJob:
    """A still clip, and a model."""
    path = folder / "model.tflite"
    path.write_bytes(model)
    clip = video.write(folder / "clip.h264", [bed()] * 20)
    detector = DetectorConfig(model=path, normalise="0..1", reuse_below="auto")
    return ClipJob(clip, None, AnalysisConfig(detector=detector), require_motion=True)


def test_a_light_model_looks_at_every_frame(tmp_path: Path) -> None:
    """And both costs are known."""
    findings = analyse(job(tmp_path, model_bytes()))

    assert findings.reused is None
    assert findings.costs
    assert findings.costs.decode_ms > 0
    assert findings.costs.model_ms < 10 * findings.costs.decode_ms


def test_a_heavy_model_looks_at_what_has_changed(tmp_path: Path) -> None:
    """At the limit that was measured."""
    findings = analyse(job(tmp_path, heavy()))

    assert findings.costs
    assert findings.costs.model_ms > 10 * findings.costs.decode_ms
    assert looked(findings) == [0]


@pytest.mark.parametrize(("model_ms", "below"), [(30.0, 2), (5.1, 2), (4.9, 0)])
def test_heavy_is_ten_times_the_decoding(model_ms: float, below: float) -> None:
    """Of a frame that takes half a millisecond."""
    assert Costs(model_ms, 0.5).reuse_below == below
