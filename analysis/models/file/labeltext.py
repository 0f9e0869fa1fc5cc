"""Lists of labels as people have them: lines, numbered lines, JSON, CSV, label maps.

Whatever the form, the result is one label for each class, in the order of the classes.
A number in front of a name is that of its class, if all names have one.
"""

from __future__ import annotations

import ast
import codecs
import csv
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from analysis import ModelError

UNNAMED = "???"
"""The label that TensorFlow's lists have for a number without a meaning."""

_BACKGROUNDS = frozenset(
    (
        *("", "background", "bg", "none", "nothing", "empty", "null", "void", "na"),
        *("dummy", "unlabeled", "unlabelled", "noobject", "noobjects", "nolabel"),
    )
)
_NUMBERED = re.compile(r"(\d+)\s*(?:\s-\s|[\s:;,=.)\]|]\s*)\s*(\S.*)")
_ITEM = re.compile(r"\bitem\s*:?\s*\{([^{}]*)\}")
_FIELD = re.compile(r"(\w+)\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_KEYS: tuple[str, ...] = (
    *("names", "labels", "id2label", "classes", "class_names", "categories"),
    *("detection_categories", "label_map", "labelmap", "class_indices", "label2id"),
)
_NAME_FIELDS = (
    *("display_name", "name", "label", "class_name", "label_name", "class", "species"),
    *("common_name", "species_name", "category", "category_name", "scientific_name"),
    *("taxon", "taxon_name", "value"),
)
_ID_FIELDS = (
    *("id", "index", "class_id", "idx", "number", "class_index", "label_id"),
    *("class_idx", "category_id", "key", "no", "#", ""),
)
_HEADERS = (*_NAME_FIELDS, "labels", "names", "classes", "class_names", "categories")
_QUOTED = re.compile(r"([\"'])((?:(?!\1).)*)\1,?")
_NAMES_LINE = re.compile(r"names\s*:\s*(?:\[(.*)\]|(\{.*\}))?", re.DOTALL)
_MOST = 100_000
_WHOLE = re.compile(r"\d{1,6}")


def decoded(content: bytes) -> str:
    """Turn the bytes of a text file into text: UTF-8, UTF-16, else Western European."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\0" in content:
        low = content[1::2].count(0) >= content[::2].count(0)
        return content.decode("utf-16-le" if low else "utf-16-be", "replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def is_background(label: str) -> bool:
    """Whether a label is a known word for what is no object."""
    return re.sub(r"[\W_]", "", label).lower() in _BACKGROUNDS


def parse(content: str) -> tuple[str, ...]:
    """Read a list of labels in any of the known forms.

    Raises:
        ModelError: it can be read in more than one way; the text begins with a verb.
    """
    text = content.strip()
    found = _from_json(text) if text.startswith(("{", "[")) else None
    if found is not None:
        return found
    if _ITEM.search(text):
        return _from_map(text)
    found = _from_yaml(text)
    if found is not None:
        return found
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > 1 and _as_header(lines[0].rstrip(":")) in _HEADERS:
        lines = lines[1:]
    return _from_table(lines) or _from_lines(_bare(lines))


def _bare(lines: list[str]) -> list[str]:
    """Take the marks of a list in YAML, or quotes, off lines that all have them."""
    for mark, group in ((re.compile(r"-\s+(\S.*)"), 1), (_QUOTED, 2)):
        found = [mark.fullmatch(line) for line in lines]
        lines = [each[group] for each in found if each] if all(found) else lines
    return lines


def _as_header(cell: str) -> str:
    """Return a column's title in the way in which the known ones are written."""
    return re.sub(r"[\s-]+", "_", cell.strip().strip("\"'").lower())


def _from_yaml(text: str) -> Optional[tuple[str, ...]]:
    """Read the names in a YOLO's ``data.yaml``; None if it is none."""
    begins = re.search(r"^names\s*:", text, re.MULTILINE)
    if begins is None:
        return None
    block = re.split(r"\n(?=[A-Za-z_]\w*\s*:)", text[begins.start() :])[0].strip()
    inline = _NAMES_LINE.fullmatch(block)
    if inline is None:
        lines = [line.strip() for line in block.splitlines()[1:]]
        return _from_lines(_bare([line for line in lines if line]))
    if inline[1] is None:
        return _from_json(inline[2]) if inline[2] else None
    found = _value(f"[{inline[1]}]")
    if found is None:  # names without quotes
        row = " ".join(inline[1].split())
        found = next(csv.reader([row], skipinitialspace=True))
    return tuple(str(each).strip() for each in found)


def _from_json(text: str) -> Optional[tuple[str, ...]]:
    value = _value(text)
    if value is None:
        return None
    for _ in range(3):
        inner = next(
            (value[k] for k in _KEYS if isinstance(value, dict) and k in value), None
        )
        if not isinstance(inner, (dict, list)):
            break
        value = inner
    if isinstance(value, dict):
        return _of_object(value)
    if not isinstance(value, list):
        return None
    if value and all(isinstance(each, dict) for each in value):
        return _in_order([_of_fields(each) for each in value])
    if all(isinstance(each, (str, int, float)) for each in value):
        return _from_lines([str(each).strip() for each in value])
    raise ModelError("is JSON, but no list of names")


