"""Metadata: what an exporter put into the model file beside the model.

Labels and Ultralytics' metadata are files in a zip behind the model. TensorFlow's own
metadata is a second FlatBuffer in the model's notes, and says how pixels become input
values.
"""

from __future__ import annotations

import ast
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from flatbuffers import number_types
from flatbuffers.table import Table

from analysis import ModelError
from analysis.models.file.graph import DAMAGE

_NOTE = "TFLITE_METADATA"
_SUBGRAPHS, _INPUTS, _OUTPUTS = 3, 2, 3
_NAME, _PROCESS = 0, 4
_NORMALISATION = 1
_LARGEST_BYTES = 1 << 20


@dataclass(frozen=True)
class Metadata:
    """What the file says about its model.

    Attributes:
        files: the text files in the zip, by name.
        ultralytics: Ultralytics' dictionary (names, imgsz, task); empty if there is
            none.
        mean, std: value = (pixel - mean) / std, one for all channels or one for each;
            empty if the file does not say.
        outputs: the names of the outputs.
    """

    files: dict[str, str] = field(default_factory=dict)
    ultralytics: dict[str, Any] = field(default_factory=dict)
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    outputs: tuple[str, ...] = ()


def read(path: Path, notes: dict[str, bytes]) -> Metadata:
    """Read the metadata of a model file.

    Args:
        path: the model.
        notes: the named notes of its graph.

    Raises:
        ModelError: the metadata is damaged.
    """
    files = _associated(path)
    try:
        mean, std, outputs = _tensors(notes.get(_NOTE))
    except DAMAGE as exc:
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
    """Find the dictionary with ``names``: JSON, or Python text in older exports."""
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
    subgraphs = _tables(_root(note), _SUBGRAPHS) if note else []
    if not subgraphs:
        return (), (), ()
    outputs = tuple(_text(each, _NAME) for each in _tables(subgraphs[0], _OUTPUTS))
    inputs = _tables(subgraphs[0], _INPUTS)
    options = _normalisation(inputs[0]) if inputs else None
    if options is None:
        return (), (), outputs
    return _floats(options, 0), _floats(options, 1), outputs


def _normalisation(tensor: Table) -> Optional[Table]:
    for unit in _tables(tensor, _PROCESS):
        what = unit.Offset(_slot(0))
        if (
            what
            and unit.Get(number_types.Uint8Flags, unit.Pos + what) == _NORMALISATION
        ):
            where = unit.Offset(_slot(1))
            return Table(unit.Bytes, unit.Indirect(unit.Pos + where)) if where else None
    return None


# No package has just the classes of metadata_schema.fbs. So its fields are read by
# their numbers in that schema, with the flatbuffers library.


def _root(note: bytes) -> Table:
    return Table(note, Table(note, 0).Indirect(0))


def _slot(field: int) -> int:
    return 4 + 2 * field


def _tables(table: Table, field: int) -> list[Table]:
    """Return the tables of a vector; none if the field is missing."""
    where = table.Offset(_slot(field))
    if not where:
        return []
    start, length = table.Vector(where), table.VectorLen(where)
    if start + 4 * length > len(table.Bytes):
        raise IndexError(f"a vector of {length} tables goes past the end")
    return [
        Table(table.Bytes, table.Indirect(start + 4 * each)) for each in range(length)
    ]


def _text(table: Table, field: int) -> str:
    where = table.Offset(_slot(field))
    return bytes(table.String(table.Pos + where)).decode("utf-8") if where else ""


def _floats(table: Table, field: int) -> tuple[float, ...]:
    where = table.Offset(_slot(field))
    if not where:
        return ()
    found = table.GetVectorAsNumpy(number_types.Float32Flags, where)
    return tuple(float(number) for number in found)
