"""A real TFLite model of a kilobyte: whole frames, and the brighter the fishier."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

_SIDE = 16


def classifier() -> bytes:
    """The model, with its labels ``fish`` and ``no_fish`` inside."""
    weights = np.zeros((2, _SIDE * _SIDE * 3), np.float32)
    weights[0] = 8 / weights.shape[1]
    model = _model(
        _tensor("image", (1, _SIDE, _SIDE, 3)),
        _tensor("weights", weights.shape, buffer=1),
        _tensor("scores", (1, 2)),
    )
    model.buffers.append(_buffer(weights))
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    whole = io.BytesIO(bytes(builder.Output()))
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("labels.txt", "fish\nno_fish\n")
    return whole.getvalue()


def _model(image: Any, weights: Any, scores: Any) -> Any:
    flat, logits = _tensor("flat", (1, _SIDE * _SIDE * 3)), _tensor("logits", (1, 2))
    operators = schema.BuiltinOperator
    reshape, softmax = schema.ReshapeOptionsT(), schema.SoftmaxOptionsT()
    reshape.newShape, softmax.beta = [1, _SIDE * _SIDE * 3], 1.0
    model, graph = schema.ModelT(), schema.SubGraphT()
    graph.tensors = [image, weights, scores, flat, logits]
    graph.inputs, graph.outputs, graph.name = [0], [2], "main"
    graph.operators = [
        _operator(0, [0], [3], reshape),
        _operator(1, [3, 1, -1], [4], schema.FullyConnectedOptionsT()),
        _operator(2, [4], [2], softmax),
    ]
    model.version, model.description = 3, "bright is fish"
    model.subgraphs, model.buffers = [graph], [schema.BufferT()]
    model.operatorCodes = [
        _code(code)
        for code in (operators.RESHAPE, operators.FULLY_CONNECTED, operators.SOFTMAX)
    ]
    return model


def _tensor(name: str, shape: tuple[int, ...], buffer: int = 0) -> Any:
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.buffer = name, list(shape), buffer
    tensor.type = schema.TensorType.FLOAT32
    return tensor


def _buffer(values: Any) -> Any:
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(values.tobytes(), np.uint8)
    return buffer


def _operator(code: int, inputs: list[int], outputs: list[int], options: Any) -> Any:
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = code, inputs, outputs
    operator.builtinOptions = options
    kind = type(options).__name__[: -len("T")]
    operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
    return operator


def _code(code: int) -> Any:
    entry = schema.OperatorCodeT()
    entry.builtinCode = entry.deprecatedBuiltinCode = code
    entry.version = 1
    return entry
