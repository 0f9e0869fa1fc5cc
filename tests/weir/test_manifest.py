"""The manifest: a round trip, and errors that name the field."""

import pytest

from tests.weir.archives import CREATED
from weir import ContractError
from weir.manifest import Manifest, ManifestFile

FILES = (ManifestFile("a.h264", 12, "0" * 64), ManifestFile("ü\n.json", 0, "1" * 64))
MANIFEST = Manifest("creek", "cam1", CREATED, "weir 0", FILES)


def test_what_is_written_is_read() -> None:
    """Field for field."""
    assert Manifest.from_json(MANIFEST.to_json(), "manifest.json") == MANIFEST


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"bytes": 12', '"bytes": "12"', r"files\[0\]: bytes = '12'; expected a whole"),
        ('"bytes": 12', '"bytes": -1', r"files\[0\]: bytes = -1; expected 0 or more"),
        ('"camera": "cam1",', "", "manifest.json: camera is missing"),
        ('"format_version": 1', '"format_version": 2', "a newer Weir wrote it"),
        ("2026-05-01T12:00:00Z", "yesterday", "created: 'yesterday' is no time"),
    ],
)
def test_an_error_names_the_field(old: str, new: str, why: str) -> None:
    """And what stood there, and what was expected."""
    text = MANIFEST.to_json()
    assert old in text

    with pytest.raises(ContractError, match=why):
        Manifest.from_json(text.replace(old, new), "manifest.json")
