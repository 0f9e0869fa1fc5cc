"""Normalisation: how the value of a pixel becomes an element of the model's input.

A pixel has 256 values. So scale, offset and the input's own quantisation are computed
once, as a table of 256 entries for each channel. The table is exact, and every input
type uses the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from analysis import ModelError
from analysis.config import ModelConfig
from analysis.models.file.metadata import Metadata
from analysis.models.interpreter import Tensor

RANGES: dict[str, tuple[float, float]] = {
    "-1..1": (1 / 127.5, -1.0),
    "0..1": (1 / 255, 0.0),
    "0..255": (1.0, 0.0),
}
_NEAR = 0.02
_FEWEST_STEPS = 128  # fewer levels of grey are too few for a picture


@dataclass(frozen=True)
class Normalisation:
    """value = pixel * scale + offset.

    Attributes:
        scale, offset: one for all channels, or one for each in the input's order.
        source: who said so.
    """

    scale: tuple[float, ...]
    offset: tuple[float, ...]
    source: str

    def table(self, tensor: Tensor) -> NDArray[Any]:
        """Compute the input's element for each value of a pixel.

        Returns:
            (256, 1 or 3), in the input's dtype.
        """
        pixels = np.arange(256, dtype=np.float32)[:, None]
        scale = np.asarray(self.scale, np.float32)
        with np.errstate(over="ignore"):
            values = pixels * scale + np.asarray(self.offset, np.float32)
        if not tensor.is_quantised:
            return _fitting(values, tensor)
        steps = np.rint(values / np.float32(tensor.scale)) + tensor.zero_point
        limits = np.iinfo(tensor.dtype)
        steps = np.clip(steps, limits.min, limits.max)
        elements: NDArray[Any] = steps.astype(tensor.dtype)
        return elements


def decide(
    config: ModelConfig, tensor: Tensor, said: Metadata, name: str, key: str
) -> Normalisation:
    """Decide how pixels become the input of a model, without guessing.

    The config decides; else the input's quantisation, if its range is a usual one; else
    the model's metadata.

    Raises:
        ModelError: none of them says it; the text names the usual choices.
    """
    if isinstance(config.normalise, tuple):
        scale, offset = config.normalise
        if isinstance(scale, tuple) or isinstance(offset, tuple):
            means, stds = np.atleast_1d(scale), np.atleast_1d(offset)
            return _standardised(tuple(means), tuple(stds), tensor, key)
        return Normalisation((scale,), (offset,), "config")
    if config.normalise != "auto":
        return _range(config.normalise, f'config "{config.normalise}"')
    found = _from_quantisation(tensor) or _from_metadata(said, name)
    if found is not None:
        return found
    raise ModelError(
        f"{name}: does not say how pixels become its input ({tensor}); set "
        f'{key}.normalise: "-1..1" (Teachable Machine, MobileNet), "0..1" (YOLO), '
        '"0..255" (EfficientNet, or one that scales by itself), [scale, offset], or '
        "{mean = [...], std = [...]} (PyTorch)"
    )


def _standardised(
    means: tuple[float, ...], stds: tuple[float, ...], tensor: Tensor, key: str
) -> Normalisation:
    """Make (pixel / 255 - mean) / std for each channel, in the order of the input."""
    if len(means) > 1 and 1 in (*tensor.shape[1::2], len(tensor.shape) - 2):
        raise ModelError(
            f"{key}.normalise: has {len(means)} means, and the input ({tensor}) has "
            "one channel; give one mean and one std"
        )
    return Normalisation(
        tuple(1 / 255 / std for std in stds),
        tuple(-mean / std for mean, std in zip(means, stds)),
        "config, mean and std",
    )


def _fitting(values: NDArray[Any], tensor: Tensor) -> NDArray[Any]:
    """Give values the input's dtype; refuse those that would wrap or become equal."""
    if np.issubdtype(tensor.dtype, np.integer):
        limits = np.iinfo(tensor.dtype)
        if values.min() < limits.min or values.max() > limits.max:
            raise ModelError(
                f"the input ({tensor}) takes {limits.min} to {limits.max}, and "
                f"normalise gives {values.min():g} to {values.max():g}; set it to "
                '"0..255", or to [scale, offset] that fit'
            )
        if len(np.unique(np.rint(values))) < _FEWEST_STEPS:
            raise ModelError(
                f"the input ({tensor}) takes whole numbers, and normalise gives "
                f"{values.min():g} to {values.max():g}, of which next to nothing would "
                'be left; set it to "0..255", or to [scale, offset] that fit'
            )
    return values.astype(tensor.dtype)


def _range(name: str, source: str) -> Normalisation:
    scale, offset = RANGES[name]
    return Normalisation((scale,), (offset,), source)


def _from_quantisation(tensor: Tensor) -> Optional[Normalisation]:
    """Recognise a usual range in the quantisation of an input of bytes."""
    if not tensor.is_quantised or tensor.dtype.itemsize != 1:
        return None
    lowest = float(np.iinfo(tensor.dtype).min)
    low = (lowest - tensor.zero_point) * tensor.scale
    high = (lowest + 255 - tensor.zero_point) * tensor.scale
    for name, (scale, offset) in RANGES.items():
        top = 255 * scale + offset
        near = _NEAR * (top - offset)
        if abs(low - offset) <= near and abs(high - top) <= near:
            source = f"the input's quantisation, {name}"
            return Normalisation((tensor.scale,), (low,), source)
    return None


def _from_metadata(said: Metadata, name: str) -> Optional[Normalisation]:
    if said.ultralytics:
        return _range("0..1", "metadata (Ultralytics models take 0..1)")
    if not said.mean or not said.std:
        return None
    if len(said.mean) != len(said.std) or len(said.mean) not in (1, 3):
        raise ModelError(
            f"{name}: its metadata gives means {said.mean} and deviations {said.std}; "
            "expected one or three of each; set normalise"
        )
    if not all(said.std) or not np.all(np.isfinite(said.mean + said.std)):
        raise ModelError(
            f"{name}: its metadata gives deviations {said.std}; set normalise"
        )
    pairs = list(zip(said.mean, said.std))
    return Normalisation(
        tuple(1 / std for _, std in pairs),
        tuple(-mean / std for mean, std in pairs),
        "metadata",
    )
