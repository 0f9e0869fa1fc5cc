"""The engine loads a model, and turns an input into outputs.

tflite-runtime and ai-edge-litert offer the same ``Interpreter``. It runs on one thread,
because a second thread makes small models slower; the other cores have processes of
their own. Only this file imports either engine.
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
    # The first one is preferred: if both are installed, a person added this one on
    # purpose. It knows newer operators, verifies the file, and was faster wherever it
    # was measured.
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

_LONGEST = 200

Array = NDArray[Any]


@dataclass(frozen=True)
class Tensor:
    """An input or output of a model.

    Attributes:
        name: as the exporter wrote it.
        number: its number in the model's graph.
        shape: its sides, the batch of one first.
        dtype: the type of its elements.
        scale, zero_point: value = (element - zero_point) * scale. If scale is 0, the
            elements are the values.
        open_sides: which sides the file leaves open, and may change with each run.
    """

    name: str
    number: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float
    zero_point: int
    open_sides: tuple[int, ...] = ()

    @property
    def is_quantised(self) -> bool:
        """Whether the elements are whole numbers that stand for values."""
        return self.scale > 0 and self.dtype.kind in "iu"

    def values(self, elements: Array) -> NDArray[np.float32]:
        """Turn elements into the values that they stand for, float32."""
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
    """List the installed engines, first the one that ``auto`` takes."""
    return [name for name in ENGINES if _is_here(ENGINES[name].partition(".")[0])]


def choose(engine: str) -> str:
    """Choose the engine that the config names.

    Raises:
        ModelError: that engine is not installed.
    """
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
        engine, version: the engine that runs it.
        inputs, outputs: its tensors, in the model's order.

    Args:
        path: the model.
        engine: the config's ``engine``, or an engine's name.
        content: the file's bytes, if they were read before. Without them the engine
            maps the file, and would run whatever is written into it later.
        size: width and height of the picture, if the file leaves them open.

    Raises:
        ModelError: the engine is missing, or cannot load the model.
    """

    def __init__(
        self,
        path: Path,
        engine: str,
        content: Optional[bytes] = None,
        size: Optional[tuple[int, int]] = None,
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
            self._open(size)
            self._interpreter.allocate_tensors()
        except ModelError as exc:
            raise ModelError(f"{path.name}: {exc}") from exc
        # A native library may raise anything; the model cannot be used, and the text
        # says why.
        except (Exception, SystemError) as exc:
            raise ModelError(f"{path.name}: {self._reason(exc)}") from exc
        self.inputs = [_tensor(each) for each in self._interpreter.get_input_details()]
        details = self._interpreter.get_output_details()
        self.outputs = [_tensor(each) for each in details]

    def _open(self, size: Optional[tuple[int, int]]) -> None:
        """Give a picture's sides that the file leaves open the size that was asked for.

        Raises:
            ModelError: they are open, and no size was asked for.
        """
        details = self._interpreter.get_input_details()
        shape = [int(each) for each in details[0]["shape_signature"]] if details else []
        if len(details) != 1 or len(shape) < 3 or max(shape[1:]) < 1 or not shape:
            return
        first = 2 if len(shape) == 4 and shape[1] in (1, 3) else 1
        if -1 not in shape[first : first + 2]:
            return
        if size is None:
            raise ModelError(
                f"takes pictures of any size ({shape}); set input_size to the side of "
                "the pictures that it was trained with, like 640, or [width, height]"
            )
        shape[0] = 1
        shape[first : first + 2] = [size[1], size[0]]
        self._interpreter.resize_tensor_input(int(details[0]["index"]), shape)

    def input(self) -> Array:
        """Return the input's own memory, to be filled before ``run``.

        The caller must drop this view before ``run``, because the engine refuses to
        move memory that is still in use.
        """
        view: Array = self._interpreter.tensor(self.inputs[0].number)()
        return view

    def run(self) -> list[NDArray[np.float32]]:
        """Run the model on its input.

        Returns:
            The values of each output.

        Raises:
            ModelError: the engine failed.
        """
        try:
            self._interpreter.invoke()
        except RuntimeError as exc:
            raise ModelError(f"{self._path.name}: {self._reason(exc)}") from exc
        get = self._interpreter.get_tensor
        return [each.values(get(each.number)) for each in self.outputs]

    def _reason(self, exc: BaseException) -> str:
        who = f"{self.engine} {self.version}"
        text = " ".join(str(exc).split()) or type(exc).__name__
        if len(text) > _LONGEST:  # an engine says the same of each of many nodes
            text = text[:_LONGEST] + " ..."
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
        open_sides=tuple(
            at
            for at, side in enumerate(details.get("shape_signature", ()))
            if int(side) < 0
        ),
    )
