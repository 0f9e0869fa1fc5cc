"""One ``config.toml``, read by both daemons into frozen dataclasses.

Each table is a dataclass. Each of its fields is a key, with a default and a reader that
says what it expects. All unknown keys, wrong types and values out of range are reported
at once, with file, key, value, expectation and the nearest known key. A command reads
only the tables that it uses.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

from weir import ConfigError, tomlfile

_LARGEST = 1e300  # a larger number may be infinite, or no float at all

TABLES = ("deployment", "species", "capture", "analysis")
"""All tables that the file may have; each command reads some of them."""

Reader = Callable[[Any], Any]
"""Turns a TOML value into a field's value. Its ValueError says what is expected."""

T = TypeVar("T")


def setting(default: Any, reader: Reader) -> Any:
    """Declare a key of a table, with its default and its reader."""
    return dataclasses.field(default=default, metadata={"reader": reader})


def table(of: type[T]) -> Any:
    """Declare a table within a table.

    Args:
        of: the dataclass of the inner table.
    """
    return dataclasses.field(default_factory=of, metadata={"table": of})


def text(value: Any) -> str:
    """Read any string."""
    if not isinstance(value, str):
        raise ValueError('text in quotes, like "creek"')
    return value


def yes_or_no(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def path(value: Any) -> Path:
    """Read a path; a relative one starts from the config file's folder."""
    if not isinstance(value, str) or not value:
        raise ValueError("a path in quotes")
    return Path(value).expanduser()


def optional_path(value: Any) -> Optional[Path]:
    """Read a path; an empty text means None."""
    return None if value == "" else path(value)


def one_of(*choices: Any) -> Reader:
    """Make a reader that takes only these words or numbers."""
    shown = ", ".join(_shown(choice) for choice in choices)

    def read(value: Any) -> Any:
        for choice in choices:
            if value == choice and type(value) is type(choice):
                return choice
        raise ValueError(f"one of {shown}")

    return read


def number(least: float, most: float = math.inf, *, above: bool = False) -> Reader:
    """Make a reader of a finite number in a range.

    Args:
        least, most: the ends of the range; both belong to it.
        above: whether ``least`` itself is left out of the range.
    """
    bound = f"more than {least:g}" if above else f"{least:g} or more"
    expected = f"a number, {bound}" + (f", at most {most:g}" if most < math.inf else "")

    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(expected)
        low = value <= least if above else value < least
        if low or not value <= most or abs(value) > _LARGEST:
            raise ValueError(expected)
        in_range: float = value  # a whole number stays one
        return in_range

    return read


def whole(least: int, most: Optional[int] = None) -> Reader:
    """Make a reader of a whole number from ``least`` to ``most``."""
    expected = f"a whole number, {least} or more"
    expected += f", at most {most}" if most is not None else ""

    def read(value: Any) -> int:
        if (
            type(value) is not int
            or value < least
            or (most is not None and value > most)
        ):
            raise ValueError(expected)
        return value

    return read


def list_of(reader: Reader, expected: str, size: Optional[int] = None) -> Reader:
    """Make a reader of a list, which becomes a tuple.

    Args:
        reader: reads each of the values.
        expected: what to say if the list is wrong.
        size: how many values it must have; None for any number.
    """

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or (size is not None and len(value) != size):
            raise ValueError(expected)
        try:
            return tuple(reader(entry) for entry in value)
        except ValueError as exc:
            raise ValueError(f"{expected} (each {exc})") from exc

    return read


def load(into: type[T], file: Path, required: Iterable[str] = ()) -> T:
    """Read the tables of a config file that are fields of ``into``.

    Args:
        into: a dataclass whose fields are tables, like ``deployment``.
        file: the TOML file.
        required: keys that have no default, like ``deployment.id``.

    Raises:
        ConfigError: the file cannot be used; the text lists every reason, one a line.
    """
    data = tomlfile.parse(file)
    problems: list[str] = []
    names = [field.name for field in dataclasses.fields(into)]  # type: ignore[arg-type]
    for key in data:
        if key not in TABLES:
            problems.append(f"{key}: no such table; {_nearest(key, TABLES)}")
    used = {key: value for key, value in data.items() if key in names}
    loaded = _build(into, used, "", file, problems)
    for key in required:
        if str(_look_up(data, key) or "").strip() == "":
            problems.append(f"{key}: missing; it has no default and must be set")
    if problems:
        raise ConfigError("\n".join(f"{file}: {problem}" for problem in problems))
    return loaded


def _build(
    into: type[T], data: dict[str, Any], where: str, file: Path, problems: list[str]
) -> T:
    fields = {field.name: field for field in dataclasses.fields(into)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{where}.{key}" if where else key
        if key not in fields:
            problems.append(f"{name} = {_shown(value)}: {_nearest(key, fields)}")
        elif "table" in fields[key].metadata:
            inner = fields[key].metadata["table"]
            if isinstance(value, dict):
                values[key] = _build(inner, value, name, file, problems)
            else:
                problems.append(f"{name} = {_shown(value)}: expected a table [{name}]")
        else:
            try:
                values[key] = fields[key].metadata["reader"](value)
            except ValueError as exc:
                problems.append(f"{name} = {_shown(value)}: expected {exc}")
    loaded = into(**values)
    return _from_file(loaded, file)


def _from_file(loaded: T, file: Path) -> T:
    """Make relative paths start from the config file's folder."""
    moved = {
        field.name: file.resolve().parent / getattr(loaded, field.name)
        for field in dataclasses.fields(loaded)  # type: ignore[arg-type]
        if isinstance(getattr(loaded, field.name), Path)
    }
    return dataclasses.replace(loaded, **moved)  # type: ignore[type-var]


def _nearest(key: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    if close:
        return f"unknown key; did you mean {close[0]}?"
    return f"unknown key; known are {', '.join(names)}"


def _look_up(data: dict[str, Any], dotted: str) -> Any:
    value: Any = data
    for key in dotted.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return str(value)
