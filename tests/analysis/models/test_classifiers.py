"""Whole-frame classifiers of every type give the scores that are worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.values.seen import Box, Detection
from tests import models
from tests.analysis.models.conftest import LoadClassifier, LoadDetector
from tests.layers import OTHER, PURE, Shape
from tests.pictures import BLACK, BLUE, GREEN, RED, patch, plain

SHAPES = [
    Shape(),
    Shape("uint8"),
    Shape("int8"),
    Shape(weights="float16"),
    Shape(weights="int8"),
    Shape(channels_first=True),
    Shape("uint8", channels_first=True),
]
SOFTMAX, OTHERS = 0.99933, 0.00034
"""Of logits 4, -4, -4."""


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("last", ["SOFTMAX", ""])
def test_a_red_frame_is_red(detector: LoadDetector, shape: Shape, last: str) -> None:
    """Whatever the input's type and layout, softmaxed in the model or not."""
    if shape.dtype != "float32" and not last:
        pytest.skip("a quantised logit has no room between 0 and 1")

    seen = detector(models.classifier(last, shape)).detect(plain(RED))

    assert seen.score == pytest.approx(SOFTMAX, abs=0.004)
    assert [each.label for each in seen.detections] == ["red"]


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("colour", [RED, GREEN, BLUE])
def test_a_model_of_bytes_throughout_is_right(
    classifier: LoadClassifier, dtype: str, colour: tuple[int, int, int]
) -> None:
    """Within the steps of its own scale; its input says how pixels become it."""
    model = classifier(models.quantised_through(dtype), normalise="auto")

    scores = model.classify(plain(colour), None)

    expected = [SOFTMAX if each == colour else OTHERS for each in (RED, GREEN, BLUE)]
    np.testing.assert_allclose(scores, expected, atol=0.004)


@pytest.mark.parametrize(("colour", "label"), [(RED, 0), (GREEN, 1), (BLUE, 2)])
def test_channels_keep_their_order(
    classifier: LoadClassifier, colour: tuple[int, int, int], label: int
) -> None:
    """A frame is blue, green, red; a model sees red, green, blue."""
    scores = classifier(models.classifier("LOGISTIC")).classify(plain(colour), None)

    expected = np.full(3, OTHER)
    expected[label] = PURE
    np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_colour_bgr_leaves_channels_alone(detector: LoadDetector) -> None:
    """A model that was trained on swapped colours takes blue for red."""
    seen = detector(models.classifier(), colour="bgr").detect(plain(BLUE))

    assert [each.label for each in seen.detections] == ["red"]


@pytest.mark.parametrize("colour", [RED, GREEN, BLUE])
def test_one_channel_is_luma(
    classifier: LoadClassifier, colour: tuple[int, int, int]
) -> None:
    """A grey model sees 0.299 of red, 0.587 of green, 0.114 of blue."""
    luma = round(255 * {RED: 0.299, GREEN: 0.587, BLUE: 0.114}[colour]) / 255
    model = models.classifier("LOGISTIC", Shape(grey=True), "fish\n", outputs=1)

    scores = classifier(model).classify(plain(colour), None)

    assert scores == pytest.approx(1 / (1 + np.exp(4 - 8 * luma)), abs=1e-3)


@pytest.mark.parametrize(
    ("labels", "expected"), [("red\n", [PURE]), ("none\nred\n", [1 - PURE, PURE])]
)
@pytest.mark.parametrize("last", ["LOGISTIC", ""])
def test_one_output_is_the_last_labels(
    classifier: LoadClassifier, labels: str, expected: list[float], last: str
) -> None:
    """A single sigmoid scores the only label, or the second of two."""
    model = models.classifier(last, labels=labels, outputs=1)

    scores = classifier(model).classify(plain(RED), None)

    np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_a_score_below_the_threshold_is_no_detection(detector: LoadDetector) -> None:
    """The score is told nevertheless."""
    seen = detector(models.classifier("LOGISTIC")).detect(plain(BLACK))

    assert seen.detections == ()
    assert seen.score == pytest.approx(OTHER, abs=1e-4)


def test_a_frame_counts_once(detector: LoadDetector) -> None:
    """Of several labels above the threshold, the best is the frame's."""
    grey = (255, 200, 255)
    seen = detector(models.classifier("LOGISTIC"), targets=()).detect(plain(grey))

    assert seen.detections == (Detection("red", seen.score),)


def test_a_classifier_looks_at_a_box(classifier: LoadClassifier) -> None:
    """It sees nothing of the frame beside it."""
    model = classifier(models.classifier("LOGISTIC"))

    scores = model.classify(patch(RED, (32, 0, 32, 32)), Box(0.5, 0.0, 0.5, 0.5))

    np.testing.assert_allclose(scores, [PURE, OTHER, OTHER], atol=1e-4)


@pytest.mark.parametrize(("on_boxes", "fit"), [(True, "stretch"), (False, "crop")])
def test_a_classifier_sees_a_whole_box(
    classifier: LoadClassifier, on_boxes: bool, fit: str
) -> None:
    """Its ends too; of a frame it sees the middle, as in the original system."""
    model = classifier(models.classifier("LOGISTIC"), on_boxes=on_boxes)
    frame = patch(RED, (0, 0, 32, 64), 128, 64)

    red, _, _ = model.classify(frame, Box(0.0, 0.0, 1.0, 1.0))

    assert model.facts.fit == fit
    assert (red > 0.1) == on_boxes


@pytest.mark.parametrize("operator", ["ADD", "MEAN"])
def test_a_mean_of_scores_is_scores(detector: LoadDetector, operator: str) -> None:
    """Several models in one: softmax upon softmax would leave 0.58 at most."""
    model = detector(models.averaged(operator))

    assert model.detect(plain(RED)).score == pytest.approx(SOFTMAX, abs=1e-4)
    assert "by their values" in model.facts.why


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"last": "SOFTMAX"}, "softmax in the model"),
        ({"last": "LOGISTIC"}, "sigmoid in the model"),
        ({"last": ""}, "logits (made by a convolution), softmax applied"),
    ],
)
def test_what_was_decided_is_recorded(
    detector: LoadDetector, keys: dict[str, Any], why: str
) -> None:
    """The facts say what the model was taken for."""
    facts = detector(models.classifier(**keys)).facts

    assert (facts.kind, facts.targets) == ("classifier", ("red",))
    assert why in facts.why
