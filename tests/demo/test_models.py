"""The demo models: on both engines, as floats and as whole numbers."""

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from analysis.config import DetectorConfig, ModelConfig
from analysis.frames.frames import Frame
from analysis.models import load_classifier, load_detector
from analysis.values.seen import Box
from capture.cameras.scene.river import River
from capture.config import MixConfig, SimulatedConfig
from weir.truth import Sighting

MODELS = Path(__file__).parents[2] / "demo" / "models"
SIZE = (720, 480)
KINDS = ("dace", "perch", "trout", "eel")
PRECISIONS = ("float32", "int8")


@pytest.fixture(params=["tflite-runtime", "ai-edge-litert"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine that is installed."""
    pytest.importorskip(request.param.replace("-", "_"))
    return str(request.param)


@cache
def picture(kind: str, debris: float = 0.3) -> tuple[Frame, tuple[Sighting, ...]]:
    """A frame in which one fish of a kind alone is well seen; of no kind, none."""
    mix = MixConfig(**{**dict.fromkeys(KINDS, 0.0), **({kind: 1.0} if kind else {})})
    scene = SimulatedConfig(
        seed=12, turbidity=0.4, light=0.8, debris=debris, fish_per_hour=120, mix=mix
    )
    river = River(scene, SIZE, 1_790_000_000)
    for second in range(3600):
        planes, sightings = river.frame(second, float(second))
        clear = [s for s in sightings if s.visibility > 0.9 and 0.2 < s.box[0] < 0.6]
        if len(sightings) == len(clear) == bool(kind):
            return Frame(0, bgr(planes)), tuple(sightings)
    raise AssertionError("nobody came for an hour")


def bgr(planes: "npt.NDArray[np.uint8]") -> "npt.NDArray[np.uint8]":
    """What a decoder makes of the planes."""
    cv2 = pytest.importorskip("cv2")
    picture: npt.NDArray[np.uint8] = cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420)
    return picture


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_detector_finds_a_fish_where_it_is(engine: str, precision: str) -> None:
    """One box, which has most in common with the truth's."""
    frame, (fish,) = picture("dace")
    model = MODELS / f"fish_boxes_{precision}.tflite"
    detector = load_detector(DetectorConfig(model=model, fit="stretch"), engine)
    found = detector.detect(frame).detections

    assert len(found) == 1 and found[0].box
    assert shared(found[0].box, fish.box) > 0.6


@pytest.mark.parametrize("name", ["fish_boxes", "fish"])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_nothing_is_found_where_nothing_is(
    engine: str, precision: str, name: str
) -> None:
    """Neither by boxes nor in the whole frame."""
    frame, _ = picture("", debris=1)
    model = MODELS / f"{name}_{precision}.tflite"
    config = DetectorConfig(model=model, fit="stretch", normalise="0..1")

    assert not load_detector(config, engine).detect(frame).detections


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_whole_frame_model_sees_a_fish(engine: str, precision: str) -> None:
    """The first half of the pair of the original system."""
    frame, _ = picture("dace")
    model = MODELS / f"fish_{precision}.tflite"
    config = DetectorConfig(model=model, fit="stretch", normalise="0..1")

    assert [
        d.label for d in load_detector(config, engine).detect(frame).detections
    ] == ["fish"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["kind", "kind_of_box"])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_each_kind_is_told(engine: str, precision: str, name: str, kind: str) -> None:
    """By the whole frame, and by the box."""
    frame, (fish,) = picture(kind)
    model = MODELS / f"{name}_{precision}.tflite"
    config = ModelConfig(model=model, fit="stretch", normalise="0..1")
    classifier = load_classifier(config, engine)
    box = Box(*fish.box) if name == "kind_of_box" else None

    assert kind == classifier.labels[int(classifier.classify(frame, box).argmax())]


def test_every_model_is_smaller_than_a_megabyte() -> None:
    """All eight of them."""
    sizes = [path.stat().st_size for path in MODELS.glob("*.tflite")]

    assert len(sizes) == 8
    assert max(sizes) < 1_000_000


def shared(box: Box, truth: tuple[float, float, float, float]) -> float:
    """Intersection over union."""
    x, y, width, height = truth
    across = min(box.x + box.width, x + width) - max(box.x, x)
    down = min(box.y + box.height, y + height) - max(box.y, y)
    both = max(0.0, across) * max(0.0, down)
    return both / (box.width * box.height + width * height - both)
