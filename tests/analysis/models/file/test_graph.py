"""Options of custom operators are read as the library writes them."""

from __future__ import annotations

from typing import Optional

from flatbuffers import flexbuffers
from hypothesis import given
from hypothesis import strategies as st

from analysis.models.file.graph import Operator

KEYS = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1)
VALUES = st.one_of(
    st.integers(-(2**62), 2**62), st.floats(-1e6, 1e6), st.booleans(), st.text()
)


def integer(data: bytes, key: str) -> Optional[int]:
    """A whole number of an operator's options."""
    return Operator(32, "own", (), (), data).option(key)


@given(st.dictionaries(KEYS, VALUES, max_size=20), st.integers(-(2**62), 2**62))
def test_a_whole_number_is_found_among_others(
    others: dict[str, object], wanted: int
) -> None:
    """Whatever the widths of numbers, keys and offsets."""
    data = bytes(flexbuffers.Dumps({**others, "num_classes": wanted}))

    assert integer(data, "num_classes") == wanted


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_what_is_no_whole_number_is_none(others: dict[str, object]) -> None:
    """Nor is a key that is not there."""
    data = bytes(flexbuffers.Dumps({**others, "num_classes": "three"}))

    assert integer(data, "num_classes") is None
    assert integer(data, "no such key \x7f") is None


@given(st.binary(max_size=80))
def test_damage_is_none_or_a_number(data: bytes) -> None:
    """And never an error."""
    found = integer(data, "a")

    assert found is None or isinstance(found, int)
