"""One ``config.toml``, read by both daemons into frozen dataclasses.

A dataclass is a table, each of its fields a key with a default and a reader that says
what it expects. A file is read whole: every unknown key, wrong type and value out of
range is reported at once, each with file, key, value, expectation and the nearest
known key. A command reads only the tables it uses.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar
from zoneinfo import ZoneInfo

from weir import ConfigError, tomlfile
from weir.zone import SystemZone

_LARGEST = 1e300  # what is larger is infinite, or no float at all

TABLES = ("deployment", "capture", "analysis")
"""The tables of the file; which of them a command reads is its own affair."""

Reader = Callable[[Any], Any]
"""Turns a TOML value into the field's; raises ValueError that says what it expects."""

T = TypeVar("T")


def setting(default: Any, reader: Reader) -> Any:
    """A key of a table, with its default and its reader."""
    return dataclasses.field(default=default, metadata={"reader": reader})


def table(kind: type[T]) -> Any:
    """A table within a table."""
    return dataclasses.field(default_factory=kind, metadata={"table": kind})


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
    """Read a path; an empty text means none."""
    return None if value == "" else path(value)


def one_of(*choices: Any) -> Reader:
    """A reader of one of a few words or numbers."""
    shown = ", ".join(_shown(choice) for choice in choices)

    def read(value: Any) -> Any:
        for choice in choices:
            if value == choice and type(value) is type(choice):
                return choice
        raise ValueError(f"one of {shown}")

    return read


def number(least: float, most: float = math.inf, *, above: bool = False) -> Reader:
    """A reader of a finite number of a range; ``above`` leaves out the least itself."""
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
    """A reader of a whole number of a range."""
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
    """A reader of a list of alike values, as a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or (size is not None and len(value) != size):
            raise ValueError(expected)
        try:
            return tuple(reader(entry) for entry in value)
        except ValueError as exc:
            raise ValueError(f"{expected} (each {exc})") from exc

    return read


def _zone_name(value: Any) -> str:
    name = text(value)
    try:
        if name:
            ZoneInfo(name)
    except (LookupError, ValueError, OSError) as exc:
        raise ValueError(
            'a time zone like "Europe/Berlin", or "" for the system\'s'
        ) from exc
    return name


def _identity(value: Any) -> str:
    name = text(value).strip()
    if any(ord(letter) < 32 for letter in name) or len(name) > 100:
        raise ValueError("a short name on one line")
    return name


@dataclass(frozen=True)
class DeploymentConfig:
    """``[deployment]``: what is copied into every sidecar and every export.

    Attributes:
        id: the deployment's name; required.
        camera: the camera's name within it; required.
        latitude, longitude: degrees, WGS 84.
        timezone: an IANA name; empty for the system's.
    """

    id: str = setting("", _identity)
    camera: str = setting("", _identity)
    site: str = setting("", _identity)
    latitude: Optional[float] = setting(None, number(-90, 90))
    longitude: Optional[float] = setting(None, number(-180, 180))
    timezone: str = setting("", _zone_name)

    @cached_property
    def zone(self) -> tzinfo:
        """The zone in which local times are meant; one for all who hold this config."""
        return ZoneInfo(self.timezone) if self.timezone else SystemZone()


def load(kind: type[T], file: Path, required: Iterable[str] = ()) -> T:
    """Read those tables of a config file that are fields of ``kind``.

    Args:
        kind: a dataclass whose fields are tables, like ``deployment``.
        file: the TOML file.
        required: keys that have no default, like ``deployment.id``.

    Raises:
        ConfigError: the file cannot be used; every reason, one a line.
    """
    data = tomlfile.parse(file)
    problems: list[str] = []
    names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    for key in data:
        if key not in TABLES:
            problems.append(f"{key}: no such table; {_nearest(key, TABLES)}")
    used = {key: value for key, value in data.items() if key in names}
    loaded = _build(kind, used, "", file, problems)
    for key in required:
        if str(_look_up(data, key) or "").strip() == "":
            problems.append(f"{key}: missing; it has no default and must be set")
    if problems:
        raise ConfigError("\n".join(f"{file}: {problem}" for problem in problems))
    return loaded


def _build(
    kind: type[T], data: dict[str, Any], where: str, file: Path, problems: list[str]
) -> T:
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
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
    loaded = kind(**values)
    return _from_file(loaded, file)


def _from_file(loaded: T, file: Path) -> T:
    """Let relative paths start from the config file."""
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
