"""How a pixel becomes an input: by config, quantisation, metadata; or a refusal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis import ModelError
from analysis.config import ModelConfig
from analysis.models.file.metadata import Metadata
from analysis.models.input import normalise
from analysis.models.interpreter import Tensor
from tests import models
from tests.analysis.models.conftest import LoadDetector
from tests.layers import Shape
from tests.pictures import RED, plain
from tests.tflite import metadata as metadata_note

NOTHING = Metadata()


def tensor(dtype: str, scale: float = 0.0, zero_point: int = 0) -> Tensor:
    """An input of this type."""
    return Tensor("input", 0, (1, 8, 8, 3), np.dtype(dtype), scale, zero_point)


def decide(given: Tensor, said: Metadata = NOTHING, **keys: Any) -> Any:
    """What is decided for an input."""
    return normalise.decide(ModelConfig(**keys), given, said, "m.tflite", "analysis.x")


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [("-1..1", -1, 1), ("0..1", 0, 1), ("0..255", 0, 255), ((0.5, -3.0), -3, 124.5)],
)
def test_the_config_says_it(words: Any, low: float, high: float) -> None:
    """Its ranges begin at pixel 0 and end at pixel 255."""
    table = decide(tensor("float32"), normalise=words).table(tensor("float32"))

    assert (table[0, 0], table[255, 0]) == pytest.approx((low, high))


@pytest.mark.parametrize(
    "given",
    [
        tensor("uint8", 1 / 128, 128),
        tensor("uint8", 1 / 127.5, 127),
        tensor("uint8", 1 / 255, 0),
        tensor("uint8", 1.0, 0),
        tensor("int8", 1 / 128, 0),
        tensor("int8", 1 / 255, -128),
    ],
    ids=str,
)
def test_a_usual_quantisation_takes_pixels_as_they_are(given: Tensor) -> None:
    """The element is the pixel; of int8, 128 less."""
    table = decide(given).table(given)[:, 0].astype(int)

    lowest = np.iinfo(given.dtype).min
    assert table.tolist() == list(range(lowest, lowest + 256))


def test_an_unusual_quantisation_says_nothing() -> None:
    """Teachable Machine's own exports begin at -0.817: the config must say it."""
    with pytest.raises(ModelError, match=r'analysis\.x\.normalise: "-1\.\.1"'):
        decide(tensor("uint8", 0.00716, 114))


def test_a_value_becomes_the_nearest_step() -> None:
    """And one beyond the input's range the last."""
    given = tensor("uint8", 0.00716, 114)

    table = decide(given, normalise="-1..1").table(given)[:, 0]

    assert table[0] == 0
    assert table[127] == round((127 / 127.5 - 1) / 0.00716) + 114


@pytest.mark.parametrize(
    ("mean", "std", "high"),
    [((127.5,), (127.5,), [1.0]), ((100, 110, 120), (50, 50, 50), [3.1, 2.9, 2.7])],
)
def test_metadata_says_it(
    mean: tuple[float, ...], std: tuple[float, ...], high: list[float]
) -> None:
    """Value = (pixel - mean) / std, for all channels or for each."""
    decided = decide(tensor("float32"), Metadata(mean=mean, std=std))

    np.testing.assert_allclose(decided.table(tensor("float32"))[255], high, rtol=1e-6)
    assert decided.source == "metadata"


def test_ultralytics_models_take_0_to_1() -> None:
    """Which their exporter's metadata implies."""
    decided = decide(tensor("float32"), Metadata(ultralytics={"names": {}}))

    assert decided.scale == (1 / 255,)


def test_metadata_is_read_from_the_file(detector: LoadDetector) -> None:
    """TensorFlow's own, in the model's notes."""
    model = detector(models.normalised([0.0], [255.0]), normalise="auto")

    assert model.facts.normalise_source == "metadata"
    assert model.detect(plain(RED)).score > 0.99


def test_metadata_for_each_channel_is_read(detector: LoadDetector) -> None:
    """In the order red, green, blue."""
    model = models.normalised([0.0, 0.0, 0.0], [255.0, 1e9, 1e9])
    seen = detector(model, normalise="auto").detect(plain((255, 255, 255)))

    assert seen.score > 0.99


def test_a_guess_is_never_made(detector: LoadDetector) -> None:
    """A float model without metadata is refused until the config says it."""
    with pytest.raises(ModelError, match="does not say how pixels become its input"):
        detector(models.classifier(shape=Shape()), normalise="auto")


def test_bytes_as_they_are_are_whole_numbers(detector: LoadDetector) -> None:
    """For a model that scales by itself."""
    model = detector(models.scaling_by_itself(), normalise="0..255")

    assert model.detect(plain(RED)).score == pytest.approx(0.9993, abs=1e-3)


@pytest.mark.parametrize("normalise", ["0..1", "auto"])
def test_shares_in_whole_numbers_are_refused(
    detector: LoadDetector, normalise: str
) -> None:
    """They would all be 0, and every picture black."""
    model = models.scaling_by_itself(metadata_note([0.0], [255.0]))

    with pytest.raises(ModelError, match=r'next to nothing .* set it to "0\.\.255"'):
        detector(model, normalise=normalise)


@pytest.mark.parametrize(
    ("dtype", "takes"), [("int8", "-128 to 127"), ("uint8", "0 to 255")]
)
def test_numbers_that_do_not_fit_are_refused(dtype: str, takes: str) -> None:
    """They would wrap round in silence: white would be a dark grey."""
    given = tensor(dtype)
    words = (1.0, 0.0) if dtype == "int8" else (1.0, 10.0)

    with pytest.raises(ModelError, match=f"takes {takes}, and normalise gives"):
        decide(given, normalise=words).table(given)
