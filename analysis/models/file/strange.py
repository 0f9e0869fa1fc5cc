"""Files that are no model for Weir, each named as what it is, with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from analysis import ModelError
from analysis.models.file.graph import Graph

_EDGE_TPU = "edgetpu"
_FLEX = "Flex"
_CONVERT = "export it as .tflite"
_BEGINNINGS: Sequence[tuple[bytes, str, str]] = (
    (b"PK\x03\x04", "a zip", "unzip it, and name the .tflite in it"),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS and not the file itself",
        "fetch it with git lfs pull, or download the file",
    ),
    (b"\x89HDF\r\n\x1a\n", "a Keras model (.h5)", _CONVERT),
    (b"\x08\x07\x12", "an ONNX model", _CONVERT + " (onnx2tf, or the trainer)"),
    (b"\x08\x08\x12", "an ONNX model", _CONVERT + " (onnx2tf, or the trainer)"),
    (b"\x80\x02", "a PyTorch model (.pt)", _CONVERT),
    (b"\x1f\x8b", "a compressed file", "unpack it, and name the .tflite in it"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file", "unpack it"),
    (b"Rar!", "a compressed file", "unpack it"),
)
_ENDINGS = {
    ".onnx": "an ONNX model",
    ".pt": "a PyTorch model (.pt)",
    ".pth": "a PyTorch model (.pth)",
    ".h5": "a Keras model (.h5)",
    ".keras": "a Keras model (.keras)",
    ".pb": "a TensorFlow model (.pb)",
    ".engine": "a TensorRT engine",
    ".mlmodel": "a Core ML model",
    ".mlpackage": "a Core ML model",
    ".hef": "a Hailo model",
    ".blob": "a model for OAK cameras",
    ".rknn": "a model for Rockchip's NPU",
    ".safetensors": "a file of weights (.safetensors)",
}


def read(path: Path, key: str) -> bytes:
    """Read a model file.

    Args:
        path: the file.
        key: the config's table, for messages.

    Raises:
        ModelError: it cannot be read, or is no TFLite model; the text says what it is.
    """
    if path.is_dir():
        saved = (path / "saved_model.pb").exists()
        what = "a SavedModel" if saved else "a folder"
        do = "convert it to .tflite" if saved else "name the .tflite file in it"
        raise ModelError(f"{key}.model: {path} is {what}; {do}, and name that file")
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise ModelError(
            f"{key}.model: {path} cannot be read ({exc.strerror})"
        ) from exc
    if data[4:8] != b"TFL3":
        raise ModelError(f"{path.name}: is {_what(path, data)}")
    return data


def require_runnable(graph: Graph, name: str) -> None:
    """Refuse operators that no engine here has, and say how to be rid of them.

    Raises:
        ModelError: it is compiled for an Edge TPU, or needs TensorFlow itself, or its
            quantisation is broken.
    """
    if graph.broken:
        more = f" and {len(graph.broken) - 1} more" if len(graph.broken) > 1 else ""
        raise ModelError(
            f"{name}: its quantisation is broken (the scale of {graph.broken[0]}{more} "
            "is no number above 0); export it again, or take the float file"
        )
    customs = sorted({each.custom for each in graph.operators if each.custom})
    if any(_EDGE_TPU in each.lower() for each in customs):
        raise ModelError(
            f"{name}: is compiled for an Edge TPU, which Weir does not use; take the "
            "file of the same model without _edgetpu in its name"
        )
    flex = [each for each in customs if each.startswith(_FLEX)]
    if flex:
        raise ModelError(
            f"{name}: needs TensorFlow itself ({', '.join(flex[:4])}: Flex operators); "
            "convert it again with TFLITE_BUILTINS alone (without SELECT_TF_OPS), or "
            "take an export of another way (onnx2tf, ai-edge-torch)"
        )


def _what(path: Path, data: bytes) -> str:
    """Say what a file is that is no TFLite model, and what to do."""
    if not data:
        return "not a TFLite model but an empty file; copy it again"
    if not any(data[:4096]):
        return "not a TFLite model but nothing but zeros; copy it again"
    text = data[:512].lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        return (
            "not a TFLite model but a web page; download the file that its link leads "
            "to (on GitHub the button is called raw)"
        )
    ending = path.suffix.lower()
    what, do = _by_beginning(data, path) or (_ENDINGS.get(ending), _CONVERT)
    if what is not None:
        return f"not a TFLite model but {what}; {do}"
    return (
        f"not a TFLite model (bytes 4 to 8 are {data[4:8]!r}, expected b'TFL3'); name "
        "a .tflite file"
    )


def _by_beginning(data: bytes, path: Path) -> Optional[tuple[str, str]]:
    for beginning, what, do in _BEGINNINGS:
        if data.startswith(beginning):
            if beginning[:2] == b"PK":
                return _zipped(data, path) or (what, do)
            return what, do
    return None


def _zipped(data: bytes, path: Path) -> Optional[tuple[str, str]]:
    """Tell the formats that are zips inside."""
    head = data[:4096]
    if b"data.pkl" in head or path.suffix.lower() in (".pt", ".pth"):
        return "a PyTorch model (.pt)", _CONVERT
    if b"config.json" in head and b"metadata.json" in head:
        return "a Keras model (.keras)", _CONVERT
    return None
