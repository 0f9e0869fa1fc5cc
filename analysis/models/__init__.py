"""Models: TFLite files are loaded, shown frames, and their outputs are read.

    file -> graph, metadata, labels -> kind -> head
    frame -> geometry -> resize -> prepare -> interpreter -> head -> values

Classifiers of whole frames, and SSD and YOLO detectors, run on tflite-runtime or
ai-edge-litert. What the file does not say, the config must say; every decision is kept
in ``ModelFacts``.
"""

from __future__ import annotations

from analysis import ModelError
from analysis.config import DetectorConfig, ModelConfig, VerifierConfig
from analysis.models.classifier import Classifier
from analysis.models.detector import Detector, Seen
from analysis.models.input.prepare import Prepared
from analysis.values.facts import ModelFacts

__all__ = [
    "Classifier",
    "Detector",
    "ModelFacts",
    "Prepared",
    "Seen",
    "load_classifier",
    "load_detector",
    "load_verifier",
]


def load_detector(config: DetectorConfig, engine: str) -> Detector:
    """Load the detector that a config names.

    A damaged model can crash the engine. So ``analysis.models.trial`` should load it
    first, in a process of its own.

    Raises:
        ModelError: the model cannot be used.
    """
    return Detector(config, engine)


def load_verifier(config: VerifierConfig, engine: str) -> Detector:
    """Load the verifier that a config names, as ``load_detector`` does.

    Raises:
        ModelError: the model cannot be used, or gives no boxes.
    """
    verifier = Detector(config, engine, "analysis.verifier")
    if verifier.whole_frame:
        raise ModelError(
            f"analysis.verifier.model: {verifier.facts.file} judges whole frames"
            f" ({verifier.facts.why}), and a verifier must give boxes; name a box"
            " detector, or set analysis.verifier.kind if it is one"
        )
    return verifier


def load_classifier(
    config: ModelConfig, engine: str, *, on_boxes: bool = False
) -> Classifier:
    """Load the classifier that a config names, as ``load_detector`` does.

    Args:
        config: the table ``[analysis.classifier]``.
        engine: the config's ``engine``.
        on_boxes: whether it names boxes; else whole frames.

    Raises:
        ModelError: the model cannot be used.
    """
    return Classifier(config, engine, on_boxes=on_boxes)
