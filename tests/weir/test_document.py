"""Documents: each field is read with its type, and an error says all there is."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Union

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.refusal import refusal
from weir import ContractError
from weir.document import Document, write_json, write_json_line


def doc(**fields: object) -> Document:
    """A document of these fields."""
    return Document.parse(json.dumps(fields), "x.json")


@pytest.mark.parametrize(
    ("reader", "value", "why"),
    [
        ("text", 1, "x.json: f = 1; expected text"),
        ("whole", 1.5, "x.json: f = 1.5; expected a whole number"),
        ("whole", True, "x.json: f = True; expected a whole number"),
        ("whole", -1, "x.json: f = -1; expected 0 or more"),
        ("whole", 2**60, "expected 0 or more, at most"),
        ("number", "1", "x.json: f = '1'; expected a number"),
        ("number", 10**400, "expected a number, at most"),
        ("flag", 0, "x.json: f = 0; expected true or false"),
        ("items", {}, "x.json: f = {}; expected a list"),
        ("mapping", [], "x.json: f = .*; expected an object"),
        ("documents", [{}, 3], r"x.json: f\[1\] = 3; expected an object"),
        ("whole_numbers", [1, 2.5], "expected a list of whole numbers"),
        ("moment", "noon", "x.json: f: 'noon' is no time"),
        ("moment", "2026-05-01T05:00:00", "does not say its zone"),
        ("moment", "9999-12-31T23:59:59-23:00", "x.json: f: .* is no time"),
        ("moment", "0001-01-01T00:00:00Z", "expected a time between 1970 and 2200"),
        ("text", None, r"x.json: f is missing \(text\)"),
    ],
)
def test_an_error_names_file_field_and_value(
    reader: str, value: object, why: str
) -> None:
    """And what was expected."""
    with pytest.raises(ContractError, match=why):
        getattr(doc(f=value), reader)("f")


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "3", "null", "[" * 100_000, '{"f": NaN}', '{"f": 1e999}'),
        '{"f": "\\ud800"}',
        '{"f": ' + "9" * 10_000 + "}",
    ],
)
def test_what_is_no_object_is_told(text: str) -> None:
    """Numbers that are none, and text that cannot be encoded, are no JSON either."""
    with pytest.raises(ContractError, match=r"^x\.json"):
        Document.parse(text, "x.json").whole("f")


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_bytes_are_utf_8_or_nothing(coding: str) -> None:
    """Other codings can hold half of a pair, which nobody can write down."""
    good = '{"f": "\u00fc"}'
    with pytest.raises(ContractError, match="not readable as JSON"):
        Document.parse(good.encode(coding), "x.json")

    assert Document.parse(b"\xef\xbb\xbf" + good.encode(), "x").text("f") == "\u00fc"


@pytest.mark.parametrize("half", ['"\ud800"', '"\\ud800"', b'"\xed\xa0\x80"'])
def test_half_a_pair_is_refused_however_it_is_written(half: Union[str, bytes]) -> None:
    """As itself, as an escape, as bytes."""
    text = b'{"f": ' + half + b"}" if isinstance(half, bytes) else f'{{"f": {half}}}'
    with pytest.raises(ContractError, match="not readable as JSON"):
        Document.parse(text, "x.json")


def test_nesting_has_an_end() -> None:
    """What can be read but not written again is of no use."""
    settings: dict[str, object] = {}
    for _ in range(50):
        settings = {"in": settings}

    with pytest.raises(ContractError, match="expected at most 16 levels"):
        doc(settings=settings).mapping("settings")


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    """Before it is made: of megabytes that takes minutes."""
    with pytest.raises(ContractError, match="a number of 4000 digits"):
        Document.parse('{"f": ' + "9" * 4000 + "}", "x.json")


def test_long_values_are_shown_short() -> None:
    """An error fits a line."""
    with pytest.raises(ContractError) as caught:
        doc(f="x" * 10_000).whole("f")

    assert len(str(caught.value)) < 120


def test_defaults_stand_in_for_what_is_missing() -> None:
    """And only for that."""
    assert doc().text("f", "x") == "x"
    assert doc(f=None).whole("f", 3) == 3
    assert doc().has("f") is False


def test_moments_are_written_as_utc() -> None:
    """With one trailing newline, or none on a line of its own."""
    moment = datetime(2026, 5, 1, 5, tzinfo=timezone.utc)

    assert write_json({"at": moment}) == '{\n "at": "2026-05-01T05:00:00Z"\n}\n'
    assert write_json_line({"at": moment}) == '{"at": "2026-05-01T05:00:00Z"}'


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_no_text_does_worse_than_be_refused(text: Union[str, bytes]) -> None:
    """Documents come from drives and from people."""
    why = refusal(ContractError, lambda: Document.parse(text, "x.json").text("f"))

    assert not why or why.startswith("x.json")


def test_half_of_a_surrogate_pair_is_refused_as_bytes_too() -> None:
    """It can be decoded and never be encoded again: no table could hold it."""
    with pytest.raises(ContractError, match="a\\.json"):
        Document.parse(b'{"camera": "\xed\xa0\x80"}', "a.json")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('{"f": "\ud800"}'.encode("utf-16", "surrogatepass"), "can't decode"),
        (b'{"f": "\xed\xa0\x80"}', "can't decode"),
        (b'{"f": "\\ud800"}', "surrogates not allowed"),
        (b'{"f": ' + b"[" * 65 + b"]" * 65 + b"}", "nested by more than 64 levels"),
        (b"[" * 100_000, "recursion"),
    ],
)
def test_what_could_not_be_written_or_shown_is_refused(data: bytes, why: str) -> None:
    """Half of a surrogate pair in any disguise, and what is nested too deep."""
    with pytest.raises(ContractError, match=why):
        Document.parse(data, "x.json")


def test_a_byte_order_mark_is_passed_over() -> None:
    """Editors on Windows put one there."""
    assert Document.parse(b'\xef\xbb\xbf{"f": 1}', "x.json").whole("f") == 1
