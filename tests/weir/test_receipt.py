"""The receipt: a round trip, and errors that name the field."""

import json
from pathlib import Path

import pytest

from tests.weir.archives import CREATED
from weir import ContractError
from weir.receipt import Receipt, ReceiptClip, message_of, receipt_name

CLIPS = (ReceiptClip("a.h264", "0" * 64, 12, kept=True),)
RECEIPT = Receipt("week 1/recordings.zip", CREATED, CLIPS)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Through a file, whole."""
    path = tmp_path / receipt_name("recordings.zip")
    RECEIPT.write(path)

    assert Receipt.read(path) == RECEIPT
    assert path.name == "recordings.zip.receipt.json"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            '"kept": true',
            '"kept": "yes"',
            r"clips\[0\]: kept = 'yes'; expected true or",
        ),
        ('"sha256"', '"md5"', r"clips\[0\]: sha256 is missing"),
        ('"format_version": 1', '"format_version": 7', "format_version = 7"),
    ],
)
def test_an_error_names_the_field(old: str, new: str, why: str) -> None:
    """Footage is deleted on the word of this file."""
    with pytest.raises(ContractError, match="r.json: " + why):
        Receipt.from_json(RECEIPT.to_json().replace(old, new), "r.json")


def test_a_signature_stands_beside_what_it_signs() -> None:
    """The message is the same however the document is laid out, and without it."""
    signed = RECEIPT.to_json("-----BEGIN...\n")
    laid_out = json.dumps(json.loads(signed), indent=7, sort_keys=True)

    assert Receipt.from_json(signed, "r.json") == RECEIPT
    assert message_of(signed, "r.json") == (RECEIPT.message, "-----BEGIN...\n")
    assert message_of(laid_out, "r.json") == message_of(signed, "r.json")
    assert message_of(RECEIPT.to_json(), "r.json") == (RECEIPT.message, "")


def test_every_field_is_signed() -> None:
    """Also one that a later version adds."""
    fields = json.loads(RECEIPT.to_json())
    for key, value in (("archive", "b"), ("clips", []), ("new", 1)):
        changed = json.dumps({**fields, key: value})

        assert message_of(changed, "r.json")[0] != RECEIPT.message
