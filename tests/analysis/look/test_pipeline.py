"""The pipeline: each finding belongs to its frame, however many are ahead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

import cv2
import numpy as np
import pytest

from analysis import ModelError
from analysis.config import AnalysisConfig, DetectorConfig
from analysis.frames.condition import Mark
from analysis.frames.frames import Frame, FrameReader
from analysis.frames.halving import Image
from analysis.look.pipeline import ClipLook, analyse, load_models
from analysis.models.interpreter import installed
from analysis.values.job import ClipJob, Findings
from analysis.values.joining import frames_in
from tests import models, video

FRAMES = 100
DARK = [10, 46, 60, 97]


def river() -> list[Image]:
    """A bed of stones; now and then it is night, and at frame 30 something is there."""
    stones = np.random.default_rng(1).integers(90, 150, (20, 30), np.uint8)
    bed = np.repeat(np.kron(stones, np.ones((6, 6), np.uint8))[..., None], 3, axis=2)
    frames = [bed.copy() for _ in range(FRAMES)]
    for index in DARK:
        frames[index][:] = 4
    frames[30][40:80, 60:120] = 30
    return frames


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A whole-frame model."""
    path = tmp_path / "model.tflite"
    path.write_bytes(models.classifier())
    return path


@pytest.fixture
def job(tmp_path: Path, model: Path) -> ClipJob:
    """A clip of it, and the model."""
    clip = video.write(tmp_path / "clip.h264", river())
    detector = DetectorConfig(model=model, targets=("red",), normalise="0..1")
    return ClipJob(clip, None, AnalysisConfig(detector=detector), require_motion=True)


def test_a_model_that_was_replaced_is_not_used(job: ClipJob, model: Path) -> None:
    """Its scores would stand in the record under the other's name."""
    detector, _ = load_models(job.config)
    known = replace(job, models=(detector.facts, None, None))
    assert len(analyse(known).scores) == FRAMES
    model.write_bytes(model.read_bytes() + b"x")
    load_models.cache_clear()

    with pytest.raises(ModelError, match=r"replaced while the daemon ran \(its sha256"):
        analyse(known)


@pytest.mark.parametrize("engine", installed())
def test_no_model_is_a_file_while_it_runs(
    job: ClipJob, model: Path, engine: str
) -> None:
    """What is written over it in place would be run, under the old sha256."""
    loaded = load_models(replace(job.config, engine=engine))

    assert str(model) not in Path("/proc/self/maps").read_text()
    assert loaded[0].facts.engine == engine


@pytest.mark.parametrize("rate", [0.9996, 1, 1.0004])
def test_a_gap_of_seconds_bears_a_measured_rate(rate: float) -> None:
    """No camera makes exactly what it was asked for."""
    assert frames_in(5, rate) == 5


def test_each_frame_has_its_own_water(job: ClipJob) -> None:
    """The dark ones are blind, and where something comes and goes it moves."""
    findings = analyse(job)

    assert np.flatnonzero(~findings.visible).tolist() == DARK
    moved = np.flatnonzero(findings.motion > 1).tolist()
    assert 30 in moved
    assert not {28, 29, 33, 34} & set(moved)


@pytest.mark.parametrize(("fit", "moves"), [("crop", False), ("stretch", True)])
def test_water_is_measured_where_the_detector_looks(
    job: ClipJob, fit: str, moves: bool
) -> None:
    """What passes at the side says nothing of what a model saw in the middle."""
    frames = river()
    frames[70][40:80, :10] = 30
    clip = video.write(job.path.with_name("side.h264"), frames)
    detector = replace(job.config.detector, fit=fit)
    config = replace(job.config, detector=detector)

    findings = analyse(ClipJob(clip, None, config, require_motion=True))

    assert bool(findings.motion[70] > 1) is moves
    assert findings.motion[30] > 1


def test_a_smeared_fish_is_a_detection_alone(job: ClipJob) -> None:
    """It makes no encounter; a sound frame beside it does, and is its picture."""
    red = np.zeros((120, 180, 3), np.uint8)
    red[..., 2] = 255
    sound = red.copy()
    sound[:, :8] = 255  # so that the model is less sure of it
    pictures: list[bytes] = []
    for trusted in ((), (1,)):
        look = ClipLook(job.config, *load_models(job.config), 1.0, require_motion=False)
        marks = [Mark(is_trusted=index in trusted) for index in range(3)]
        frames = [
            Frame(index, sound if mark.is_trusted else red, None, mark)
            for index, mark in enumerate(marks)
        ]
        assert list(look.watch(frames)) == [0, 1, 2]
        findings = look.findings(1.0)
        assert findings.trusted is not None
        assert [index for index, good in enumerate(findings.trusted) if good] == [
            *trusted
        ]
        assert [frame for frame, _ in findings.detections] == [0, 1, 2]
        assert [e.best_frame for e in findings.encounters] == [*trusted]
        pictures += findings.snapshots.values()

    (picture,) = pictures
    bgr = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert bgr[60, 3].min() > 200


def test_boxes_are_followed(job: ClipJob, model: Path) -> None:
    """From frame to frame; each detection knows its track."""
    model.write_bytes(models.yolo())
    frames = []
    for index in range(4):
        picture = np.zeros((64, 64, 3), np.uint8)
        picture[32:40, 8 * index : 8 * index + 8, 2] = 255
        frames.append(Frame(index, picture, None))
    look = ClipLook(job.config, *load_models(job.config), 1.0, require_motion=False)
    list(look.watch(frames))
    findings = look.findings(1.0)

    (track,) = findings.tracks
    assert (track.first_frame, track.last_frame, track.frames) == (0, 3, 4)
    assert track.entry.x < track.exit.x
    assert findings.track_of == (1,) * 4


def test_frames_at_a_time_are_as_frames_one_by_one(job: ClipJob) -> None:
    """In every row."""
    together, singly = analyse(job), one_by_one(job)

    np.testing.assert_array_equal(together.scores, singly.scores)
    np.testing.assert_array_equal(together.visible, singly.visible)
    np.testing.assert_allclose(together.motion, singly.motion, rtol=1e-5)
    np.testing.assert_allclose(together.detail, singly.detail, rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "sidecar", "rate"),
    [
        ("clip.mp4", None, 25),
        ("clip.mp4", 2.0, 2),
        ("clip.h264", 2.0, 2),
        ("clip.h264", None, 3),
    ],
    ids=["container", "sidecar over container", "sidecar", "assumed"],
)
def test_the_sidecars_rate_comes_before_the_containers(
    job: ClipJob, name: str, sidecar: Optional[float], rate: float
) -> None:
    """The camera knows best; what nobody says is assumed."""
    path = video.write(job.path.with_name(name), river()[:5], 25)
    config = replace(job.config, assumed_framerate=3)

    findings = analyse(replace(job, path=path, framerate=sidecar, config=config))

    assert findings.framerate == rate


def one_by_one(job: ClipJob) -> Findings:
    """The look at a clip without anything ahead."""
    detector, classifier = load_models(job.config)
    look = ClipLook(job.config, detector, classifier, 1.0, require_motion=True)
    with FrameReader(job.path) as reader:
        for frame in reader:
            assert list(look.watch([frame])) == [frame.index]
    return look.findings(0.0)
