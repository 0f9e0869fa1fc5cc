"""Inheritance: what lies in done/ from before becomes the service's own, once."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from analysis.intake.custody import is_ours
from tests.analysis.installation import Installation
from tests.analysis.small_host import tree
from tests.footage import clip_bytes, sidecar_of, zip_bytes
from weir.receipt import Receipt

ONE, TWO = (f"clip{n}_2026-05-01.h264" for n in (1, 2))


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """An analysis that kept an archive and a clip, which others can write to."""
    installation = Installation(tmp_path / "made")
    sidecar = sidecar_of(clip_bytes(3), ONE).to_json().encode()
    both = {ONE: clip_bytes(1), TWO: clip_bytes(2)}
    installation.drop("cam2/a.zip", zip_bytes(both))
    installation.drop(ONE, clip_bytes(3))
    installation.drop(ONE + ".json", sidecar)
    assert installation.run("run", "--once").returncode == 0
    for path in installation.folders.done.rglob("*.*"):
        path.chmod(0o664)
    return installation


def receipt(made: Installation, name: str) -> Receipt:
    """A receipt that lies there."""
    return Receipt.read(made.folders.receipts / (name + ".receipt.json"))


def test_what_was_kept_is_taken_over(made: Installation) -> None:
    """With the same bytes, and the receipts as they were."""
    before = tree(made.folders.done), tree(made.folders.receipts)
    assert made.run("run", "--once").returncode == 0

    assert (tree(made.folders.done), tree(made.folders.receipts)) == before
    kept = [path for path in made.folders.done.rglob("*.*") if path.is_file()]
    assert len(kept) == 3
    assert all(is_ours(path.stat()) for path in kept)


def test_it_is_done_once(made: Installation) -> None:
    """At the next start nothing is copied; a kill costs only the file in work."""
    made.run("run", "--once")
    before = {path: path.stat().st_ino for path in made.folders.done.rglob("*")}
    made.run("run", "--once")

    assert {path: path.stat().st_ino for path in before} == before


def test_what_was_changed_is_taken_out_of_its_receipt(made: Installation) -> None:
    """The bytes that it names are not there any more; it is told as an error."""
    (made.folders.done / ONE).write_bytes(b"")
    archive = made.folders.done / "cam2" / "a.zip"
    archive.write_bytes(zip_bytes({ONE: clip_bytes(1), TWO: b"forged"}))
    ended = made.run("run", "--once")

    assert [clip.clip for clip in receipt(made, "cam2/a.zip").clips] == [ONE]
    assert receipt(made, ONE).clips == ()
    assert ended.stderr.count("changed after its receipt") == 2
    assert receipt(made, ONE).written < datetime.now(timezone.utc)
