"""What an exporter put into the model file beside the model.

Associated files are a plain zip behind the model: labels, or Ultralytics' metadata.
TensorFlow's own metadata is a second FlatBuffer in the model's notes, and says how
pixels become input values.
"""

from __future__ import annotations

import ast
import json
import struct
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from analysis import ModelError
from analysis.models.flatbuffer import Table

_NOTE = "TFLITE_METADATA"
_SUBGRAPHS, _INPUTS, _OUTPUTS = 3, 2, 3
_NAME, _PROCESS = 0, 4
_NORMALISATION = 1
_LARGEST_BYTES = 1 << 20


@dataclass(frozen=True)
class Metadata:
    """What the file says of its model.

    Attributes:
        files: associated text files, by name.
        ultralytics: the exporter's dictionary (names, imgsz, task); empty without one.
        mean, std: value = (pixel - mean) / std, one for all channels or one for each;
            empty where nothing is said.
        outputs: what the outputs are called.
    """

    files: dict[str, str] = field(default_factory=dict)
    ultralytics: dict[str, Any] = field(default_factory=dict)
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    outputs: tuple[str, ...] = ()


def read(path: Path, notes: dict[str, bytes]) -> Metadata:
    """Read what a model file says of itself.

    Args:
        path: the model.
        notes: its graph's metadata.

    Raises:
        ModelError: the metadata is damaged.
    """
    files = _associated(path)
    try:
        mean, std, outputs = _tensors(notes.get(_NOTE))
    except (struct.error, IndexError, UnicodeDecodeError) as exc:
        raise ModelError(f"{path.name}: its {_NOTE} is damaged ({exc})") from exc
    return Metadata(files, _ultralytics(files), mean, std, outputs)


def _associated(path: Path) -> dict[str, str]:
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                member.filename: archive.read(member).decode("utf-8-sig")
                for member in archive.infolist()
                if member.filename.endswith((".txt", ".json"))
                and member.file_size <= _LARGEST_BYTES
            }
    except (zipfile.BadZipFile, UnicodeDecodeError, OSError, ValueError) as exc:
        raise ModelError(f"{path.name}: its appended zip is damaged ({exc})") from exc


def _ultralytics(files: dict[str, str]) -> dict[str, Any]:
    """The dictionary with ``names``; JSON today, the text of a Python one before."""
    for content in files.values():
        if content.lstrip().startswith("{"):
            found = _dictionary(content)
            if "names" in found:
                return found
    return {}


def _dictionary(content: str) -> dict[Any, Any]:
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(content)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, dict):
            return found
    return {}


_Said = tuple[tuple[float, ...], tuple[float, ...], tuple[str, ...]]


def _tensors(note: Optional[bytes]) -> _Said:
    subgraphs = Table.root(note).tables(_SUBGRAPHS) if note else []
    if not subgraphs:
        return (), (), ()
    outputs = tuple(each.text(_NAME) for each in subgraphs[0].tables(_OUTPUTS))
    inputs = subgraphs[0].tables(_INPUTS)
    options = _normalisation(inputs[0]) if inputs else None
    if options is None:
        return (), (), outputs
    return options.numbers(0, "f"), options.numbers(1, "f"), outputs


def _normalisation(tensor: Table) -> Optional[Table]:
    for unit in tensor.tables(_PROCESS):
        if unit.number(0, "<B") == _NORMALISATION:
            return unit.table(1)
    return None
