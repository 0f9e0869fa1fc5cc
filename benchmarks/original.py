"""The loop of the original back end, as far as its cost goes.

Each frame was saved as a PNG, read again, cropped and resized with Pillow, looked at by
the fish model and, where that is new, the species model; then it slept for 0.2 s.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from analysis.config import AnalysisConfig
from analysis.frames import FrameReader
from analysis.models.interpreter import Interpreter

SLEEP_S = 0.2


def run(config: AnalysisConfig, clip: Path, frames: int) -> int:
    """Work the first frames of a clip as the original did; how many there were.

    The models' scores are the same to within its own resizing; only whole-frame
    classifiers with float inputs are looked at, boxes are not read out.
    """
    import cv2

    assert config.detector.model is not None
    model = Interpreter(config.detector.model, config.engine)
    _, height, width, _ = model.inputs[0].shape
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        for frame in FrameReader(clip):
            if done == frames:
                break
            path = Path(folder, f"frame{done}.png")
            cv2.imwrite(str(path), frame.bgr())
            with Image.open(path) as picture:
                small = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
            pixels = np.asarray(small).astype(np.float32) / 127.0 - 1
            model.input()[0] = pixels
            model.run()
            done += 1
    return done
