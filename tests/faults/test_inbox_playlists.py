"""A member of the upload group drops playlists; the daemon opens nothing they name."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from tests import playlists, video
from tests.analysis.installation import Installation
from tests.analysis.small_host import names
from tests.footage import clip_bytes, zip_bytes
from tests.openings import Openings

HONEST = "clip1_2026-05-01.h264"


def test_playlists_open_nothing(tmp_path: Path) -> None:
    """Bare or in a zip, by every name of footage; the honest clip is counted."""
    made = Installation(tmp_path / "made")
    victim = video.write(tmp_path / "victim.h264", video.squares(4))
    attacks = dict((*playlists.texts(victim), *playlists.disguised(victim)))
    for name, data in attacks.items():
        made.drop(name.replace("/", "_"), data)
    kept = {name: data for name, data in attacks.items() if ":" not in name}
    made.drop("attacks.zip", zip_bytes(kept))
    made.drop(HONEST, clip_bytes(1))
    watch = Openings(victim)
    ended = made.run("run", "--once")

    rows = list(csv.DictReader(StringIO(made.tables()["clips"])))
    status = {row["clip"]: row["status"] for row in rows}
    assert watch.count() == 0
    assert status.pop(HONEST) == "analysed"
    assert set(status.values()) == {"failed"}
    assert len(names(made.folders.rejected)) == 2 * len(attacks)
    assert "Traceback" not in ended.stderr


def test_containers_that_refer_show_nothing_of_others(tmp_path: Path) -> None:
    """Their own pictures are counted; what they name is never opened."""
    made = Installation(tmp_path / "made")
    victim = video.write(tmp_path / "victim.h264", video.squares(4))
    attacks = dict(playlists.referring(tmp_path, victim))
    for name, data in attacks.items():
        made.drop(name, data)
    watch = Openings(victim)
    ended = made.run("run", "--once")

    assert watch.count() == 0
    assert "Traceback" not in ended.stderr
    tables = made.tables()  # most are the same film, which counts once
    ended_well = (
        tables["clips"].count("analysed") + tables["superseded"].count("\n") - 1
    )
    assert len(names(made.folders.done)) == ended_well
    assert len(names(made.folders.rejected)) == 2 * ended.stderr.count("clip failed")
    assert len(names(made.folders.done)) > len(playlists.TEXTS)
