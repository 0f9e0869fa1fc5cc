"""What a model file says of itself, read without any engine.

Which operator made an output tells a probability from a logit, and the scores of an SSD
from its classes, which their shapes do not. Fields are numbered as in TensorFlow's
``schema.fbs`` and ``metadata_schema.fbs``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from analysis import ModelError
from analysis.models.flatbuffer import Table

SOFTMAX, LOGISTIC = 25, 14
POSTPROCESS = "TFLite_Detection_PostProcess"
_CUSTOM = 32
# Dequantise, quantise, reshape, squeeze, expand, transpose, cast, slice: the values
# stay what they are.
_CARRIERS = (6, 114, 22, 43, 70, 39, 53, 65)
_CODES, _SUBGRAPHS, _BUFFERS, _METADATA = 1, 2, 4, 6
_TENSORS, _OPERATORS = 0, 3


@dataclass(frozen=True)
class Operator:
    """A step of the graph: what it is, and the tensors it reads and writes.

    Attributes:
        code: of the built-in operator.
        custom: name of one that is not built in.
        inputs, outputs: tensor numbers.
        options: of one that is not built in, as it wrote them.
    """

    code: int
    custom: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: bytes = b""


@dataclass(frozen=True)
class Graph:
    """A model's first subgraph.

    Attributes:
        operators: in the order they run.
        shapes: of every tensor, by number.
        metadata: the file's named notes.
    """

    operators: tuple[Operator, ...]
    shapes: tuple[tuple[int, ...], ...]
    metadata: dict[str, bytes]

    def maker(self, tensor: int) -> Optional[Operator]:
        """The operator that made a tensor's values, past those that only carry them."""
        for operator in reversed(self.operators):
            if tensor in operator.outputs:
                if operator.code not in _CARRIERS or not operator.inputs:
                    return operator
                tensor = operator.inputs[0]
        return None

    def postprocess(self) -> Optional[Operator]:
        """The SSD's post-processing: boxes, classes, scores, number, in that order."""
        made = (each for each in self.operators if each.custom == POSTPROCESS)
        return next(made, None)


def read(data: bytes, name: str) -> Graph:
    """Read a model file's graph; raises ModelError for one that is none."""
    if data[4:8] != b"TFL3":
        raise ModelError(
            f"{name}: is not a TFLite model (bytes 4 to 8 are {data[4:8]!r}, expected "
            "b'TFL3'); name a .tflite file"
        )
    try:
        return _read(Table.root(data))
    except (struct.error, IndexError, UnicodeDecodeError, RecursionError) as exc:
        raise ModelError(
            f"{name}: is damaged ({exc}); copy it again and compare its size"
        ) from exc


def _read(model: Table) -> Graph:
    codes = [_code(each) for each in model.tables(_CODES)]
    first = model.tables(_SUBGRAPHS)[0]
    return Graph(
        operators=tuple(_operators(first, codes)),
        shapes=tuple(_shape(each) for each in first.tables(_TENSORS)),
        metadata=dict(_metadata(model)),
    )


def _code(table: Table) -> tuple[int, str]:
    # The code was a byte until there were more than 127 operators.
    old, new = table.number(0, "<b"), table.number(3, "<i")
    return max(old, new), table.text(1)


def _operators(subgraph: Table, codes: list[tuple[int, str]]) -> Iterator[Operator]:
    for each in subgraph.tables(_OPERATORS):
        code, custom = codes[each.number(0, "<I")]
        yield Operator(
            code,
            custom if code == _CUSTOM else "",
            tuple(int(tensor) for tensor in each.numbers(1, "i")),
            tuple(int(tensor) for tensor in each.numbers(2, "i")),
            each.data(5),
        )


def _shape(tensor: Table) -> tuple[int, ...]:
    return tuple(int(side) for side in tensor.numbers(0, "i"))


def _metadata(model: Table) -> Iterator[tuple[str, bytes]]:
    buffers = model.tables(_BUFFERS) if model.tables(_METADATA) else []
    for note in model.tables(_METADATA):
        yield note.text(0), buffers[note.number(1, "<I")].data(0)
