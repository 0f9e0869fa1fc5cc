"""Models that cannot be used are refused in one line that says what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis import ModelError, ScoresError
from analysis.config import DetectorConfig
from analysis.models import interpreter, load_detector
from tests import models
from tests.analysis.models.conftest import LoadDetector
from tests.pictures import plain
from tests.tflite import Network, options


def negated(shapes: list[tuple[int, ...]], count: int = 1, version: int = 1) -> bytes:
    """A model that gives back its inputs, or constants of these shapes."""
    net = Network()
    inputs = [net.tensor(f"input {each}", (1, 8, 8, 3)) for each in range(count)]
    outputs = []
    for each, shape in enumerate(shapes):
        outputs.append(net.tensor(f"output {each}", shape))
        values = net.constant(np.zeros(shape, np.float32))
        net.operator("NEG", [values], [outputs[-1]], options("Neg"), version)
    return net.pack(inputs, outputs)


def test_a_shape_that_is_not_known_lists_tensors_and_keys(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """What was seen, what is known, which key to set."""
    mine = tmp_path / "mine.txt"
    mine.write_text("red\n", "utf-8")

    with pytest.raises(ModelError) as caught:
        detector(negated([(1, 5), (1, 7)]), labels=mine)

    for part in ("output 0 [1, 5] float32", "[1, 8, 8, 3]", "analysis.detector.kind"):
        assert part in str(caught.value)


@pytest.mark.parametrize("count", [2, 0])
def test_several_inputs_are_refused(detector: LoadDetector, count: int) -> None:
    """A model with state, or with two pictures, looks at no single frame."""
    with pytest.raises(ModelError, match=f"has {count} inputs, expected one"):
        detector(negated([(1, 5)], count))


@pytest.mark.parametrize("kind", ["ssd", "yolo"])
def test_a_kind_that_does_not_fit_is_refused(detector: LoadDetector, kind: str) -> None:
    """The config cannot make a detector of a classifier."""
    with pytest.raises(ModelError, match=f"is no {kind}"):
        detector(models.classifier(), kind=kind)


@pytest.mark.parametrize("task", ["pose", "obb"])
def test_another_task_is_refused(detector: LoadDetector, task: str) -> None:
    """Ultralytics' metadata names it."""
    with pytest.raises(ModelError, match=f'task "{task}".* of the task "detect"'):
        detector(models.yolo(task=task))


def test_labels_that_do_not_fit_a_yolo_are_refused(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """With what it would have to be."""
    mine = tmp_path / "mine.txt"
    mine.write_text("red\n", "utf-8")

    with pytest.raises(ModelError, match=r"output is 7 x 64, but with 1 labels"):
        detector(models.yolo(named=False), labels=mine)


@pytest.mark.parametrize(
    ("form", "boxes", "labels"),
    [("v8", 84, "red\ngreen"), ("v5", 252, "red\ngreen\nblue\ngrey")],
)
def test_labels_one_off_are_not_taken_for_the_other_layout(
    detector: LoadDetector, tmp_path: Path, form: str, boxes: int, labels: str
) -> None:
    """A v8 of three classes is as wide as a v5 of two, and has fewer boxes."""
    mine = tmp_path / "mine.txt"
    mine.write_text(labels, "utf-8")
    model = models.yolo(form, standing=True, boxes=boxes, named=False)

    with pytest.raises(ModelError, match=r"numbers a box"):
        detector(model, labels=mine)


def test_other_labels_than_a_yolos_own_are_refused(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """A file may call its classes something else, and has one line for each."""
    mine = tmp_path / "mine.txt"
    mine.write_text("rouge\nvert\n", "utf-8")

    with pytest.raises(ModelError, match=r"2 labels, but .* 3 \(red, green, blue\)"):
        detector(models.yolo(), labels=mine)


def test_labels_that_do_not_fit_an_ssd_are_refused(detector: LoadDetector) -> None:
    """Its operator knows how many classes there are."""
    with pytest.raises(ModelError, match="has 3 classes and a background"):
        detector(models.ssd(labels="red\ngreen\n"))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\x1c\0\0\0TFL3", b"\x1c\0\0\0TFL3" + b"\xff" * 99]
)
def test_a_file_that_is_no_model_is_refused(
    detector: LoadDetector, content: bytes
) -> None:
    """Before any engine sees it."""
    with pytest.raises(ModelError, match=r"model\.tflite: is (not|damaged)"):
        detector(content)


def test_a_missing_file_is_refused(tmp_path: Path, engine: str) -> None:
    """With its key."""
    config = DetectorConfig(model=tmp_path / "none.tflite")

    with pytest.raises(ModelError, match=r"analysis\.detector\.model: .*none\.tflite"):
        load_detector(config, engine)


def test_a_newer_operator_says_what_to_install(detector: LoadDetector) -> None:
    """A version that no engine has yet."""
    with pytest.raises(ModelError, match=r"needs operators that .* does not have"):
        detector(negated([(1, 3)], version=99))


def test_an_engine_that_is_missing_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And none at all names both."""
    monkeypatch.setattr(interpreter, "installed", list)

    with pytest.raises(ModelError, match=r"pip install 'weir\[litert\]'"):
        interpreter.choose("ai-edge-litert")
    with pytest.raises(ModelError, match="tflite-runtime or ai-edge-litert is missing"):
        interpreter.choose("auto")


def test_a_clash_with_numpy_is_explained(
    detector: LoadDetector, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tflite-runtime raises SystemError under numpy 2 and says nothing useful."""
    if engine != "tflite-runtime":
        pytest.skip("ai-edge-litert works with numpy 2")

    def refuse(**_: object) -> None:
        raise SystemError

    monkeypatch.setattr("tflite_runtime.interpreter.Interpreter", refuse)
    monkeypatch.setattr(np, "__version__", "2.1.0")

    with pytest.raises(ModelError, match=r"does not work with numpy 2\.1\.0"):
        detector(models.classifier())


def test_scores_that_are_not_numbers_are_refused(detector: LoadDetector) -> None:
    """A frame is not called empty because the model is broken."""
    model = detector(models.classifier(), normalise=(1e36, 0.0))

    with pytest.raises(ScoresError, match="not numbers"):
        model.detect(plain((255, 255, 255)))
