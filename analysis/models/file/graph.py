"""The graph of a model: its operators, read from the file without any engine.

The shapes of outputs do not tell probabilities from logits, or the scores of an SSD
from its classes; the operators that made them do. The file is a FlatBuffer, and the
package ``tflite`` has the classes that were generated from TensorFlow's ``schema.fbs``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import tflite
from flatbuffers import flexbuffers
from tflite import BuiltinOperator, TensorType

from analysis import ModelError

SOFTMAX, LOGISTIC = BuiltinOperator.SOFTMAX, BuiltinOperator.LOGISTIC
POSTPROCESS = "TFLite_Detection_PostProcess"

DAMAGE = (struct.error, IndexError, ValueError, TypeError, AttributeError)
"""What a damaged FlatBuffer raises; UnicodeDecodeError is a ValueError."""

_WHOLE = (TensorType.INT8, TensorType.UINT8, TensorType.INT16)

# Operators that pass values on without changing what they mean.
_CARRIERS = (
    BuiltinOperator.DEQUANTIZE,
    BuiltinOperator.QUANTIZE,
    BuiltinOperator.RESHAPE,
    BuiltinOperator.SQUEEZE,
    BuiltinOperator.EXPAND_DIMS,
    BuiltinOperator.TRANSPOSE,
    BuiltinOperator.CAST,
    BuiltinOperator.SLICE,
)


@dataclass(frozen=True)
class Operator:
    """A step of the graph: what it is, and the tensors it reads and writes.

    Attributes:
        code: the built-in operator, as in ``tflite.BuiltinOperator``.
        custom: the name, if it is not built in.
        inputs, outputs: the numbers of its tensors.
        options: if it is not built in, its options as the file has them.
    """

    code: int
    custom: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: bytes = b""

    def option(self, key: str) -> Optional[int]:
        """Read a whole number from the operator's options.

        Returns:
            The number; None if there is no such number.
        """
        try:
            value = flexbuffers.GetRoot(self.options).AsMap[key]
            return int(value.AsInt) if value.IsInt else None
        except (*DAMAGE, KeyError, OverflowError):
            return None


@dataclass(frozen=True)
class Graph:
    """A model's first subgraph.

    Attributes:
        operators: in the order they run.
        shapes: those of all tensors, by number.
        metadata: the named notes in the file.
        scales: of all tensors, by number: the step between two values of whole
            numbers that stand for others; 0 for any other tensor.
        broken: the names of tensors whose scale is 0, less, or no number at all.
    """

    operators: tuple[Operator, ...]
    shapes: tuple[tuple[int, ...], ...]
    metadata: dict[str, bytes]
    scales: tuple[float, ...] = ()
    broken: tuple[str, ...] = ()

    def maker(self, tensor: int) -> Optional[Operator]:
        """Find the operator that made a tensor, past those that only pass values on."""
        for operator in reversed(self.operators):
            if tensor in operator.outputs:
                if operator.code not in _CARRIERS or not operator.inputs:
                    return operator
                tensor = operator.inputs[0]
        return None

    def makers(self) -> dict[int, Operator]:
        """Return the operator that makes each tensor, by the tensor's number."""
        return {made: each for each in self.operators for made in each.outputs}

    def postprocess(self) -> Optional[Operator]:
        """Find an SSD's post-processing, which makes boxes, classes, scores, number."""
        made = (each for each in self.operators if each.custom == POSTPROCESS)
        return next(made, None)


def read(data: bytes, name: str) -> Graph:
    """Read the graph of a model file.

    Raises:
        ModelError: the file is damaged.
    """
    try:
        return _read(tflite.Model.GetRootAsModel(data, 0), len(data))
    except DAMAGE as exc:
        raise ModelError(
            f"{name}: is damaged or cut short (there are {len(data)} bytes); copy it "
            "again and compare its size"
        ) from exc


def _read(model: Any, size: int) -> Graph:
    codes = [
        _code(model.OperatorCodes(n)) for n in _upto(model.OperatorCodesLength(), size)
    ]
    first = model.Subgraphs(0)
    tensors = [first.Tensors(n) for n in _upto(first.TensorsLength(), size)]
    return Graph(
        operators=tuple(_operators(first, codes, size)),
        shapes=tuple(_numbers(each.ShapeAsNumpy()) for each in tensors),
        metadata=dict(_metadata(model, size)),
        scales=tuple(_scale(each) for each in tensors),
        broken=tuple(
            (each.Name() or b"").decode("utf-8", "replace")
            for each in tensors
            if not _is_sound(each)
        ),
    )


def _is_sound(tensor: Any) -> bool:
    """Whether all scales of a quantised tensor are numbers above 0."""
    how = tensor.Quantization() if tensor.Type() in _WHOLE else None
    if how is None or not how.ScaleLength():
        return True
    scales = how.ScaleAsNumpy()
    return bool(np.isfinite(scales).all() and (scales > 0).all())


def _scale(tensor: Any) -> float:
    """Return the step of a quantised tensor; 0 if it is not, or has several."""
    how = tensor.Quantization() if tensor.Type() in _WHOLE else None
    return float(how.Scale(0)) if how is not None and how.ScaleLength() == 1 else 0.0


def _upto(length: int, size: int) -> range:
    """Return the indices of a vector, which must fit into the file.

    Args:
        length: the number of elements that the vector claims, of four bytes each.
        size: the file's length in bytes.

    Raises:
        IndexError: the vector is longer than the file.
    """
    if length > size // 4:
        raise IndexError(f"a vector of {length} elements goes past the end")
    return range(length)


def _code(code: Any) -> tuple[int, str]:
    # The code was a byte until there were more than 127 operators.
    number = max(code.DeprecatedBuiltinCode(), code.BuiltinCode())
    return number, (code.CustomCode() or b"").decode("utf-8")


def _operators(
    subgraph: Any, codes: list[tuple[int, str]], size: int
) -> Iterator[Operator]:
    for n in _upto(subgraph.OperatorsLength(), size):
        each = subgraph.Operators(n)
        code, custom = codes[each.OpcodeIndex()]
        yield Operator(
            code,
            custom if code == BuiltinOperator.CUSTOM else "",
            _numbers(each.InputsAsNumpy()),
            _numbers(each.OutputsAsNumpy()),
            _bytes(each.CustomOptionsAsNumpy()),
        )


def _numbers(found: Any) -> tuple[int, ...]:
    """Turn a vector into numbers; for a missing one, the generated classes give 0."""
    return () if isinstance(found, int) else tuple(int(number) for number in found)


def _bytes(found: Any) -> bytes:
    return b"" if isinstance(found, int) else bytes(found)


def _metadata(model: Any, size: int) -> Iterator[tuple[str, bytes]]:
    for n in _upto(model.MetadataLength(), size):
        note = model.Metadata(n)
        name, number = (note.Name() or b"").decode("utf-8"), note.Buffer()
        if number >= model.BuffersLength():
            raise IndexError(f"the note {name} is in buffer {number}")
        yield name, _bytes(model.Buffers(number).DataAsNumpy())
