"""The trial: models are first loaded in a process of their own, which may crash.

tflite-runtime does not verify files; every second damaged one crashes the process that
loads it. Whatever happens to the child, the parent gets one line that says what to do.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Optional

import numpy as np

from analysis import AnalysisError, ModelError
from analysis.config import (
    AnalysisConfig,
    DetectorConfig,
    ModelConfig,
    VerifierConfig,
)
from analysis.frames.decoder import check_obedience
from analysis.frames.frames import Frame, FrameReader, read_image
from analysis.home import HOME
from analysis.models import (
    Detector,
    ModelFacts,
    Seen,
    load_classifier,
    load_detector,
    load_verifier,
)
from analysis.models.model import all_shades
from analysis.models.probing import probe, spread_through
from analysis.values.facts import Choice, Facts
from analysis.values.seen import Box, Detection, Size

DEADLINE_S = 300.0
USUAL_SIZES = ((720, 480), (1920, 1080))


@dataclasses.dataclass(frozen=True)
class Report:
    """What a trial found.

    Attributes:
        detector: the facts of the detector.
        classifier: those of the classifier; None if there is none.
        seen: what the detector sees in the picture.
        species: labels and scores of the best detection, best first; if nothing was
            detected, those of the whole picture.
        sees: width and height of a frame, and the share of it that the detector sees.
        verifier: the facts of the verifier; None if there is none.
    """

    detector: ModelFacts
    classifier: Optional[ModelFacts]
    seen: Seen
    species: tuple[tuple[str, float], ...]
    sees: tuple[tuple[int, int, float], ...] = ()
    verifier: Optional[ModelFacts] = None


def try_models(config: AnalysisConfig) -> Facts:
    """Load the models of a config in a child process, and show them a picture.

    Returns:
        The facts of the detector, and of classifier and verifier if there are any.

    Raises:
        ModelError: a model cannot be used, or crashed the child.
    """
    report = try_on(config, None)
    return report.detector, report.classifier, report.verifier


def try_on(
    config: AnalysisConfig, image: Optional[Path], sizes: Sequence[Size] = USUAL_SIZES
) -> Report:
    """Load the models of a config in a child process, and show them a chosen picture.

    Args:
        config: names the models.
        image: the picture; None for a made-up one.
        sizes: of frames, to say how much of them the detector sees.

    Raises:
        ModelError: a model cannot be used, or crashed the child.
        DecodeError: the picture cannot be read.
    """
    if image is not None:
        read_image(image)
    answer = _ask_child(config, image, sizes)
    if "error" in answer:
        raise ModelError(answer["error"])
    return _report(answer)


def probe_on(config: AnalysisConfig, clip: Path) -> list[Choice]:
    """Probe a config's detector on a clip, in a child process.

    Args:
        config: names the detector.
        clip: the footage.

    Raises:
        ModelError: the model cannot be used, or crashed the child.
    """
    answer = _ask_child(config, None, (), clip)
    if "error" in answer:
        raise ModelError(answer["error"])
    return [
        Choice(**{**each, "scores": tuple(each["scores"])})
        for each in answer["choices"]
    ]


def _ask_child(
    config: AnalysisConfig,
    image: Optional[Path],
    sizes: Sequence[Size],
    clip: Optional[Path] = None,
) -> dict[str, Any]:
    question = {
        "engine": config.engine,
        "detector": _plain(config.detector),
        "classifier": _plain(config.classifier),
        "verifier": _plain(config.verifier),
        "image": str(image.resolve()) if image else None,
        "sizes": list(sizes),
        "clip": str(clip.resolve()) if clip else None,
        "rotate": config.rotate,
    }
    named = (config.detector, config.classifier, config.verifier)
    models = " or ".join(each.model.name for each in named if each.model)
    # Not on standard output: libraries print there, OpenCV's FFmpeg for one.
    answer = os.memfd_create("weir-trial")
    with os.fdopen(answer, "rb") as answered:
        try:
            child = subprocess.run(
                [sys.executable, "-m", "analysis.models.trial", str(answer)],
                input=json.dumps(question),
                capture_output=True,
                text=True,
                timeout=DEADLINE_S,
                check=False,
                cwd=HOME,
                errors="replace",
                pass_fds=(answer,),
            )
        except subprocess.TimeoutExpired as exc:
            raise ModelError(
                f"{models}: gave no answer within {DEADLINE_S:.0f} s; use a smaller"
                " model"
            ) from exc
        return _answer(child, models, answered)


def _answer(
    child: subprocess.CompletedProcess[str], models: str, answered: IO[bytes]
) -> dict[str, Any]:
    if child.returncode == 0:
        answered.seek(0)
        answer: dict[str, Any] = json.load(answered)
        return answer
    if child.returncode < 0:
        ended = f"crashed the engine ({signal.Signals(-child.returncode).name})"
    else:
        last = (child.stderr.strip().splitlines() or ["no message"])[-1]
        ended = f"ended the engine with code {child.returncode} ({last})"
    raise ModelError(
        f"{models}: {ended}; the file is damaged or made for another engine: copy it "
        "again, or try the other [analysis] engine"
    )


def _plain(config: ModelConfig) -> dict[str, Any]:
    values = dataclasses.asdict(config)
    return {
        key: str(value.absolute()) if isinstance(value, Path) else value
        for key, value in values.items()
    }


def _config(table: type[ModelConfig], plain: dict[str, Any]) -> Any:
    values: dict[str, Any] = {key: _tuples(value) for key, value in plain.items()}
    for key in ("model", "labels"):
        values[key] = Path(values[key]) if values[key] else None
    return table(**values)


def _tuples(value: Any) -> Any:
    """Turn the lists of JSON into tuples again, those within them too."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _report(answer: dict[str, Any]) -> Report:
    detections = tuple(
        Detection(
            each["label"], each["score"], Box(*each["box"]) if each["box"] else None
        )
        for each in answer["detections"]
    )
    classifier, verifier = answer["classifier"], answer["verifier"]
    return Report(
        ModelFacts.from_json(answer["detector"]),
        ModelFacts.from_json(classifier) if classifier else None,
        Seen(answer["score"], detections),
        tuple((label, score) for label, score in answer["species"]),
        tuple((width, height, share) for width, height, share in answer["sees"]),
        ModelFacts.from_json(verifier) if verifier else None,
    )


