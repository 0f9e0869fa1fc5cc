"""``times``: a person says when clips start."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.record.file.reader import copy_of
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.store import Store
from tests.analysis.made_record import NOW, clip, open_record, seen

NAME = clip(1).clip


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A config, and a record with one clip."""
    store, run = open_record(tmp_path / "host" / "results")
    with store:
        store.commit(clip(1), run, seen(), NOW)
    (tmp_path / "config.toml").write_text(
        '[deployment]\nid = "creek"\ncamera = "cam1"\ntimezone = "Europe/Berlin"\n'
        '[analysis]\nfolder = "host"\n'
    )
    return tmp_path


def told(host: Path, *lines: str) -> int:
    """Tell times; the exit code."""
    table = host / "mine.csv"
    table.write_text("\n".join(("clip,start", *lines, "")))
    return main(["times", "--csv", str(table), "--config", str(host / "config.toml")])


def start_in_tables(host: Path) -> str:
    """The start that the tables say."""
    out = ["--output", str(host / "out"), "--config", str(host / "config.toml")]
    assert main(["export", "--format", "csv", *out]) == 0
    return (host / "out" / "clips.csv").read_text().splitlines()[1].split(",")[5]


def test_a_start_is_told_and_taken_back(
    host: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each change is printed, and stands in the tables at once."""
    assert told(host, f"{NAME},2026-05-01T07:00:00") == 0
    assert f"{NAME}: 2026-05-01T05:00:00Z times" in capsys.readouterr().out
    assert start_in_tables(host) == "2026-05-01T05:00:00Z"
    assert told(host, f"{NAME},") == 0
    assert f"{NAME}: unknown" in capsys.readouterr().out
    assert start_in_tables(host) == ""


def test_what_is_told_is_published(host: Path) -> None:
    """Where no daemon runs, the command makes the copy that people read."""
    copy = copy_of(host / "host" / "results" / FILE_NAME)
    assert told(host, f"{NAME},2026-05-01T07:00:00") == 0

    assert b"2026-05-01T05:00:00Z" in copy.read_bytes()


def test_a_line_that_cannot_be_used_is_told(
    host: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the exit code says so."""
    assert told(host, f"{NAME},07:00") == 1
    assert "mine.csv, line 2: start '07:00'" in capsys.readouterr().err


def test_it_is_told_while_the_daemon_has_the_record_open(host: Path) -> None:
    """Two processes of the service write in turns."""
    with Store(host / "host" / "results" / "weir.sqlite") as daemons:
        before = daemons.changes
        assert told(host, f"{NAME},2026-05-01T07:00:00") == 0

        assert daemons.changes > before


def test_another_user_is_told_two_ways(
    host: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As the service's user, or, for whoever may not be that, through the inbox."""
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert told(host, f"{NAME},2026-05-01T07:00:00") == 1

    two = (
        "sudo -u weir weir-analysis times --csv FILE, or drop the table into the inbox"
    )
    assert two in caplog.text
