"""The engine: loads a model, and turns one input into its outputs.

tflite-runtime and ai-edge-litert offer the same ``Interpreter``. It runs on one thread:
a second makes small models slower, a second process does not. Only this file imports
either of them.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from analysis import ModelError

ENGINES = {
    # Whoever installed it beside the other chose it. It loads newer operators, verifies
    # the file, and was the faster one on every machine that was measured.
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}
_INSTALL = {
    "tflite-runtime": "pip install tflite-runtime (Python 3.9 to 3.11)",
    "ai-edge-litert": "pip install 'weir[litert]'",
}
_NEWER = (
    'install the newer engine (pip install "weir[litert]") and set [analysis] engine = '
    '"ai-edge-litert", or convert the model again for TFLite 2.14'
)

Array = NDArray[Any]


@dataclass(frozen=True)
class Tensor:
    """An input or output of a model.

    Attributes:
        name: as the exporter left it.
        number: in the model's graph.
        shape: with the batch of one in front.
        dtype: of its elements.
        scale, zero_point: value = (element - zero_point) * scale; a scale of 0 says
            that elements are values.
    """

    name: str
    number: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float
    zero_point: int

    @property
    def is_quantised(self) -> bool:
        """Whether elements are whole numbers that stand for values."""
        return self.scale > 0 and self.dtype.kind in "iu"

    def values(self, elements: Array) -> NDArray[np.float32]:
        """The values that elements stand for, float32."""
        values: NDArray[np.float32] = elements.astype(np.float32, copy=False)
        if self.is_quantised:
            values -= np.float32(self.zero_point)
            values *= np.float32(self.scale)
        return values

    def __str__(self) -> str:
        shape = ", ".join(str(side) for side in self.shape)
        text = f"{self.name} [{shape}] {self.dtype.name}"
        if self.is_quantised:
            text += f", (q - {self.zero_point}) * {self.scale:.8g}"
        return text


def installed() -> list[str]:
    """The engines that are here, the one that ``auto`` takes first."""
    return [name for name in ENGINES if _is_here(ENGINES[name].partition(".")[0])]


def choose(engine: str) -> str:
    """The engine for the config's word; raises ModelError when it is not here."""
    here = installed()
    if engine == "auto" and here:
        return here[0]
    if engine in here:
        return engine
    wanted = "tflite-runtime or ai-edge-litert" if engine == "auto" else engine
    how = " or ".join(_INSTALL[each] for each in _INSTALL if engine in ("auto", each))
    raise ModelError(f'[analysis] engine = "{engine}": {wanted} is missing; {how}')


def _is_here(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


class Interpreter:
    """A loaded model.

    Attributes:
        engine, version: what runs it.
        inputs, outputs: its tensors, in the model's order.

    Args:
        path: the model.
        engine: the config's word, or an engine's name.
        content: its bytes, where they were read already. Without them the engine maps
            the file, and runs whatever is written into it later.

    Raises:
        ModelError: the engine is missing, or cannot load the model.
    """

    def __init__(
        self, path: Path, engine: str, content: Optional[bytes] = None
    ) -> None:
        self._path = path
        self.engine = choose(engine)
        self.version = importlib.metadata.version(self.engine)
        try:
            module = importlib.import_module(ENGINES[self.engine])
            source: dict[str, Any] = {"model_path": str(path)}
            if content is not None:
                source = {"model_content": content}
            self._interpreter = module.Interpreter(**source, num_threads=1)
            self._interpreter.allocate_tensors()
        # Whatever a native library throws, the model cannot be used, and the text of
        # it says why.
        except (Exception, SystemError) as exc:
            raise ModelError(f"{path.name}: {self._reason(exc)}") from exc
        self.inputs = [_tensor(each) for each in self._interpreter.get_input_details()]
        details = self._interpreter.get_output_details()
        self.outputs = [_tensor(each) for each in details]

    def input(self) -> Array:
        """The input's own memory, to be written before ``run``.

        The view must be let go of before ``run``: the engine refuses to move memory
        that somebody still looks at.
        """
        view: Array = self._interpreter.tensor(self.inputs[0].number)()
        return view

    def run(self) -> list[NDArray[np.float32]]:
        """The outputs' values for what the input holds; raises ModelError."""
        try:
            self._interpreter.invoke()
        except RuntimeError as exc:
            raise ModelError(f"{self._path.name}: {self._reason(exc)}") from exc
        get = self._interpreter.get_tensor
        return [each.values(get(each.number)) for each in self.outputs]

    def _reason(self, exc: BaseException) -> str:
        who = f"{self.engine} {self.version}"
        text = " ".join(str(exc).split()) or type(exc).__name__
        if "Didn't find op" in text or "Op builtin_code out of range" in text:
            return f"needs operators that {who} does not have ({text}); {_NEWER}"
        if "unresolved custom op" in text.lower():
            return f"needs a custom operator that {who} does not have ({text})"
        if self.engine == "tflite-runtime" and np.__version__ >= "2":
            return (
                f"{who} does not work with numpy {np.__version__} ({text}); pip "
                "install 'numpy<2', or use [analysis] engine = \"ai-edge-litert\""
            )
        return f"{who} cannot use it ({text}); is the file whole, and a .tflite?"


def _tensor(details: dict[str, Any]) -> Tensor:
    scale, zero_point = details["quantization"]
    return Tensor(
        name=str(details["name"]),
        number=int(details["index"]),
        shape=tuple(int(side) for side in details["shape"]),
        dtype=np.dtype(details["dtype"]),
        scale=float(scale),
        zero_point=int(zero_point),
    )
