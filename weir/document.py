"""A JSON object whose fields are asked for by name and type.

Sidecars, ledgers, manifests and receipts come from drives and from people. Each field
is read with its type, and an error names the document, the field, what stood there and
what was expected.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from weir import ContractError
from weir.clock import format_utc, parse_offset, parse_utc

_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "a whole number": (int,),
    "a number": (int, float),
    "true or false": (bool,),
    "a list": (list,),
    "an object": (dict,),
}
_NUMBERS = re.compile(r"\[\n\s*(?:-?[0-9.e+-]+,\s+)*-?[0-9.e+-]+\s+\]")
_LARGEST = 2**53  # whole in every reader of JSON, and in the record
_DEEPEST, _DEEPEST_OF_ALL = 16, 64
_LONGEST_NUMBER = 1000


class Document:
    """One JSON object and where it came from.

    Args:
        fields: the object.
        source: the file's name, for errors.
    """

    def __init__(self, fields: Mapping[str, Any], source: str) -> None:
        self._fields = fields
        self.source = source

    @classmethod
    def parse(cls, text: str | bytes, source: str) -> Document:
        """Read JSON text, which is UTF-8 and nothing else.

        Raises:
            ContractError: it is no JSON, or no object.
        """
        try:
            # Not left to ``json``, which also takes UTF-16 with half of a pair in it.
            text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
            fields = json.loads(
                text,
                parse_constant=_no_number,
                parse_float=_finite_number,
                parse_int=_short_number,
            )
            _check_text(text, fields)
        except (ValueError, RecursionError) as exc:
            raise ContractError(f"{source}: not readable as JSON ({exc})") from exc
        if not isinstance(fields, dict):
            raise ContractError(f"{source}: a JSON object {{...}} was expected")
        return cls(fields, source)

    def require_version(self, version: int) -> None:
        """Raise ContractError unless ``format_version`` is one that is understood."""
        found = self.whole("format_version")
        if found != version:
            raise self.error(
                "format_version", found, f"{version}; a newer Weir wrote it"
            )

    def has(self, field: str) -> bool:
        """Whether the field is there and not null."""
        return self._fields.get(field) is not None

    def text(self, field: str, default: str | None = None) -> str:
        """A string."""
        return str(self._get(field, "text", default))

    def whole(self, field: str, default: int | None = None) -> int:
        """An integer, 0 or more."""
        value = self._get(field, "a whole number", default)
        if not 0 <= value <= _LARGEST:
            raise self.error(field, value, f"0 or more, at most {_LARGEST}")
        return int(value)

    def number(self, field: str, default: float | None = None) -> float:
        """A finite number; a whole one stays an int."""
        value = self._get(field, "a number", default)
        if not -_LARGEST <= value <= _LARGEST:
            raise self.error(field, value, f"a number, at most {_LARGEST}")
        return value  # type: ignore[no-any-return]

    def flag(self, field: str, default: bool | None = None) -> bool:
        """True or false."""
        return bool(self._get(field, "true or false", default))

    def items(self, field: str, default: list[Any] | None = None) -> list[Any]:
        """A list of anything."""
        return list(self._get(field, "a list", default))

    def mapping(
        self, field: str, default: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """An object of anything, nested by a few levels at most."""
        value = self._get(field, "an object", default)
        if not _is_shallow(value, _DEEPEST):
            raise self.error(field, "...", f"at most {_DEEPEST} levels")
        return dict(value)

    def documents(self, field: str) -> list[Document]:
        """A list of objects."""
        found = []
        for index, entry in enumerate(self.items(field)):
            if not isinstance(entry, dict):
                raise self.error(f"{field}[{index}]", entry, "an object")
            found.append(Document(entry, f"{self.source}: {field}[{index}]"))
        return found

    def whole_numbers(self, field: str) -> tuple[int, ...]:
        """A list of integers."""
        values = self.items(field)
        if not all(type(v) is int and abs(v) <= _LARGEST for v in values):
            raise self.error(field, values[:20], "a list of whole numbers")
        return tuple(values)

    def moment(self, field: str) -> datetime:
        """A UTC time like ``2026-05-01T05:00:00Z``."""
        text = self.text(field)
        try:
            moment = parse_utc(text)
        except ContractError as exc:
            raise ContractError(f"{self.source}: {field}: {exc}") from exc
        # Far ends of the calendar overflow in every zone and sum.
        if not 1970 <= moment.year <= 2200:
            raise self.error(field, text, "a time between 1970 and 2200")
        return moment

    def offset(self, field: str) -> str:
        """A zone offset like ``+02:00``, as text."""
        text = self.text(field)
        try:
            parse_offset(text)
        except ContractError as exc:
            raise ContractError(f"{self.source}: {field}: {exc}") from exc
        return text

    def canonical(self, *, without: str) -> bytes:
        """The one form in which an object is signed, less the field of the signature.

        JSON with its keys sorted, without spaces, and in ASCII: the same however the
        document was laid out, also for fields that this version does not know.
        """
        fields = {key: value for key, value in self._fields.items() if key != without}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
        return text.encode("ascii")

    def error(self, field: str, value: object, expected: str) -> ContractError:
        """The error that says what is wrong with a field."""
        shown = repr(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        return ContractError(f"{self.source}: {field} = {shown}; expected {expected}")

    def _get(self, field: str, kind: str, default: Any) -> Any:
        value = self._fields.get(field)
        if value is None:
            if default is None:
                raise ContractError(f"{self.source}: {field} is missing ({kind})")
            return default
        if not isinstance(value, _TYPES[kind]) or (
            isinstance(value, bool) and kind != "true or false"
        ):
            raise self.error(field, value, kind)
        return value


def write_json(fields: Mapping[str, Any]) -> str:
    """An object as the text that Weir writes: UTC times, one trailing newline."""
    text = json.dumps(fields, indent=1, ensure_ascii=False, default=_plain)
    # A list of numbers is one line, not nine hundred. A newline stands in no string.
    text = _NUMBERS.sub(
        lambda found: "[" + " ".join(found[0][1:-1].split()) + "]", text
    )
    return text + "\n"


def write_json_line(fields: Mapping[str, Any]) -> str:
    """An object on one line, without a newline."""
    return json.dumps(fields, ensure_ascii=False, default=_plain)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite_number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _short_number(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:  # it takes some Pythons minutes to read one of MBs
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _check_text(text: str, fields: object) -> None:
    """Refuse what can be parsed and then neither be written nor shown.

    That is half of a surrogate pair, and a nesting so deep that ``repr`` gives up.
    """
    if "\\ud" in text.lower() or not _encodes(text):
        json.dumps(fields, ensure_ascii=False).encode("utf-8")
    openings = text.count("[") + text.count("{")
    if openings > _DEEPEST_OF_ALL and not _is_shallow(fields, _DEEPEST_OF_ALL):
        raise ValueError(f"nested by more than {_DEEPEST_OF_ALL} levels")


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_shallow(value: object, levels: int) -> bool:
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    return levels > 0 and all(_is_shallow(entry, levels - 1) for entry in inner)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return format_utc(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")
