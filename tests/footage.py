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

from capture.cameras.encoder import Encoder
from capture.config import CaptureConfig
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
    """The model, written without TensorFlow."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    graph = _Graph(schema)
    image = graph.tensor("image", (1, 32, 32, 3))
    mean = graph.tensor("mean", (1, 1, 1, 3))
    flat = graph.tensor("flat", (1, 3))
    logits = graph.tensor("logits", (1, 2))
    scores = graph.tensor("probabilities", (1, 2))
    weights = np.array([[40, -20, -20], [0, 0, 0]], np.float32)
    bias = np.array([-2, 0], np.float32)
    graph.operator("AVERAGE_POOL_2D", [image], [mean], graph.pool(32))
    graph.operator("RESHAPE", [mean], [flat], graph.reshape(1, 3))
    inputs = [flat, graph.constant("w", weights), graph.constant("b", bias)]
    full = schema.FullyConnectedOptionsT()
    graph.operator("FULLY_CONNECTED", inputs, [logits], full)
    graph.operator("SOFTMAX", [logits], [scores], graph.softmax())
    builder = flatbuffers.Builder(1024)
    packed = graph.finish([image], [scores]).Pack(builder)
    builder.Finish(packed, file_identifier=b"TFL3")
    target = BytesIO(bytes(builder.Output()))
    target.seek(0, 2)
    with zipfile.ZipFile(target, "a") as labels:
        labels.writestr("labels.txt", "fish\nno_fish\n")
    return target.getvalue()


class _Graph:
    """A TFLite graph under construction."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._model = schema.ModelT()
        self._model.version = 3
        self._model.operatorCodes, self._model.buffers = [], [schema.BufferT()]
        self._graph = schema.SubGraphT()
        self._graph.tensors, self._graph.operators = [], []
        self._model.subgraphs = [self._graph]

    def tensor(self, name: str, shape: tuple[int, ...], buffer: int = 0) -> int:
        tensor = self._schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), buffer
        tensor.type = self._schema.TensorType.FLOAT32
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def constant(self, name: str, values: Any) -> int:
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        return self.tensor(name, values.shape, len(self._model.buffers) - 1)

    def operator(self, name: str, inputs: Any, outputs: Any, options: Any) -> None:
        code = self._schema.OperatorCodeT()
        code.builtinCode = getattr(self._schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode, code.version = min(code.builtinCode, 127), 1
        self._model.operatorCodes.append(code)
        made = self._schema.OperatorT()
        made.opcodeIndex = len(self._model.operatorCodes) - 1
        made.inputs, made.outputs = inputs, outputs
        made.builtinOptions = options
        kind = type(options).__name__[:-1]
        made.builtinOptionsType = getattr(self._schema.BuiltinOptions, kind)
        self._graph.operators.append(made)

    def pool(self, size: int) -> Any:
        options = self._schema.Pool2DOptionsT()
        options.padding = self._schema.Padding.VALID
        options.strideH = options.strideW = size
        options.filterHeight = options.filterWidth = size
        return options

    def reshape(self, *shape: int) -> Any:
        options = self._schema.ReshapeOptionsT()
        options.newShape = list(shape)
        return options

    def softmax(self) -> Any:
        options = self._schema.SoftmaxOptionsT()
        options.beta = 1.0
        return options

    def finish(self, inputs: list[int], outputs: list[int]) -> Any:
        self._graph.inputs, self._graph.outputs = inputs, outputs
        return self._model
