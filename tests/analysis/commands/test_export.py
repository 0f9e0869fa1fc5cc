"""``export``: one moment, one format a folder, and a sentence where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.commands.output import results_of
from analysis.record.store import Store
from tests.analysis.exports.made_exports import fill
from tests.analysis.made_record import NOW, SETTINGS, clip, seen

STUDY = """
title = "Trout"
contributors = [{ title = "Anna", role = "contact" }]
sampling_design = "targeted"
latitude = 47.1
longitude = 8.5
[species]
"dace" = "Leuciscus leuciscus"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A record with a clip of each sort, and a config that says what is demanded."""
    fill(tmp_path / "host" / "results")
    begin = '[deployment]\nid = "creek"\ncamera = "cam1"\n'
    text = f'{begin}{STUDY}\n[analysis]\nfolder = "host"\n'
    (tmp_path / "config.toml").write_text(text)
    return tmp_path


def export(folder: Path, name: str, *more: str) -> int:
    """Export into a folder; the exit code."""
    where = ["--output", str(folder / "out"), "--config", str(folder / "config.toml")]
    return main(["export", "--format", name, *where, *more])


def test_every_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is in the end."""
    code = export(folder, "camtrap-dp")
    named = capsys.readouterr().out.split()

    assert code == 0
    assert sorted(named) == sorted(map(str, (folder / "out").iterdir()))
    assert str(folder / "out" / "datapackage.json") in named


def test_what_the_config_lacks_is_told(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the config's file; what was exported before stays as it was."""
    export(folder, "camtrap-dp")
    before = (folder / "out" / "media.csv").read_bytes()
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("latitude = 47.1", ""))
    code = export(folder, "camtrap-dp")

    assert code == 1
    assert f"{config} does not say what the format" in caplog.text
    assert (folder / "out" / "media.csv").read_bytes() == before


@pytest.mark.parametrize("names", [("csv", "camtrap-dp"), ("camtrap-dp", "csv")])
def test_two_tables_of_one_name_need_two_folders(
    folder: Path, names: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Both formats have a ``deployments.csv``, and neither replaces the other's."""
    assert [export(folder, name) for name in names] == [0, 1]
    assert "give each format a folder of its own" in caplog.text
    assert [export(folder, "coco"), export(folder, names[0])] == [0, 0]


def test_results_are_of_one_moment(folder: Path) -> None:
    """What the daemon commits while they are written is of the next."""
    record = folder / "host" / "results" / "weir.sqlite"
    with results_of(record, None) as results, Store(record, beside=True) as store:
        clips = results.clips
        run = store.run(SETTINGS, NOW)
        store.commit(clip(9), run, seen(), NOW)
        store.commit(clip(1), run, seen(), NOW)
        met = list(results.encounters_in(clips[0]))

    assert len(met) == 2
