"""Coarse outputs: scores in so few steps that a threshold says nothing are refused."""

from __future__ import annotations

import numpy as np

from analysis import ModelError
from analysis.models.file.columns import sigmoid_step, trace
from analysis.models.model import Model

COARSEST = 0.05
"""The largest step between two neighbouring scores, after any sigmoid."""


def require_fine(
    model: Model, output: int, axis: int, columns: tuple[int, ...], *, logits: bool
) -> None:
    """Refuse a model whose scores have too few steps.

    Args:
        model: the model.
        output: which of its outputs has the scores.
        axis: along which the columns lie.
        columns: the columns with the scores.
        logits: whether a sigmoid or a softmax is still to be applied.

    Raises:
        ModelError: the step of a score is above ``COARSEST``.
    """
    tensor = model.outputs[output]
    steps = [trace(model.graph, tensor.number, axis, each).step for each in columns]
    step = max([*steps, tensor.scale if tensor.is_quantised else 0.0])
    score = sigmoid_step(step) if logits else step
    if score > COARSEST:
        shown = ", ".join(f"{each:.3g}" for each in np.arange(4) * score)
        raise ModelError(
            f"{model.name}: its scores are kept in steps of {score:.3g} ({shown}, "
            "...), because one scale serves boxes and scores; take the float or "
            "dynamic-range file of the same model"
            if not logits
            else f"{model.name}: its scores are kept in steps of {score:.3g}; take "
            "the float or dynamic-range file of the same model"
        )
