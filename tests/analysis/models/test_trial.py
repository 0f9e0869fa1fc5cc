"""Models are tried in a child process, and whatever befalls it is one line here."""

from __future__ import annotations

import contextlib
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from analysis import DecodeError, ModelError
from analysis.commands import check
from analysis.config import (
    AnalysisConfig,
    AnalysisSettings,
    DetectorConfig,
    ModelConfig,
)
from analysis.models import trial
from tests import models, video
from tests.layers import COLOURS
from tests.pictures import RED, plain


def config(folder: Path, detector: bytes, engine: str) -> AnalysisConfig:
    """A config with this detector, and a classifier."""
    (folder / "detector.tflite").write_bytes(detector)
    (folder / "classifier.tflite").write_bytes(models.classifier())
    return AnalysisConfig(
        engine=engine,
        detector=DetectorConfig(
            model=folder / "detector.tflite", targets=("red",), normalise="0..1"
        ),
        classifier=ModelConfig(model=folder / "classifier.tflite", normalise="0..1"),
    )


def test_a_trial_gives_the_facts_of_both(tmp_path: Path, engine: str) -> None:
    """As the daemon would have them."""
    detector, classifier, _ = trial.try_models(config(tmp_path, models.yolo(), engine))

    assert classifier is not None
    assert (detector.kind, classifier.kind) == ("yolo", "classifier")
    assert (detector.engine, detector.labels) == (engine, COLOURS)


def test_check_shows_what_the_models_make_of_a_picture(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files, tensors, decisions and the result."""
    picture = tmp_path / "red.png"
    cv2.imwrite(str(picture), plain(RED).bgr())
    settings = AnalysisSettings(analysis=config(tmp_path, models.classifier(), engine))

    check.print_check(settings, picture)

    printed = capsys.readouterr().out
    for part in ("detector.tflite", "softmax in the model", "picture [1, 64, 64, 3]"):
        assert part in printed
    assert "red         0.9993  whole frame" in printed
    assert "species     red 0.9993" in printed


@pytest.mark.parametrize(
    ("fit", "sees"), [("auto", "100% of 720x480"), ("crop", "67% of 720x480")]
)
def test_check_says_how_much_of_a_frame_is_seen(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str], fit: str, sees: str
) -> None:
    """And warns where an old config has a box model look at the middle alone."""
    settings = config(tmp_path, models.yolo(), engine)
    looking = replace(settings.detector, fit=fit)

    check.print_check(
        AnalysisSettings(analysis=replace(settings, detector=looking)), None
    )

    printed = capsys.readouterr().out
    assert sees in printed
    assert ('fit = "crop" cuts 33%' in printed) == (fit == "crop")


def test_check_stays_short_whatever_the_labels(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list of hundreds is told by its length and its first."""
    many = "".join(f"kind {each}\n" for each in range(965))
    model = models.classifier(labels=many, outputs=965)
    settings = config(tmp_path, model, engine)
    looking = replace(settings.detector, targets=())

    check.print_check(
        AnalysisSettings(analysis=replace(settings, detector=looking)), None
    )

    printed = capsys.readouterr().out
    assert "labels      965 labels, the first are kind 0, kind 1" in printed
    assert "targets     965 targets, the first are kind 0" in printed
    assert len(printed.splitlines()) <= 40 and max(map(len, printed.split("\n"))) < 200


def test_check_stays_short_with_all_that_can_be_asked(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four outputs, a classifier, a picture with many boxes, and footage."""
    picture = tmp_path / "red.png"
    cv2.imwrite(str(picture), plain(RED).bgr())
    clip = video.write(tmp_path / "clip.h264", video.squares(4, 128, 128))
    settings = AnalysisSettings(analysis=config(tmp_path, models.ssd(), engine))

    check.print_check(settings, picture)
    print("\n".join(check.footage_lines(settings.analysis, clip)))
    check.print_probe(settings.analysis, clip)

    assert len(capsys.readouterr().out.splitlines()) <= 40


def test_a_picture_that_is_none_is_refused(tmp_path: Path, engine: str) -> None:
    """Before anything is tried."""
    with pytest.raises(DecodeError, match="is not a picture"):
        trial.try_on(config(tmp_path, models.yolo(), engine), tmp_path / "none.png")


def test_a_refusal_crosses_from_the_child(tmp_path: Path, engine: str) -> None:
    """Word for word."""
    with pytest.raises(ModelError, match=r"detector\.tflite: is not a TFLite model"):
        trial.try_models(config(tmp_path, b"no model at all", engine))


@pytest.mark.parametrize("seed", [5, 13, 20, 45, 47, 48])
def test_damage_ends_the_child_alone(tmp_path: Path, engine: str, seed: int) -> None:
    """Two bytes may be harmless; they may crash the engine; they never do us.

    These get past the reading of labels and metadata, and as far as the engine.
    """
    data = bytearray(models.yolo())
    dice = random.Random(seed)
    for _ in range(2):
        data[dice.randrange(8, len(data))] = dice.randrange(256)

    with contextlib.suppress(ModelError):
        detector, _, _ = trial.try_models(config(tmp_path, bytes(data), engine))
        assert detector.file == "detector.tflite"


def test_what_libraries_print_is_no_answer(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenCV prints to standard output where its log is asked for."""
    monkeypatch.setenv("OPENCV_LOG_LEVEL", "VERBOSE")
    monkeypatch.setenv("OPENCV_VIDEOIO_DEBUG", "1")

    detector, _, _ = trial.try_models(config(tmp_path, models.yolo(), engine))

    assert detector.file == "detector.tflite"


@pytest.mark.parametrize(
    ("code", "words"), [(-11, "SIGSEGV"), (-6, "SIGABRT"), (3, "with code 3 .last.")]
)
def test_a_child_that_dies_is_told_in_one_line(
    tmp_path: Path,
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    words: str,
) -> None:
    """With the signal, and what to do."""

    def die(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], code, "", "first\nlast\n")

    monkeypatch.setattr(subprocess, "run", die)

    with pytest.raises(
        ModelError, match=f"detector.tflite or .*{words}.*copy it again"
    ):
        trial.try_models(config(tmp_path, models.yolo(), engine))
