"""Columns: from which part of the graph a column of an output comes.

Exporters put boxes, objectness and scores side by side. Which were put there as one
part, and in how fine steps their numbers were kept before, only the graph tells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

from tflite import BuiltinOperator

from analysis.models.file.graph import LOGISTIC, Graph, Operator

_CONCATENATION = BuiltinOperator.CONCATENATION
_ALIKE = (BuiltinOperator.DEQUANTIZE, BuiltinOperator.QUANTIZE, BuiltinOperator.CAST)
_MOVING = (
    BuiltinOperator.RESHAPE,
    BuiltinOperator.SQUEEZE,
    BuiltinOperator.EXPAND_DIMS,
    BuiltinOperator.TRANSPOSE,
)
_PICKING = (BuiltinOperator.GATHER, BuiltinOperator.GATHER_ND)


@dataclass(frozen=True)
class Source:
    """Where a column comes from.

    Attributes:
        step: the largest step between two neighbouring values of it, after any
            sigmoid; 0 if it is a float all the way.
        part: the first column and the number of columns that were put there as one
            part; None if that is not known.
    """

    step: float
    part: Optional[tuple[int, int]]


def sigmoid_step(step: float) -> float:
    """Return the largest step of a sigmoid whose argument has this step."""
    return math.tanh(step / 4)


def trace(graph: Graph, tensor: int, axis: int, column: int) -> Source:
    """Follow a column of a tensor back, past what only passes its values on.

    Args:
        graph: the model.
        tensor: the tensor's number.
        axis: along which the columns lie.
        column: which of them.
    """
    return _Walk(graph, axis, column).back(tensor)


class _Walk:
    """One way back through a graph."""

    def __init__(self, graph: Graph, axis: int, column: int) -> None:
        self._graph, self._makers = graph, graph.makers()
        self._axis: Optional[int] = axis
        self._first, self._column = 0, column
        self._step, self._part = 0.0, None  # type: float, Optional[tuple[int, int]]
        self._sigmoid = False

    def back(self, tensor: Optional[int]) -> Source:
        for _ in range(len(self._graph.operators) + 1):
            if tensor is None or not 0 <= tensor < len(self._graph.shapes):
                break
            step = self._graph.scales[tensor]
            step = sigmoid_step(step) if self._sigmoid else step
            self._step = max(self._step, step)
            maker = self._makers.get(tensor)
            tensor = self._before(tensor, maker) if maker and maker.inputs else None
        return Source(self._step, self._part)

    def _before(self, tensor: int, maker: Operator) -> Optional[int]:
        """Return the tensor from which the column comes; None if that is not known."""
        given, shape = maker.inputs[0], self._graph.shapes[tensor]
        if maker.code == _CONCATENATION:
            return self._part_of(shape, maker.inputs)
        if maker.code == LOGISTIC and not self._sigmoid:
            self._sigmoid = True
        elif maker.code in _MOVING:
            self._axis = _moved(shape, self._graph.shapes[given], self._axis)
        elif maker.code in _PICKING:
            self._axis = None
        elif maker.code not in _ALIKE:
            return None
        return given

    def _part_of(self, whole: tuple[int, ...], parts: tuple[int, ...]) -> Optional[int]:
        shapes = [self._graph.shapes[each] for each in parts]
        if any(len(shape) != len(whole) for shape in shapes):
            return None
        along = [
            at for at, side in enumerate(whole) if any(s[at] != side for s in shapes)
        ]
        if len(parts) == 1 or (along and along != [self._axis] and self._axis):
            return parts[0]
        if along != [self._axis] or self._axis is None:
            return None
        for part, shape in zip(parts, shapes):
            if self._column < shape[self._axis]:
                self._part = (self._first, shape[self._axis])
                return part
            self._column -= shape[self._axis]
            self._first += shape[self._axis]
        return None


def _moved(
    after: tuple[int, ...], before: tuple[int, ...], axis: Optional[int]
) -> Optional[int]:
    """Find an axis again in the shape that a tensor had before it was moved."""
    if axis is None or axis >= len(after):
        return None
    if math.prod(after) == math.prod(before):
        ahead = math.prod(after[:axis])
        same = [
            at
            for at, side in enumerate(before)
            if side == after[axis] and math.prod(before[:at]) == ahead
        ]
        if same and len(after) != len(before):
            return same[0]
    alike = [at for at, side in enumerate(before) if side == after[axis]]
    return alike[0] if len(alike) == 1 else None
