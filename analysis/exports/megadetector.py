"""MegaDetector's results file, version 1.6, which Timelapse and many others read.

Every target is an ``animal``, which is what these programs look for; what the model or
a person calls it is a classification.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from analysis.exports.jsonstream import write_json
from analysis.exports.observed import Observed, observed_in
from analysis.exports.request import Request
from analysis.record.clip import Clip
from weir import __version__

FILE_NAME = "megadetector.json"
ANIMAL = "1"


def write(request: Request, folder: Path) -> tuple[Path, ...]:
    """Write ``megadetector.json``, and return its path."""
    results = request.results
    names = _names(request)
    detectors = sorted(
        {results.settings[c.run]["detector"]["file"] for c in results.clips}
    )
    head = {
        "info": {
            "format_version": "1.6",
            "detector": ", ".join(detectors) or "none",
            "detection_completion_time": request.now.strftime("%Y-%m-%d %H:%M:%S"),
            "classifier": f"weir {__version__}",
        },
        "detection_categories": {ANIMAL: "animal"},
        "classification_categories": {number: name for name, number in names.items()},
    }
    target = folder / FILE_NAME
    write_json(target, head, images=_images(request, names))
    return (target,)


def _names(request: Request) -> dict[str, str]:
    """Return the number of each name, which is not blank, as text from 1."""
    results = request.results
    found = {
        one.name.strip() for c in results.clips for one in observed_in(results, c)
    } - {""}
    return {name: str(number) for number, name in enumerate(sorted(found), 1)}


def _images(request: Request, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for clip in request.results.clips:
        image: dict[str, Any] = {"file": request.path(clip)}
        if clip.is_usable:
            observed = observed_in(request.results, clip)
            image["frame_rate"] = float(clip.framerate)
            image["frames_processed"] = _processed(request, clip, observed)
            image["detections"] = [_detection(one, names) for one in observed]
        else:
            image |= {"frame_rate": -1.0, "frames_processed": []}
            image |= {"failure": clip.reason or "failed", "detections": None}
        yield image


def _processed(request: Request, clip: Clip, observed: list[Observed]) -> list[int]:
    """Return the frames of which something is said, by a model or a person."""
    is_due = request.results.is_due(clip)
    if is_due is None:
        return list(range(clip.frames_decoded))
    return sorted({*np.flatnonzero(is_due).tolist(), *(one.frame for one in observed)})


def _detection(one: Observed, names: dict[str, str]) -> dict[str, Any]:
    box = one.box
    found: dict[str, Any] = {
        "category": ANIMAL,
        "conf": round(one.score, 4),
        "bbox": [round(edge, 5) for edge in (box.x, box.y, box.width, box.height)],
        "frame_number": one.frame,
    }
    if number := names.get(one.name.strip()):
        found["classifications"] = [[number, round(one.species_score or one.score, 4)]]
    return found
