"""Writes small TFLite models, operator by operator, without TensorFlow."""

from __future__ import annotations

import io
import zipfile
from typing import Any, Optional

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

Quantisation = tuple[float, int]

_TYPES = {
    "float32": schema.TensorType.FLOAT32,
    "float16": schema.TensorType.FLOAT16,
    "int32": schema.TensorType.INT32,
    "int64": schema.TensorType.INT64,
    "bool": schema.TensorType.BOOL,
    "int8": schema.TensorType.INT8,
    "uint8": schema.TensorType.UINT8,
}


class Network:
    """A model being written: tensors and operators are added, then it is packed."""

    def __init__(self) -> None:
        self._graph = schema.SubGraphT()
        self._graph.tensors, self._graph.operators = [], []
        self._model = schema.ModelT()
        self._model.version = 3
        self._model.subgraphs = [self._graph]
        self._model.buffers = [schema.BufferT()]
        self._model.operatorCodes, self._model.metadata = [], []

    def tensor(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: str = "float32",
        quantisation: Optional[Quantisation] = None,
        signature: Optional[list[int]] = None,
    ) -> int:
        """Add a tensor that is computed or fed; -1 in its signature is an open side."""
        tensor = schema.TensorT()
        tensor.shapeSignature = signature
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        tensor.type = _TYPES[dtype]
        if quantisation is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = [quantisation[0]]
            tensor.quantization.zeroPoint = [quantisation[1]]
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def constant(self, values: Any, quantisation: Optional[Quantisation] = None) -> int:
        """Add a tensor with values of its own."""
        values = np.ascontiguousarray(values)
        number = self.tensor("constant", values.shape, values.dtype.name, quantisation)
        self._graph.tensors[number].buffer = self._buffer(values.tobytes())
        return number

    def operator(
        self,
        name: str,
        inputs: list[int],
        outputs: list[int],
        options: Any = None,
        version: int = 1,
    ) -> None:
        """Add a step; custom ones have their options as bytes."""
        code = schema.OperatorCodeT()
        custom = isinstance(options, bytes)
        number = getattr(schema.BuiltinOperator, "CUSTOM" if custom else name)
        code.builtinCode, code.version = number, version
        code.deprecatedBuiltinCode = min(number, 127)
        self._model.operatorCodes.append(code)
        step = schema.OperatorT()
        step.opcodeIndex = len(self._model.operatorCodes) - 1
        step.inputs, step.outputs = inputs, outputs
        if custom:
            code.customCode = name
            step.customOptions = np.frombuffer(options, np.uint8)
        elif options is not None:
            kind = type(options).__name__[:-1]
            step.builtinOptions = options
            step.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        self._graph.operators.append(step)

    def note(self, name: str, content: bytes) -> None:
        """Add metadata."""
        note = schema.MetadataT()
        note.name, note.buffer = name, self._buffer(content)
        self._model.metadata.append(note)

    def pack(self, inputs: list[int], outputs: list[int]) -> bytes:
        """The model file."""
        self._graph.inputs, self._graph.outputs = inputs, outputs
        builder = flatbuffers.Builder(1024)
        builder.Finish(self._model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    def _buffer(self, content: bytes) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(content, np.uint8)
        self._model.buffers.append(buffer)
        return len(self._model.buffers) - 1


def options(kind: str, **values: Any) -> Any:
    """The options of a built-in operator."""
    made = getattr(schema, f"{kind}OptionsT")()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def with_files(model: bytes, files: dict[str, str]) -> bytes:
    """A model with files appended as a zip, as exporters do."""
    stream = io.BytesIO(model)
    stream.seek(0, io.SEEK_END)
    with zipfile.ZipFile(stream, "a") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def metadata(mean: list[float], std: list[float]) -> bytes:
    """TensorFlow's metadata with how one input is normalised."""
    builder = flatbuffers.Builder(256)
    numbers = [
        builder.CreateNumpyVector(np.array(each, np.float32)) for each in (mean, std)
    ]
    options_at = _table(builder, 2, {0: numbers[0], 1: numbers[1]})
    builder.StartObject(2)
    builder.PrependUint8Slot(0, 1, 0)
    builder.PrependUOffsetTRelativeSlot(1, options_at, 0)
    unit = builder.EndObject()
    tensor = _table(builder, 7, {4: _vector(builder, unit)})
    subgraph = _table(builder, 9, {2: _vector(builder, tensor)})
    builder.Finish(_table(builder, 8, {3: _vector(builder, subgraph)}), b"M001")
    return bytes(builder.Output())


def boxes_metadata(form: str, *, pixel: bool, outputs: int) -> bytes:
    """TensorFlow's metadata with what the first of some outputs is: boxes."""
    kind, index = {
        "xyxy": (1, [0, 1, 2, 3]),
        "yxyx": (1, [1, 0, 3, 2]),
        "cxcywh": (3, [0, 1, 2, 3]),
    }[form]
    builder = flatbuffers.Builder(256)
    order = builder.CreateNumpyVector(np.array(index, np.uint32))
    builder.StartObject(3)
    builder.PrependUOffsetTRelativeSlot(0, order, 0)
    builder.PrependInt8Slot(1, kind, 0)
    builder.PrependUint8Slot(2, int(pixel), 0)
    properties = builder.EndObject()
    builder.StartObject(2)
    builder.PrependUint8Slot(0, 3, 0)
    builder.PrependUOffsetTRelativeSlot(1, properties, 0)
    content = builder.EndObject()
    tensors = [_table(builder, 7, {3: content})]
    tensors += [_table(builder, 7, {}) for _ in range(outputs - 1)]
    subgraph = _table(builder, 9, {3: _vector(builder, *tensors)})
    builder.Finish(_table(builder, 8, {3: _vector(builder, subgraph)}), b"M001")
    return bytes(builder.Output())


def _vector(builder: flatbuffers.Builder, *tables: int) -> int:
    builder.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        builder.PrependUOffsetTRelative(table)
    return int(builder.EndVector())


def _table(builder: flatbuffers.Builder, fields: int, values: dict[int, int]) -> int:
    builder.StartObject(fields)
    for field, value in values.items():
        builder.PrependUOffsetTRelativeSlot(field, value, 0)
    return int(builder.EndObject())
