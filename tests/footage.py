"""Small footage for tests: real H.264 in the shape of a Pi's, and a model that sees it.

A fish is a red square on grey water. The model is a whole-frame classifier of two
labels, ``fish`` and ``no_fish``, that looks at how red the frame is.
"""

from __future__ import annotations

import hashlib
import zipfile
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np

from capture.cameras.stream.encoder import Encoder
from capture.config import CaptureConfig
from tests.tflite import Network, options, with_files
from weir.sidecar import Sidecar

WIDTH, HEIGHT = 96, 64
START = datetime(2026, 5, 1, 5, tzinfo=timezone.utc)


@lru_cache(maxsize=512)
def clip_bytes(seed: int, frames: int = 12, *, fish: bool = True) -> bytes:
    """A clip; with fish in every other four frames. Seeds give different bytes."""
    config = CaptureConfig(
        resolution=(WIDTH, HEIGHT), framerate=1, keyframe_interval=6, quality=30
    )
    encoder, random = Encoder(config), np.random.default_rng(seed)
    water = (
        random.integers(60, 120, (HEIGHT // 8, WIDTH // 8)).repeat(8, 0).repeat(8, 1)
    )
    return b"".join(
        encoder.encode(_planes(water, index, fish=fish and index // 4 % 2 == 1))
        for index in range(frames)
    )


@lru_cache(maxsize=8)
def still_bytes(frames: int = 12) -> bytes:
    """A clip in which a fish stays in its place from the first frame to the last."""
    config = CaptureConfig(
        resolution=(WIDTH, HEIGHT), framerate=1, keyframe_interval=6, quality=30
    )
    encoder, water = Encoder(config), np.full((HEIGHT, WIDTH), 90)
    return b"".join(encoder.encode(_planes(water, 0, fish=True)) for _ in range(frames))


def _planes(water: Any, index: int, *, fish: bool) -> Any:
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    planes[:HEIGHT] = water
    if fish:
        left = index * 4 % 40
        planes[8:56, left : left + 48] = 82
        red = planes[HEIGHT + HEIGHT // 4 :].reshape(HEIGHT // 2, WIDTH // 2)
        red[4:28, left // 2 : left // 2 + 24] = 240
    return planes


def sidecar_of(data: bytes, name: str, **more: Any) -> Sidecar:
    """The sidecar of a clip of 12 frames at one a second."""
    values: dict[str, Any] = {
        "clip": name,
        "deployment": "creek",
        "camera": "cam1",
        "start": START,
        "end": START + timedelta(seconds=12),
        "utc_offset": "+02:00",
        "clock_synchronised": True,
        "framerate": 1,
        "resolution": (WIDTH, HEIGHT),
        "rotation": 0,
        "frames": 12,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "backend": "simulated",
        "software": "weir 0",
        **more,
    }
    return Sidecar(**values)


def zip_bytes(
    members: dict[str, bytes], method: int = zipfile.ZIP_STORED, comment: bytes = b""
) -> bytes:
    """A zip as a person makes it."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 1, 7, 0, 0)), data, method)
        archive.comment = comment
    return target.getvalue()


@lru_cache(maxsize=1)
def model_bytes() -> bytes:
    """The model: the mean of the frame, and what its red comes to."""
    net = Network()
    image = net.tensor("image", (1, 32, 32, 3))
    mean = net.tensor("mean", (1, 1, 1, 3))
    flat = net.tensor("flat", (1, 3))
    logits = net.tensor("logits", (1, 2))
    scores = net.tensor("probabilities", (1, 2))
    weights = net.constant(np.array([[40, -20, -20], [0, 0, 0]], np.float32))
    bias = net.constant(np.array([-2, 0], np.float32))
    whole = {"strideH": 32, "strideW": 32, "filterHeight": 32, "filterWidth": 32}
    pool = options("Pool2D", padding=1, **whole)
    net.operator("AVERAGE_POOL_2D", [image], [mean], pool)
    net.operator("RESHAPE", [mean], [flat], options("Reshape", newShape=[1, 3]))
    full = options("FullyConnected")
    net.operator("FULLY_CONNECTED", [flat, weights, bias], [logits], full)
    net.operator("SOFTMAX", [logits], [scores], options("Softmax", beta=1.0))
    return with_files(net.pack([image], [scores]), {"labels.txt": "fish\nno_fish\n"})


def beside(name: str, data: bytes, **more: object) -> tuple[str, bytes]:
    """A clip's sidecar, as a file."""
    return name + ".json", sidecar_of(data, name, **more).to_json().encode()
