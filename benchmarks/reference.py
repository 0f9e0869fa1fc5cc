"""Scores compared with reference scores, for each filter and order of colours.

``reference_scores.npz`` in the folder has for each clip:

- ``<clip>|fish``, float32 (frames,): the detector's scores with Pillow's resizing;
- ``<clip>|fish_bgr``: the same with colours swapped;
- ``<clip>|species``, float32 (frames, labels): the classifier's scores, zero for frames
  without a target.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from analysis.frames.frames import FrameReader
from analysis.models import Classifier, load_classifier, load_detector
from benchmarks.material import Material

FILE_NAME = "reference_scores.npz"
WAYS = (
    ("area", "rgb"),
    ("bilinear", "rgb"),
    ("lanczos", "rgb"),
    ("lanczos", "bgr"),
)


@dataclass
class Agreement:
    """How far found and reference scores agree, summed over clips.

    Attributes:
        frames, same: frames, and those in which both decide alike.
        difference: the sum of the absolute differences of scores.
        both, same_species: frames in which both find a target, and those in which both
            name the same species.
    """

    frames: int = 0
    same: int = 0
    difference: float = 0.0
    both: int = 0
    same_species: int = 0


def run(material: Material) -> None:
    """Compare, and print the table, if the folder has reference scores."""
    file = material.folder / FILE_NAME
    if not file.exists():
        print(f"\nReference: none here ({FILE_NAME})")
        return
    print(f"\nReference, {material.name}: {len(material.clips)} clips")
    print(f"{'':<28}{'frames':>8}{'same %':>10}{'mean |d|':>10}{'species %':>11}")
    with np.load(file) as scores:
        for resize, colour in WAYS:
            found = compare(material, scores, resize, colour)
            _row(f"{resize}, {colour}", found)


def compare(material: Material, scores: Any, resize: str, colour: str) -> Agreement:
    """Look at every clip that has reference scores."""
    key = "fish" if colour == "rgb" else "fish_bgr"
    config = material.analysis
    looking = dataclasses.replace(config.detector, resize=resize, colour=colour)
    detector = load_detector(looking, config.engine)
    classifier: Optional[Classifier] = None
    if config.classifier.model is not None and colour == "rgb":
        naming = dataclasses.replace(config.classifier, resize=resize, colour=colour)
        classifier = load_classifier(naming, config.engine)
    agreement = Agreement()
    for clip, wanted in _clips(material, scores, key):
        threshold = config.detector.threshold
        names = scores[f"{clip.name}|species"] if classifier else None
        with FrameReader(clip) as reader:
            for frame, seen in detector.watch(reader, reader.ahead):
                score = float(wanted[frame.index])
                agreement.frames += 1
                agreement.difference += abs(seen.score - score)
                decisions = (seen.score > threshold, score > threshold)
                agreement.same += decisions[0] == decisions[1]
                if classifier and names is not None and all(decisions):
                    agreement.both += 1
                    named = classifier.classify(frame, None).argmax()
                    agreement.same_species += named == names[frame.index].argmax()
    return agreement


def _clips(material: Material, scores: Any, key: str) -> Iterator[tuple[Path, Any]]:
    for clip in material.clips:
        if f"{clip.name}|{key}" in scores:
            yield clip, scores[f"{clip.name}|{key}"]


def _row(name: str, found: Agreement) -> None:
    same = 100 * found.same / max(1, found.frames)
    difference = found.difference / max(1, found.frames)
    print(f"{name:<28}{found.frames:>8}{same:>10.3f}{difference:>10.5f}", end="")
    print(f"{100 * found.same_species / found.both:>11.2f}" if found.both else "")
