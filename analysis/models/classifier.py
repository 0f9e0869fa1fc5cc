"""The classifier: the model that names what the detector found."""

from __future__ import annotations

import dataclasses
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from analysis.config import ModelConfig
from analysis.frames.frames import Frame
from analysis.models.model import Model
from analysis.models.output.scores import Scores
from analysis.values.facts import CLASSIFIER
from analysis.values.seen import Box


class Classifier:
    """Names what is in a frame, or in one box of it.

    Attributes:
        labels: in the order of its scores.
        facts: what the record says of it.

    Args:
        config: the table ``[analysis.classifier]``.
        engine: the config's ``engine``.
        on_boxes: whether it names boxes; else whole frames.

    Raises:
        ModelError: it cannot be used; the text says why and what to do.
    """

    def __init__(
        self, config: ModelConfig, engine: str, *, on_boxes: bool = False
    ) -> None:
        self._model = Model(config, engine, "analysis.classifier")
        # The middle of a long fish is not the fish.
        self._model.settle("stretch" if on_boxes else "crop")
        self._scores = Scores(self._model)
        self.labels = self._scores.labels
        facts = self._model.facts(CLASSIFIER, self._scores.why)
        self.facts = dataclasses.replace(facts, labels=self.labels)

    def classify(self, frame: Frame, box: Optional[Box]) -> NDArray[np.float32]:
        """Score a frame, or a box of it.

        Args:
            frame: the frame.
            box: the part to look at; None for the whole frame. The config's ``fit``
                works on a box as it does on a frame.

        Returns:
            A score for each label, (labels,) float32, 0 to 1.

        Raises:
            ModelError: the engine failed.
        """
        return self._scores.read(self._model.run(self._model.prepare(frame, box)))
