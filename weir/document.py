"""A JSON document: each of its fields is read by name and type.

Sidecars, ledgers, manifests and receipts come from drives and from people, and may be
damaged or wrong. An error names the document, the field, the value and what was
expected.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Optional, Union

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
_LARGEST = 2**53  # up to here every reader of JSON keeps whole numbers exact
_DEEPEST, _DEEPEST_OF_ALL = 16, 64
_LONGEST_NUMBER = 1000


class Document:
    """One JSON object, and the name of the file that it came from.

    Args:
        fields: the object.
        source: the file's name, for errors.
    """

    def __init__(self, fields: Mapping[str, Any], source: str) -> None:
        self._fields = fields
        self.source = source

    @classmethod
    def parse(cls, text: Union[str, bytes], source: str) -> Document:
        """Read a JSON object from UTF-8 text.

        Raises:
            ContractError: the text is no JSON, or no object.
        """
        try:
            # ``json`` itself would also take UTF-16, and half of a surrogate pair.
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
        """Raise ContractError if ``format_version`` is not this one."""
        found = self.whole("format_version")
        if found != version:
            raise self.error(
                "format_version", found, f"{version}; a newer Weir wrote it"
            )

    def has(self, field: str) -> bool:
        """Whether the object has the field, and it is not null."""
        return self._fields.get(field) is not None

    def name(self, field: str) -> str:
        """Return a field that is a name, in the form that equal names share."""
        return unicodedata.normalize("NFC", self.text(field))

    def text(self, field: str, default: Optional[str] = None) -> str:
        """Read a string."""
        return str(self._get(field, "text", default))

    def whole(self, field: str, default: Optional[int] = None) -> int:
        """Read a whole number, 0 or more."""
        value = self._get(field, "a whole number", default)
        if not 0 <= value <= _LARGEST:
            raise self.error(field, value, f"0 or more, at most {_LARGEST}")
        return int(value)

    def number(self, field: str, default: Optional[float] = None) -> float:
        """Read a finite number; a whole one stays an int."""
        value = self._get(field, "a number", default)
        if not -_LARGEST <= value <= _LARGEST:
            raise self.error(field, value, f"a number, at most {_LARGEST}")
        return value  # type: ignore[no-any-return]

    def flag(self, field: str, default: Optional[bool] = None) -> bool:
        """Read true or false."""
        return bool(self._get(field, "true or false", default))

    def items(self, field: str, default: Optional[list[Any]] = None) -> list[Any]:
        """Read a list of anything."""
        return list(self._get(field, "a list", default))

    def mapping(
        self, field: str, default: Optional[dict[str, Any]] = None
    ) -> dict[str, Any]:
        """Read an object of anything that is nested by a few levels at most."""
        value = self._get(field, "an object", default)
        if not _is_shallow(value, _DEEPEST):
            raise self.error(field, "...", f"at most {_DEEPEST} levels")
        return dict(value)

    def documents(
        self, field: str, default: Optional[list[Any]] = None
    ) -> list[Document]:
        """Read a list of objects."""
        found = []
        for index, entry in enumerate(self.items(field, default)):
            if not isinstance(entry, dict):
                raise self.error(f"{field}[{index}]", entry, "an object")
            found.append(Document(entry, f"{self.source}: {field}[{index}]"))
        return found

    def whole_numbers(self, field: str) -> tuple[int, ...]:
        """Read a list of whole numbers."""
        values = self.items(field)
        if not all(type(v) is int and abs(v) <= _LARGEST for v in values):
            raise self.error(field, values[:20], "a list of whole numbers")
        return tuple(values)

    def moment(self, field: str) -> datetime:
        """Read a UTC time like ``2026-05-01T05:00:00Z``."""
        text = self.text(field)
        try:
            moment = parse_utc(text)
        except ContractError as exc:
            raise ContractError(f"{self.source}: {field}: {exc}") from exc
        # Dates near the ends of the calendar overflow when zones are added.
        if not 1970 <= moment.year <= 2200:
            raise self.error(field, text, "a time between 1970 and 2200")
        return moment

    def offset(self, field: str) -> str:
        """Read a zone offset like ``+02:00``, as text."""
        text = self.text(field)
        try:
            parse_offset(text)
        except ContractError as exc:
            raise ContractError(f"{self.source}: {field}: {exc}") from exc
        return text

    def canonical(self, *, without: str) -> bytes:
        """Write the object in the one form that is signed.

        This is JSON with sorted keys, without spaces, in ASCII. It is the same however
        the document was laid out, and includes fields that this version does not know.

        Args:
            without: the field that is left out: that of the signature.
        """
        fields = {key: value for key, value in self._fields.items() if key != without}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
        return text.encode("ascii")

    def error(self, field: str, value: object, expected: str) -> ContractError:
        """Make the error that says what is wrong with a field."""
        shown = repr(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        return ContractError(f"{self.source}: {field} = {shown}; expected {expected}")

    def _get(self, field: str, expected: str, default: Any) -> Any:
        value = self._fields.get(field)
        if value is None:
            if default is None:
                raise ContractError(f"{self.source}: {field} is missing ({expected})")
            return default
        if not isinstance(value, _TYPES[expected]) or (
            isinstance(value, bool) and expected != "true or false"
        ):
            raise self.error(field, value, expected)
        return value


def write_json(fields: Mapping[str, Any]) -> str:
    """Write an object as indented JSON, with UTC times and one newline at the end."""
    text = json.dumps(fields, indent=1, ensure_ascii=False, default=_plain)
    # Put a list of numbers on one line. JSON strings have no newlines, so that only
    # real lists match.
    text = _NUMBERS.sub(
        lambda found: "[" + " ".join(found[0][1:-1].split()) + "]", text
    )
    return text + "\n"


def write_json_line(fields: Mapping[str, Any]) -> str:
    """Write an object as JSON on one line, without a newline."""
    return json.dumps(fields, ensure_ascii=False, default=_plain)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite_number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _short_number(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:  # some Pythons take minutes for megabytes of digits
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _check_text(text: str, fields: object) -> None:
    """Refuse text that can be parsed, and then can neither be written nor shown.

    It has half of a surrogate pair, or is nested so deeply that ``repr`` gives up.

    Raises:
        ValueError: it is such text.
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
