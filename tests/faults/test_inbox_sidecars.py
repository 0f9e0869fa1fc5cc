"""A member of the upload group drops sidecars that lie about others' clips."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.installation import Installation
from tests.footage import START, clip_bytes, sidecar_of, zip_bytes

ONE, TWO = "clip00001_2026-05-01_07-00-00.h264", "clip00002_2026-05-01_08-00-00.h264"
LIES: dict[str, Any] = {
    "deployment": "lake",
    "camera": "cam9",
    "framerate": 25,
    "corrected_start": START,  # which makes it news
}


def beside(name: str, data: bytes, **more: Any) -> dict[str, bytes]:
    """A clip's sidecar, by its file's name."""
    return {name + ".json": sidecar_of(data, name, **more).to_json().encode()}


def rows(made: Installation, table: str) -> list[dict[str, str]]:
    """The rows of a table, without the delivery's name."""
    found = csv.DictReader(StringIO(made.tables()[table]))
    return [{**row, "archive": ""} for row in found]


@pytest.mark.parametrize("where", ["alone", "with the clip", "in a zip"])
def test_a_later_sidecar_rewrites_nothing(tmp_path: Path, where: str) -> None:
    """Deployment, camera and rate are those that the clip came with."""
    made, data = Installation(tmp_path / "made"), clip_bytes(1)
    made.drop("honest.zip", zip_bytes({ONE: data, **beside(ONE, data)}))
    made.run("run", "--once")
    before = rows(made, "clips"), rows(made, "encounters")
    files = beside(ONE, data, **LIES)
    if where != "alone":
        files[ONE] = data
    if where == "in a zip":
        files = {"attack.zip": zip_bytes(files)}
    for name, content in files.items():
        made.drop(f"member/{name}", content)
    made.run("run", "--once")

    assert (rows(made, "clips"), rows(made, "encounters")) == before


@pytest.mark.parametrize("when", ["later", "beside it"])
def test_a_sidecar_that_names_another_clip_hides_none(
    tmp_path: Path, when: str
) -> None:
    """Both clips are counted, whenever the lie came."""
    made = Installation(tmp_path / "made")
    one, two = clip_bytes(1), clip_bytes(2, frames=24)
    lie = beside(ONE, two)
    for name, data in {ONE: one, TWO: two}.items():
        made.drop(name, data)
    if when == "beside it":
        made.drop(*next(iter(lie.items())))
    else:
        made.run("run", "--once")
        made.drop("attack.zip", zip_bytes({ONE: one, **lie}))
    made.run("run", "--once")

    found = {row["clip"]: row["encounters"] for row in rows(made, "clips")}
    assert found == {ONE: "1", TWO: "3"}