def main() -> None:
    """Run the child: read a question and write an answer, both JSON.

    The answer goes to the open file whose number is the child's only argument.
    """
    question = json.load(sys.stdin)
    try:
        answer = _try(question)
    except AnalysisError as exc:
        answer = {"error": str(exc)}
    with os.fdopen(int(sys.argv[1]), "w", encoding="utf-8") as answers:
        json.dump(answer, answers)


def _try(question: dict[str, Any]) -> dict[str, Any]:
    check_obedience()
    if question["clip"]:
        return _probe(question)
    engine, image = question["engine"], question["image"]
    sizes = [(each[0], each[1]) for each in question["sizes"]]
    frame = read_image(Path(image)) if image else Frame(0, all_shades())
    detector = load_detector(_config(DetectorConfig, question["detector"]), engine)
    seen = detector.detect(frame)
    answer: dict[str, Any] = {
        "detector": detector.facts.to_json(),
        "classifier": None,
        "verifier": None,
        "score": seen.score,
        "detections": [_as_json(each) for each in seen.detections],
        "species": [],
        "sees": [[*size, _share(detector, size)] for size in sizes],
    }
    naming = _config(ModelConfig, question["classifier"])
    if naming.model is not None:
        classifier = load_classifier(naming, engine, on_boxes=not detector.whole_frame)
        box = seen.detections[0].box if seen.detections else None
        scores = classifier.classify(frame, box)
        order = np.argsort(-scores, kind="stable")
        answer["classifier"] = classifier.facts.to_json()
        answer["species"] = [
            (classifier.labels[int(each)], float(scores[each])) for each in order[:5]
        ]
    heavy = _config(VerifierConfig, question["verifier"])
    if heavy.model is not None:
        verifier = load_verifier(heavy, engine)
        verifier.detect(frame)
        answer["verifier"] = verifier.facts.to_json()
    return answer


def _probe(question: dict[str, Any]) -> dict[str, Any]:
    clip, rotate = Path(question["clip"]), question["rotate"]
    with FrameReader(clip, rotate) as reader:
        frames = spread_through(reader)
    config = _config(DetectorConfig, question["detector"])
    choices = probe(config, question["engine"], frames)
    return {"choices": [dataclasses.asdict(each) for each in choices]}


def _share(detector: Detector, size: Size) -> float:
    """Return the share of a frame of this size that the detector sees."""
    _, _, width, height = detector.field(size)
    return width * height / (size[0] * size[1])


def _as_json(detection: Detection) -> dict[str, Any]:
    box = detection.box
    return {
        "label": detection.label,
        "score": detection.score,
        "box": dataclasses.astuple(box) if box else None,
    }


if __name__ == "__main__":
    main()
