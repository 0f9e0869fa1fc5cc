"""Files that are no model for Weir, each named as what it is, with what to do."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from analysis import ModelError
from analysis.models.file.graph import Graph

_EDGE_TPU = "edgetpu"
_FLEX = "Flex"
_CONVERT = "export it as .tflite"
_UNPACK = "unpack it, and name the .tflite in it"
_ONNX = "export it as .tflite (onnx2tf, or the trainer)"
_RAW = "download the file that its link leads to (on GitHub the button is called raw)"
_ALLOW = "; the user of the service must be allowed to read it and enter its folders"
_AGAIN = "name a .tflite file, or fetch it again"
_BEGINNINGS: Sequence[tuple[bytes, str, str]] = (
    (b"PK\x03\x04", "a zip", "unzip it, and name the .tflite in it"),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS and not the file itself",
        "fetch it with git lfs pull, or download the file",
    ),
    (
        b"/annex/objects/",
        "a pointer of git-annex and not the file itself",
        "fetch it with git annex get",
    ),
    (b"\x89HDF\r\n\x1a\n", "a Keras model (.h5)", _CONVERT),
    *((b"\x80" + bytes([n]), "a PyTorch model (.pt)", _CONVERT) for n in range(2, 6)),
    (b"\x1f\x8b", "a compressed file", _UNPACK),
    (b"\xfd7zXZ", "a compressed file", _UNPACK),
    (b"BZh", "a compressed file", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a compressed file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file", _UNPACK),
    (b"Rar!", "a compressed file", _UNPACK),
)
_FIELDS = (0x12, 0x1A, 0x22, 0x32, 0x3A, 0x42)
"""What may follow the version in an ONNX file."""
_ENDINGS = {
    ".onnx": "an ONNX model",
    ".torchscript": "a PyTorch model (.torchscript)",
    ".ckpt": "a checkpoint of a training",
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
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            data = path.read_bytes()
    except OSError as exc:
        remedy = _ALLOW if isinstance(exc, PermissionError) else ""
        raise ModelError(
            f"{key}.model: {path} cannot be read ({exc.strerror}){remedy}"
        ) from exc
    if not stat.S_ISREG(mode):
        raise ModelError(f"{key}.model: {path} is {_no_file(path, mode)}")
    if data[4:8] != b"TFL3":
        raise ModelError(f"{path.name}: is {_what(path, data)}")
    return data


def _no_file(path: Path, mode: int) -> str:
    if not stat.S_ISDIR(mode):
        return "no file; name a .tflite file"
    if (path / "saved_model.pb").exists():
        return "a SavedModel; convert it to .tflite, and name that file"
    return "a folder; name the .tflite file in it"


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
    what, do = _by_beginning(data, path) or (_ENDINGS.get(path.suffix.lower()), "")
    if what is None:
        what, do = _text(data) or (None, "")
    if what is not None:
        return f"not a TFLite model but {what}; {do or _CONVERT}"
    return (
        f"not a TFLite model (bytes 4 to 8 are {data[4:8]!r}, expected b'TFL3'); name "
        "a .tflite file"
    )


def _by_beginning(data: bytes, path: Path) -> Optional[tuple[str, str]]:
    if data[257:262] == b"ustar":
        return "an archive (.tar)", _UNPACK
    if _is_onnx(data):
        return "an ONNX model", _ONNX
    for beginning, what, do in _BEGINNINGS:
        if data.startswith(beginning):
            if beginning[:2] == b"PK":
                return _zipped(data, path) or (what, do)
            return what, do
    return None


def _is_onnx(data: bytes) -> bool:
    """Whether the first field is a version of ONNX's, and the next one is text."""
    return len(data) > 16 and data[0] == 8 and 3 <= data[1] < 32 and data[2] in _FIELDS


def _text(data: bytes) -> Optional[tuple[str, str]]:
    """Say which text a file is; None if it is none."""
    head = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    low = head.lower()
    if low.startswith(b"<?xml") and b"<net " in low:
        return "an OpenVINO model (.xml)", _CONVERT
    if low.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<!--")):
        return "a web page", _RAW
    if b"unsigned char" in data[:4096]:
        return "C code for a microcontroller", "export the .tflite of the same model"
    if not head or any(byte < 32 and byte not in b"\t\r\n" for byte in head):
        return None
    shown = head[:40].decode("utf-8", "replace").split("\n")[0].strip()
    return f'text ("{shown}")', _AGAIN


def _zipped(data: bytes, path: Path) -> Optional[tuple[str, str]]:
    """Tell the formats that are zips inside."""
    names = data[:4096] + data[-65536:]  # the list of its files is at its end
    if b"data.pkl" in names or path.suffix.lower() in (".pt", ".pth"):
        return "a PyTorch model (.pt)", _CONVERT
    if b"config.json" in names and b"metadata.json" in names:
        return "a Keras model (.keras)", _CONVERT
    return None
