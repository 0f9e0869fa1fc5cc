"""A model: its file is read and loaded, and it can be shown frames."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from analysis import ModelError
from analysis.config import ModelConfig
from analysis.frames.frames import Frame
from analysis.models.file import graph, labels, metadata, strange
from analysis.models.input import normalise
from analysis.models.input.prepare import Prepared, Preparer, layout_of
from analysis.models.input.resize import EXACT
from analysis.models.interpreter import Interpreter, Tensor
from analysis.models.purpose import require_seeing
from analysis.values.facts import FOMO, ModelFacts
from analysis.values.seen import Box, Rect, Size

Outputs = list[NDArray[np.float32]]


class Model:
    """A model that can be shown frames.

    Attributes:
        name: the file's name.
        graph: its operators, as the file has them.
        said: its metadata, as the file has it.
        labels: the names of its classes.
        labels_are_own: whether the model itself brings them.
        layout: how its input holds a picture.
        picture: its input.

    Args:
        config: which model it is, and how a frame becomes its input.
        engine: the config's ``engine``.
        key: the config's table, for messages, like ``analysis.detector``.

    Raises:
        ModelError: it cannot be used; the text says why and what to do.
    """

    def __init__(self, config: ModelConfig, engine: str, key: str) -> None:
        if config.model is None:
            raise ModelError(f"{key}.model: missing; name a .tflite file")
        self.config = config
        self.key = key
        self.name = config.model.name
        data = strange.read(config.model, key)
        self._digest, self._bytes = hashlib.sha256(data).hexdigest(), len(data)
        self.graph = graph.read(data, self.name)
        strange.require_runnable(self.graph, self.name)
        self.said = metadata.read(config.model, self.graph.metadata)
        self._interpreter = Interpreter(
            config.model, engine, data, _asked_size(config, self.said)
        )
        require_seeing(
            self.name,
            self.said,
            self.graph,
            self._interpreter.inputs,
            self.outputs,
            has_labels=config.labels is not None or labels.are_in(self.said),
            wants_grid=getattr(config, "kind", "") == FOMO,
        )
        tensor = self.picture = self._one_input()
        self.layout = layout_of(tensor, self.name)
        named = labels.of_model(config.model, config.labels, self.said, key)
        self.labels, self.labels_are_own = named.names, named.are_own
        self._normalisation = normalise.decide(
            config, tensor, self.said, self.name, key
        )
        self._prepare_by(config)
        self._fit = config.fit
        self._samples: dict[int, Outputs] = {}

    def settle(self, fit: str) -> None:
        """Settle how frames fit the input, now that the kind of the model is known.

        Args:
            fit: the usual way of its kind; what the config says goes before it.
        """
        self._fit = fit if self.config.fit == "auto" else self.config.fit
        self._prepare_by(replace(self.config, fit=self._fit))

    def _prepare_by(self, config: ModelConfig) -> None:
        """Prepare frames as a config says, and exactly where two are compared."""
        tensor, layout = self.picture, self.layout
        self._preparer, self._exact = (
            Preparer(each, tensor, layout, self._normalisation)
            for each in (config, replace(config, resize=EXACT))
        )

    @property
    def outputs(self) -> list[Tensor]:
        """The output tensors, in the model's order."""
        return self._interpreter.outputs

    def prepare(self, frame: Frame, box: Optional[Box] = None) -> Prepared:
        """Copy a frame, or a box of it, and make the copy as small as the input."""
        return self._preparer.picture(frame, box)

    def prepare_exactly(self, frame: Frame) -> Prepared:
        """Prepare a frame that is compared with another: see ``EXACT``."""
        return self._exact.picture(frame, None)

    def field(self, size: Size) -> Rect:
        """Return the part of a whole frame of this size that the model sees."""
        return self._preparer.field(size)

    def run(self, prepared: Prepared) -> Outputs:
        """Run the model on a prepared frame.

        Returns:
            The values of each output.

        Raises:
            ModelError: the engine failed.
        """
        self._preparer.write(prepared, self._interpreter.input())
        return self._interpreter.run()

    def sample(self, number: int) -> Outputs:
        """Return the outputs for a made-up picture, which tell what they hold.

        Args:
            number: 0 for plain grey, 1 for all shades.

        Raises:
            ModelError: the engine failed.
        """
        if number not in self._samples:
            picture = Frame(0, _PICTURES[number]())
            outputs = self.run(self.prepare(picture))
            self._samples[number] = [each.copy() for each in outputs]
        return self._samples[number]

    def tensors(self) -> str:
        """List the inputs and outputs as text, for messages."""
        inputs = "; ".join(str(each) for each in self._interpreter.inputs)
        outputs = "; ".join(str(each) for each in self.outputs)
        return f"inputs: {inputs}; outputs: {outputs}"

    def facts(self, kind: str, why: str) -> ModelFacts:
        """Return what the record says of this model.

        Args:
            kind: the model's kind.
            why: how that was decided.
        """
        config, normalisation = self.config, self._normalisation
        return ModelFacts(
            file=self.name,
            sha256=self._digest,
            bytes=self._bytes,
            kind=kind,
            why=why,
            inputs=tuple(str(each) for each in self._interpreter.inputs),
            outputs=tuple(str(each) for each in self.outputs),
            labels=self.labels,
            labels_source=config.labels.name if config.labels else "the model itself",
            engine=self._interpreter.engine,
            engine_version=self._interpreter.version,
            resize=config.resize,
            fit=self._fit,
            colour=config.colour,
            scale=normalisation.scale,
            offset=normalisation.offset,
            normalise_source=normalisation.source,
        )

    def _one_input(self) -> Tensor:
        if len(self._interpreter.inputs) != 1:
            raise ModelError(
                f"{self.name}: has {len(self._interpreter.inputs)} inputs, expected "
                f"one picture; {self.tensors()}; use a model that looks at single "
                "frames"
            )
        return self._interpreter.inputs[0]


def _asked_size(config: ModelConfig, said: metadata.Metadata) -> Optional[Size]:
    """Return the width and height for an input of any: the config's, or the model's."""
    if config.input_size:
        return config.input_size
    sides = said.ultralytics.get("imgsz")
    sides = [sides, sides] if isinstance(sides, int) else sides
    if (
        isinstance(sides, list)
        and len(sides) == 2
        and all(type(e) is int for e in sides)
    ):
        return (sides[1], sides[0])
    return None


def _grey() -> NDArray[np.uint8]:
    return np.full((64, 64, 3), 128, np.uint8)


def all_shades() -> NDArray[np.uint8]:
    """Make a picture of all shades, which is always the same."""
    across, down = np.meshgrid(np.arange(720), np.arange(480))
    planes = (across % 256, down % 256, (across + down) // 4 % 256)
    return np.ascontiguousarray(np.stack(planes, axis=2).astype(np.uint8))


_PICTURES = (_grey, all_shades)
