"""An analysis folder that an earlier Weir worked in goes on under this one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.analysis.installation import PATIENCE_S, ROOT, Installation
from tests.footage import clip_bytes, sidecar_of, zip_bytes

BEFORE = "9e19727"
"""The last commit whose record the group could read, and lock."""

ONE, TWO = "clip00001_2026-05-01_07-00-00.h264", "clip2_2026-05-01.h264"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The code of that commit."""
    found = subprocess.run(
        ["git", "archive", BEFORE], cwd=ROOT, capture_output=True, check=False
    )
    if found.returncode:
        pytest.skip(f"the commit {BEFORE} is not in this checkout's history")
    (tmp_path / "earlier").mkdir()
    unpack = ["tar", "-x", "-C", str(tmp_path / "earlier")]
    subprocess.run(unpack, input=found.stdout, check=True)
    return tmp_path / "earlier"


def test_the_folder_of_the_version_before_goes_on(
    tmp_path: Path, earlier: Path
) -> None:
    """Its tables stay, its record becomes private, a copy is there to be read."""
    made, data = Installation(tmp_path / "made"), clip_bytes(1)
    beside = sidecar_of(data, ONE).to_json().encode()
    made.drop("a.zip", zip_bytes({ONE: data, ONE + ".json": beside}))
    made.drop(TWO, clip_bytes(2))
    out = tmp_path / "out"
    export = ("export", "--format", "csv", "--output", str(out))
    for command in (("run", "--once"), export):
        subprocess.run(
            made.command(*command), cwd=earlier, timeout=PATIENCE_S, check=True
        )
    record = made.folders.results / "weir.sqlite"
    record.chmod(0o640)
    before = (out / "encounters.csv").read_text("utf-8")
    made.drop("again.zip", zip_bytes({ONE: data, ONE + ".json": beside}))
    assert made.run("run", "--once").returncode == 0

    assert made.tables()["encounters"] == before
    assert before.count("\n") == 3
    assert record.stat().st_mode & 0o777 == 0o600
    assert (record.parent / "weir-copy.sqlite").is_file()
