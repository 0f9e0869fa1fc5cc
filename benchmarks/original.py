"""The loop of the original analysis, rebuilt to measure its cost.

It saved each frame as a PNG, cropped and resized it with Pillow, and showed it to the
fish model, with the decoder's default threads; then it slept for 0.2 s. The species
model is left out.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps

from analysis.config import AnalysisConfig
from analysis.models.interpreter import Interpreter
from benchmarks.measure import Work

SLEEP_S = 0.2


class Original:
    """The loop, with its model loaded.

    Its scores are only right for a float model; its cost is nearly right for all.

    Args:
        config: names the detector.
        frames: how many frames of each clip to do; it is slow.
    """

    def __init__(self, config: AnalysisConfig, frames: int) -> None:
        assert config.detector.model is not None
        self._model = Interpreter(config.detector.model, config.engine)
        self._frames = frames

    def run(self, clip: Path) -> Work:
        """Do the first frames of a clip; each is a stretch.

        Opening the clip is not counted: a whole clip has many more frames.
        """
        capture, done = cv2.VideoCapture(str(clip)), 0
        with tempfile.TemporaryDirectory() as folder:
            yield None
            while done < self._frames and (read := capture.read())[0]:
                self._look(read[1], Path(folder, f"frame{done}.png"))
                done += 1
                yield 1

    def _look(self, frame: Any, file: Path) -> None:
        # The original took BGR for RGB.
        picture = Image.fromarray(frame)
        picture.save(file)
        _, height, width, _ = self._model.inputs[0].shape
        small = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
        self._model.input()[0] = np.asarray(small).astype(np.float32) / 127.0 - 1
        self._model.run()
