"""Ballast makes a model as slow as a larger one, and changes none of its scores.

Convolutions of the picture are multiplied by nothing and added to it, before the model
sees it. The engine does not notice that they come to nothing.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from analysis import ModelError

_CHANNELS = 32
_LAYERS = 10
"""At a picture of 224 pixels about 8 GFLOP: those of a small YOLO."""


def add(model: Path, target: Path, layers: int = _LAYERS) -> None:
    """Write a model that is another one with ballast.

    Args:
        model: takes a float32 picture, (1, height, width, channels).
        target: where to write it.
        layers: of the ballast.

    Raises:
        ModelError: the model takes something else.
    """
    data = model.read_bytes()
    made = schema.ModelT.InitFromObj(schema.Model.GetRootAs(bytearray(data), 0))
    _Loaded(made, model.name).load(layers)
    builder = flatbuffers.Builder(len(data))
    builder.Finish(made.Pack(builder), file_identifier=b"TFL3")
    target.write_bytes(_with_files(bytes(builder.Output()), data))


class _Loaded:
    """Puts operators before those of a model."""

    def __init__(self, model: Any, name: str) -> None:
        self._model, self._graph = model, model.subgraphs[0]
        self._input = int(self._graph.inputs[0])
        tensor = self._graph.tensors[self._input]
        self._shape = [int(side) for side in tensor.shape]
        if tensor.type != schema.TensorType.FLOAT32 or len(self._shape) != 4:
            raise ModelError(f"{name}: ballast needs a model of float32 pictures")
        self._steps: list[Any] = []
        self._dice = np.random.default_rng(1)

    def load(self, layers: int) -> None:
        """Add ballast to the picture that the model's own operators read."""
        channels = self._shape[3]
        tensor, given = self._input, channels
        for layer in range(layers):
            wide = channels if layer == layers - 1 else _CHANNELS
            tensor = self._convolution(tensor, given, wide)
            given = wide
        nothing, loaded = self._tensor(self._shape), self._tensor(self._shape)
        zero = self._constant(np.zeros((1,), np.float32))
        self._step("MUL", [tensor, zero], nothing, schema.MulOptionsT())
        self._step("ADD", [self._input, nothing], loaded, schema.AddOptionsT())
        for step in self._graph.operators:
            step.inputs = [
                loaded if each == self._input else each for each in step.inputs
            ]
        self._graph.operators = [*self._steps, *self._graph.operators]

    def _convolution(self, tensor: int, given: int, made: int) -> int:
        weights = self._dice.normal(0, 0.05, (made, 3, 3, given)).astype(np.float32)
        result = self._tensor([*self._shape[:3], made])
        how = schema.Conv2DOptionsT()
        how.strideH = how.strideW = how.dilationHFactor = how.dilationWFactor = 1
        how.fusedActivationFunction = schema.ActivationFunctionType.RELU6
        bias = self._constant(np.zeros(made, np.float32))
        self._step("CONV_2D", [tensor, self._constant(weights), bias], result, how)
        return result

    def _tensor(self, shape: list[int], buffer: int = 0) -> int:
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = b"ballast", shape, buffer
        tensor.type = schema.TensorType.FLOAT32
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def _constant(self, values: np.ndarray[Any, np.dtype[np.float32]]) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        return self._tensor(list(values.shape), len(self._model.buffers) - 1)

    def _step(self, name: str, inputs: list[int], output: int, how: Any) -> None:
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode, code.version = code.builtinCode, 1
        self._model.operatorCodes.append(code)
        step = schema.OperatorT()
        step.opcodeIndex = len(self._model.operatorCodes) - 1
        step.inputs, step.outputs = inputs, [output]
        step.builtinOptions = how
        kind = type(how).__name__[:-1]
        step.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        self._steps.append(step)


def _with_files(model: bytes, data: bytes) -> bytes:
    """Put the files behind a model that lay behind another one."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return model
    stream = io.BytesIO(model)
    stream.seek(0, io.SEEK_END)
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "a") as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return stream.getvalue()
