"""Models on a worker's machine: whole, sound, and not too many."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from analysis.work.cluster.shelf import Shelf, shelf_folder


def sum_of(data: bytes) -> str:
    """The sum under which it lies."""
    return hashlib.sha256(data).hexdigest()


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    """Under its own name, by this process and by the next."""
    Shelf(tmp_path / "models").keep(sum_of(b"x"), "a.tflite", b"x")
    found = Shelf(tmp_path / "models").find(sum_of(b"x"), "a.tflite")

    assert found is not None and found.name == "a.tflite"
    assert found.read_bytes() == b"x"
    assert Shelf(tmp_path / "models").find(sum_of(b"x"), "b.tflite") is None


def test_other_bytes_are_not_kept(tmp_path: Path) -> None:
    """What arrives is what was sent, or nothing."""
    with pytest.raises(ValueError, match="other bytes"):
        Shelf(tmp_path).keep(sum_of(b"x"), "a.tflite", b"y")

    assert list(tmp_path.iterdir()) == []


def test_what_was_damaged_there_is_not_used(tmp_path: Path) -> None:
    """Not even where its length is right."""
    Shelf(tmp_path).keep(sum_of(b"x"), "a.tflite", b"x")
    (tmp_path / sum_of(b"x") / "a.tflite").write_bytes(b"y")

    assert Shelf(tmp_path).find(sum_of(b"x"), "a.tflite") is None


def test_the_oldest_goes_when_there_are_too_many(tmp_path: Path) -> None:
    """By when it was used, and never what was used lately."""
    shelf = Shelf(tmp_path, most_bytes=25)
    for age, data in enumerate((b"a" * 10, b"b" * 10)):
        shelf.keep(sum_of(data), "m.tflite", data)
        os.utime(tmp_path / sum_of(data), (1000 - age, 1000 - age))
    shelf.find(sum_of(b"a" * 10), "m.tflite")
    shelf.keep(sum_of(b"c" * 10), "m.tflite", b"c" * 10)

    assert shelf.find(sum_of(b"b" * 10), "m.tflite") is None
    assert shelf.find(sum_of(b"a" * 10), "m.tflite") is not None
    shelf.keep(sum_of(b"d" * 10), "m.tflite", b"d" * 10)
    assert shelf.find(sum_of(b"a" * 10), "m.tflite") is not None


def test_it_is_in_the_units_cache_or_the_users() -> None:
    """Not in a folder that everybody may write to."""
    unit = {"CACHE_DIRECTORY": "/var/cache/weir:/other", "XDG_CACHE_HOME": "/c"}

    assert shelf_folder(unit) == Path("/var/cache/weir/models")
    assert shelf_folder({"XDG_CACHE_HOME": "/c"}) == Path("/c/weir/models")
    assert shelf_folder({}) == Path.home() / ".cache/weir/models"
