"""An analysis folder that an earlier Weir worked in goes on under this one."""

from __future__ import annotations

import csv
import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest

from analysis.config import AnalysisSettings
from tests.analysis.installation import PATIENCE_S, ROOT, Installation
from tests.footage import clip_bytes, sidecar_of, zip_bytes
from weir.config import load

BEFORE = {
    "9e19727": "the last commit whose record the group could read, and lock",
    "87f78c3": "the last commit with the first tables, without a column more",
}

ONE, TWO = "clip00001_2026-05-01_07-00-00.h264", "clip2_2026-05-01.h264"


@pytest.fixture(params=BEFORE)
def earlier(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The code of one of these commits."""
    found = subprocess.run(
        ["git", "archive", request.param], cwd=ROOT, capture_output=True, check=False
    )
    if found.returncode:
        pytest.skip(f"the commit {request.param} is not in this checkout's history")
    (tmp_path / "earlier").mkdir()
    unpack = ["tar", "-x", "-C", str(tmp_path / "earlier")]
    subprocess.run(unpack, input=found.stdout, check=True)
    return tmp_path / "earlier"


def without_opencv() -> dict[str, str]:
    """The environment as it was before this Weir told OpenCV what to print.

    Its decoder sets that when it is imported, which another test may have done.
    """
    return {key: os.environ[key] for key in os.environ if "OPENCV" not in key}


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader(StringIO(table)))


def same(
    after: list[dict[str, str]], before: list[dict[str, str]]
) -> list[dict[str, str]]:
    """The columns of a table that it had before; a MaxN that nobody counted is gone."""
    names = list(before[0])
    assert list(after[0])[: len(names)] == names
    assert {row.get("max_n", "") for row in after} == {""}
    counts = [{k: v for k, v in row.items() if k == "max_n"} for row in before]
    return [
        {**{name: row[name] for name in names}, **count}
        for row, count in zip(after, counts)
    ]


def test_the_folder_of_the_version_before_goes_on(
    tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tables stay, its record becomes private, a copy is there to be read."""
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "16")  # as if by our own decoder
    made, data = Installation(tmp_path / "made"), clip_bytes(1)
    beside = sidecar_of(data, ONE).to_json().encode()
    made.drop("a.zip", zip_bytes({ONE: data, ONE + ".json": beside}))
    made.drop(TWO, clip_bytes(2))
    out = tmp_path / "out"
    export = ("export", "--format", "csv", "--output", str(out))
    for command in (("run", "--once"), export):
        subprocess.run(
            made.command(*command),
            cwd=earlier,
            env=without_opencv(),
            timeout=PATIENCE_S,
            check=True,
        )
    record = made.folders.results / "weir.sqlite"
    record.chmod(0o640)
    before = {table.stem: rows(table.read_text("utf-8")) for table in out.glob("*.csv")}
    made.drop("again.zip", zip_bytes({ONE: data, ONE + ".json": beside}))
    assert made.run("run", "--once").returncode == 0

    after = {name: rows(text) for name, text in made.tables().items()}
    assert {name: same(after[name], old) for name, old in before.items()} == before
    assert [len(before[name]) for name in ("clips", "encounters")] == [2, 2]
    assert record.stat().st_mode & 0o777 == 0o600
    assert (record.parent / "weir-copy.sqlite").is_file()


def test_the_config_of_the_version_before_is_read(earlier: Path) -> None:
    """No key of it has gone, and none has come that it must have."""
    settings = load(AnalysisSettings, earlier / "config.toml")

    assert settings.deployment.id == "creek-2026"
