"""Metadata: what an exporter put into the model file beside the model.

Labels and Ultralytics' metadata are files in a zip behind the model. TensorFlow's own
metadata is a second FlatBuffer in the model's notes, and says how pixels become input
values.
"""

from __future__ import annotations

import ast
import json
import re
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

from flatbuffers import number_types
from flatbuffers.table import Table

from analysis import ModelError
from analysis.models.file.graph import DAMAGE
from analysis.models.file.labeltext import decoded

_NOTE = "TFLITE_METADATA"
_SUBGRAPHS, _INPUTS, _OUTPUTS = 3, 2, 3
_NAME, _CONTENT, _PROCESS, _FILES = 0, 3, 4, 6
_NORMALISATION = 1
_OF_BOXES, _OF_AUDIO, _PIXELS = 3, 4, 1
_OF_LABELS = (2, 3)  # of an axis, or of values
_ORDERS = {1: "ltrb", 2: "ltwh", 3: "xywh"}
_NAMES = {"ltrb": "xyxy", "tlbr": "yxyx", "ltwh": "xywh", "xywh": "cxcywh"}
_LARGEST_BYTES = 1 << 20
_BEGUN = re.compile(rb"PK\x03\x04.{26}[\w./ -]{1,80}?\.(?:txt|json)", re.DOTALL)
"""The beginning of a text in a zip."""
_TEXTS = (".txt", ".json", ".pbtxt", ".csv", ".names", ".labels")


@dataclass(frozen=True)
class BoxesSaid:
    """What metadata says of an output of boxes.

    Attributes:
        order: ``xyxy``, ``yxyx`` or alike; empty if it does not say.
        in_pixels: True for pixels of the input, False for shares of it.
    """

    order: str
    in_pixels: bool


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
        boxes: what each output's numbers are, if it is boxes; see ``BoxesSaid``.
        label_files: the names of the files that are labels.
        is_audio: whether its input is sound.
    """

    files: dict[str, str] = field(default_factory=dict)
    ultralytics: dict[str, Any] = field(default_factory=dict)
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    outputs: tuple[str, ...] = ()
    boxes: tuple[Optional[BoxesSaid], ...] = ()
    label_files: tuple[str, ...] = ()
    is_audio: bool = False


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
        said = _tensors(notes.get(_NOTE))
    except DAMAGE as exc:
        raise ModelError(f"{path.name}: its {_NOTE} is damaged ({exc})") from exc
    return replace(said, files=files, ultralytics=_ultralytics(files))


def _associated(path: Path) -> dict[str, str]:
    if not zipfile.is_zipfile(path):
        if _BEGUN.search(path.read_bytes()):
            raise ModelError(
                f"{path.name}: is cut short within the zip that is appended to it; "
                "copy it again and compare its size"
            )
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                member.filename: decoded(archive.read(member))
                for member in archive.infolist()
                if member.filename.lower().endswith(_TEXTS)
                and member.file_size <= _LARGEST_BYTES
            }
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as exc:
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


def _tensors(note: Optional[bytes]) -> Metadata:
    """Read TensorFlow's metadata; nothing is known of the files beside it."""
    subgraphs = _tables(_root(note), _SUBGRAPHS) if note else []
    if not subgraphs:
        return Metadata()
    inputs, outputs = (_tables(subgraphs[0], each) for each in (_INPUTS, _OUTPUTS))
    options = _normalisation(inputs[0]) if inputs else None
    return Metadata(
        mean=_floats(options, 0) if options else (),
        std=_floats(options, 1) if options else (),
        outputs=tuple(_text(each, _NAME) for each in outputs),
        boxes=tuple(_boxes(each) for each in outputs),
        label_files=tuple(
            _text(file, _NAME)
            for each in outputs
            for file in _tables(each, _FILES)
            if _byte(file, 2) in _OF_LABELS
        ),
        is_audio=any(_content(each) == _OF_AUDIO for each in inputs),
    )


def _content(tensor: Table) -> int:
    """Return the number of the kind of content that a tensor is said to have."""
    content = _table(tensor, _CONTENT)
    return _byte(content, 0) if content is not None else 0


def _boxes(tensor: Table) -> Optional[BoxesSaid]:
    content = _table(tensor, _CONTENT)
    if content is None or _byte(content, 0) != _OF_BOXES:
        return None
    properties = _table(content, 1)
    if properties is None:
        return None
    kind, where = _ORDERS.get(_byte(properties, 1), ""), properties.Offset(_slot(0))
    index = range(4)
    if where:
        index = properties.GetVectorAsNumpy(number_types.Uint32Flags, where).tolist()
    order = ""
    if kind and sorted(index) == [0, 1, 2, 3]:
        order = "".join(kind[each] for each in index)
    return BoxesSaid(_NAMES.get(order, ""), _byte(properties, 2) == _PIXELS)


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


def _table(table: Table, field: int) -> Optional[Table]:
    where = table.Offset(_slot(field))
    return Table(table.Bytes, table.Indirect(table.Pos + where)) if where else None


def _byte(table: Table, field: int) -> int:
    where = table.Offset(_slot(field))
    return int(table.Get(number_types.Uint8Flags, table.Pos + where)) if where else 0


def _floats(table: Table, field: int) -> tuple[float, ...]:
    where = table.Offset(_slot(field))
    if not where:
        return ()
    found = table.GetVectorAsNumpy(number_types.Float32Flags, where)
    return tuple(float(number) for number in found)
