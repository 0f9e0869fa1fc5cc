"""An export appears whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.exports.staging import staged


def test_files_appear_together(tmp_path: Path) -> None:
    """Those of the same names are replaced, and nothing else is there."""
    (tmp_path / "a.csv").write_text("old")
    with staged(tmp_path) as inside:
        (inside / "a.csv").write_text("new")
        (inside / "b.csv").write_text("new")
        assert (tmp_path / "a.csv").read_text() == "old"

    assert {f.name: f.read_text() for f in tmp_path.iterdir()} == {
        "a.csv": "new",
        "b.csv": "new",
    }


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    """Neither the file that it was at, nor those before."""
    with pytest.raises(OSError, match="full"):
        _fail(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_what_was_killed_is_swept(tmp_path: Path) -> None:
    """By the next export; but not what another is still writing."""
    (tmp_path / ".weir-export-killed").mkdir()
    with staged(tmp_path) as first, staged(tmp_path) as second:
        (second / "b.csv").write_text("b")
        (first / "a.csv").write_text("a")

    assert sorted(f.name for f in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def _fail(folder: Path) -> None:
    """Fill the disk while the second file is written."""
    with staged(folder) as inside:
        (inside / "a.csv").write_text("whole")
        raise OSError("disk full")
