"""The commands that write for people: where, and through what."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.__main__ import main
from tests.analysis.made_record import NOW, SETTINGS, open_record

COMMANDS = {
    "report": (["report"], "report.html"),
    "export": (["export", "--format", "csv"], "clips.csv"),
    "compare": (["compare", "1", "2", "--labels"], "comparison.html"),
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config and an empty record."""
    store, _ = open_record(tmp_path / "host" / "results")
    with store:
        store.run({**SETTINGS, "rotate": 90}, NOW)
    file = tmp_path / "config.toml"
    file.write_text(
        '[deployment]\nid = "creek"\ncamera = "cam1"\n[analysis]\nfolder = "host"\n'
    )
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_written_through_a_planted_link(config: Path, command: str) -> None:
    """And what a kill left half-written is swept, but nothing that is not ours."""
    arguments, name = COMMANDS[command]
    out, kept = config.parent / "out", config.parent / "kept"
    out.mkdir()
    kept.write_text("kept")
    (out / f"weir-{'0' * 16}.part").write_text("half")
    for link in (name, name + ".part"):
        (out / link).symlink_to(kept)
    code = main([*arguments, "--output", str(out), "--config", str(config)])

    assert (code, kept.read_text()) == (0, "kept")
    left = {path.name for path in out.iterdir() if path.name.endswith(".part")}
    assert left == {name + ".part"}
    assert not (out / name).is_symlink()
