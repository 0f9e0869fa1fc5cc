"""Models: TFLite files, and what it takes to ask them about a frame.

    file -> graph, metadata, labels -> kind -> head
    frame -> geometry -> resize -> prepare -> interpreter -> head -> values

Bring your own: classifiers of whole frames, SSD and YOLO detectors, on
tflite-runtime or ai-edge-litert. What the file does not say, the config must; every
decision is kept in ``ModelFacts``, and none is silent.
"""

from __future__ import annotations

from analysis.config import DetectorConfig, ModelConfig
from analysis.models.classifier import Classifier
from analysis.models.detector import Detector, Seen
from analysis.values.facts import ModelFacts

__all__ = [
    "Classifier",
    "Detector",
    "ModelFacts",
    "Seen",
    "load_classifier",
    "load_detector",
]


def load_detector(config: DetectorConfig, engine: str) -> Detector:
    """Load the detector of a config; raises ModelError.

    A damaged model can crash the engine: ``analysis.models.trial`` finds that out in a
    process of its own, and should come first.
    """
    return Detector(config, engine)


def load_classifier(config: ModelConfig, engine: str) -> Classifier:
    """Load the classifier of a config; raises ModelError. See ``load_detector``."""
    return Classifier(config, engine)
