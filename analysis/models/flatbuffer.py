"""Just enough of FlatBuffers to read a few fields of a model file.

A table begins with the distance back to its list of field offsets; text, vectors and
inner tables are distances forward. https://flatbuffers.dev/internals
"""

from __future__ import annotations

import struct
from typing import Optional


class Table:
    """A table of a FlatBuffer; fields are named by their place in the schema.

    A damaged buffer raises struct.error, IndexError or UnicodeDecodeError.
    """

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position
        self._fields = position - self._number("<i", position)

    @classmethod
    def root(cls, data: bytes) -> Table:
        """The outermost table of a buffer."""
        return cls(data, struct.unpack_from("<I", data, 0)[0])

    def number(self, field: int, form: str, default: int = 0) -> int:
        """A scalar, by its ``struct`` format."""
        where = self._where(field)
        return default if where is None else self._number(form, where)

    def text(self, field: int) -> str:
        """A string; empty where there is none."""
        return self.data(field).decode("utf-8")

    def data(self, field: int) -> bytes:
        """A vector of bytes; empty where there is none."""
        start, length = self._vector(field)
        if start + length > len(self._data):
            raise IndexError(f"a vector of {length} bytes goes past the end")
        return self._data[start : start + length]

    def numbers(self, field: int, form: str) -> tuple[float, ...]:
        """A vector of scalars."""
        start, length = self._vector(field)
        return struct.unpack_from(f"<{length}{form}", self._data, start)

    def table(self, field: int) -> Optional[Table]:
        """An inner table, or a union's; None where there is none."""
        where = self._where(field)
        return None if where is None else self._table_at(where)

    def tables(self, field: int) -> list[Table]:
        """A vector of tables."""
        start, length = self._vector(field)
        if start + 4 * length > len(self._data):
            raise IndexError(f"a vector of {length} tables goes past the end")
        return [self._table_at(start + 4 * each) for each in range(length)]

    def _where(self, field: int) -> Optional[int]:
        slot = 4 + 2 * field
        if slot + 2 > self._number("<H", self._fields):
            return None
        offset = self._number("<H", self._fields + slot)
        return self._position + offset if offset else None

    def _vector(self, field: int) -> tuple[int, int]:
        where = self._where(field)
        if where is None:
            return 0, 0
        start = where + self._number("<I", where)
        return start + 4, self._number("<I", start)

    def _table_at(self, where: int) -> Table:
        return Table(self._data, where + self._number("<I", where))

    def _number(self, form: str, where: int) -> int:
        value: int = struct.unpack_from(form, self._data, where)[0]
        return value
