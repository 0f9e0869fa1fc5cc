"""The loop of the original back end, as far as its cost goes.

Each frame was saved as a PNG, cropped and resized with Pillow and looked at by the fish
model, on the decoder's default threads; then it slept for 0.2 s. The species model is
left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from analysis.config import AnalysisConfig
from analysis.models.interpreter import Interpreter

SLEEP_S = 0.2


def run(config: AnalysisConfig, clip: Path, frames: int) -> Iterator[int]:
    """Work the first frames of a clip as the original did, and pause after each.

    Only the input of a float model is right; of another the cost is, nearly.
    """
    assert config.detector.model is not None
    model = Interpreter(config.detector.model, config.engine)
    _, height, width, _ = model.inputs[0].shape
    capture, done = cv2.VideoCapture(str(clip)), 0
    with tempfile.TemporaryDirectory() as folder:
        while done < frames and (read := capture.read())[0]:
            # Blue, green, red, taken for red, green, blue.
            picture = Image.fromarray(read[1])
            picture.save(Path(folder, f"frame{done}.png"))
            small = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
            model.input()[0] = np.asarray(small).astype(np.float32) / 127.0 - 1
            model.run()
            done += 1
            yield 1