def _value(text: str) -> Any:
    """Read JSON, or the same as Python writes it; None if it is neither."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    return None


def _of_object(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Read an object: number to name, or name to number."""
    if value and all(_WHOLE.fullmatch(str(key).strip()) for key in value):
        names = {int(key): _of_fields(each)[1] for key, each in value.items()}
        return _filled(names)
    numbers = [
        int(each) if isinstance(each, str) and _WHOLE.fullmatch(each) else each
        for each in value.values()
    ]
    whole = all(type(each) is int and 0 <= each < _MOST for each in numbers)
    if numbers and whole and len(set(numbers)) == len(numbers):
        return _filled(dict(zip(numbers, map(str, value))))
    raise ModelError("is a JSON object, but of no numbers with their names")


def _of_fields(value: Any) -> tuple[Optional[int], str]:
    if not isinstance(value, Mapping):
        return None, str(value)
    name = next((str(value[k]) for k in _NAME_FIELDS if value.get(k)), UNNAMED)
    number = next((value[k] for k in _ID_FIELDS if k in value), None)
    whole = number is not None and _WHOLE.fullmatch(str(number).strip())
    return (int(number) if whole and number is not None else None), name


def _from_map(text: str) -> tuple[str, ...]:
    """Read a label map of TensorFlow's: ``item { id: 1 name: "fish" }``."""
    items = []
    for body in _ITEM.findall(text):
        fields = {key: a or b or c for key, a, b, c in _FIELD.findall(body)}
        items.append(_of_fields(fields))
    return _in_order(items)


def _in_order(items: Iterable[tuple[Optional[int], str]]) -> tuple[str, ...]:
    items = list(items)
    numbers = [number for number, _ in items if number is not None]
    if len(numbers) != len(items):
        return tuple(name for _, name in items)
    if len(set(numbers)) != len(numbers):
        raise ModelError("gives the same number to two labels")
    return _filled({number: name for number, name in items if number is not None})


def _from_table(lines: list[str]) -> tuple[str, ...]:
    """Read a CSV with a header; empty if the first line is no header."""
    if not lines or not any(mark in lines[0] for mark in ",;\t"):
        return ()
    mark = max(",;\t", key=lines[0].count)
    rows = list(csv.reader(lines, delimiter=mark, skipinitialspace=True))
    header = [_as_header(cell) for cell in rows[0]]
    names = [header.index(each) for each in _NAME_FIELDS if each in header]
    numbers = [header.index(each) for each in _ID_FIELDS if each in header]
    # "class" and "label" are the number in some tables, and the name in others.
    whole = [at for at in names if _are_whole(rows[1:], at)]
    if whole and len(names) > len(whole):
        names, numbers = [at for at in names if at not in whole], numbers or whole
    if not names or any(len(row) <= max(names[:1] + numbers[:1]) for row in rows):
        return ()
    cells = [
        (row[numbers[0]].strip() if numbers else "", row[names[0]].strip())
        for row in rows[1:]
    ]
    return _in_order(
        (int(number) if _WHOLE.fullmatch(number) else None, name)
        for number, name in cells
    )


def _are_whole(rows: list[list[str]], at: int) -> bool:
    return all(len(row) > at and _WHOLE.fullmatch(row[at].strip()) for row in rows)


def _from_lines(lines: list[str]) -> tuple[str, ...]:
    """Read a label a line, with or without the number of its class in front."""
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    pairs = [(int(each[1]), each[2].strip()) for each in numbered if each]
    if not lines or len(pairs) != len(lines):
        return tuple(lines)
    numbers = [number for number, _ in pairs]
    if len(set(numbers)) != len(numbers) or max(numbers) >= _MOST:
        return tuple(lines)
    if _are_counts([name for _, name in pairs]):
        return tuple(lines)  # "0 fish", "1 fish", "2 fish": the number is the name's
    if numbers != sorted(numbers) and max(numbers) - min(numbers) >= len(numbers):
        raise ModelError(
            f"has numbers that do not rise ({', '.join(map(str, numbers[:4]))}, ...) "
            "and leave some out; write one label a line in the order of the classes, "
            "without numbers"
        )
    return _filled(dict(pairs))


def _are_counts(names: list[str]) -> bool:
    """Whether most names stand there twice, so that the numbers tell them apart."""
    named = [name for name in names if not is_background(name)]
    repeated = [name for name in named if named.count(name) > 1] if _few(named) else []
    return len(repeated) * 2 >= len(names) > 1


def _few(names: list[str]) -> bool:
    return len(names) <= 1000


def _filled(found: dict[int, str]) -> tuple[str, ...]:
    """Put names in the order of their numbers; a number left out has no name."""
    if not found or max(found) >= _MOST:
        raise ModelError("has numbers of classes above 100,000")
    return tuple(found.get(at, UNNAMED) for at in range(max(found) + 1))
