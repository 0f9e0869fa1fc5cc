"""Which frames were looked at is in the record, and what ``auto`` came to."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.frames.halving import Image
from tests import video
from tests.analysis.look.choice.conftest import bed, with_fish
from tests.analysis.look.choice.heavymodel import heavy
from tests.analysis.small_host import Host

DECIDED = "reuse_below auto"


def host_with(folder: Path, **detector: Any) -> Host:
    """A host with these keys of its detector."""
    host = Host(folder)
    config = host.settings.analysis
    config = replace(config, detector=replace(config.detector, **detector))
    host.settings = replace(host.settings, analysis=config)
    return host


def drop(host: Host, folder: Path, name: str, frames: list[Image]) -> None:
    """Drop a clip, and let it be worked."""
    clip = video.write(folder / name, frames)
    host.drop(name, clip.read_bytes())
    host.settle()


def test_a_table_marks_what_is_of_a_frame_beside(tmp_path: Path) -> None:
    """And its encounter begins and ends with frames that were looked at."""
    host = host_with(tmp_path, reuse_below=4)
    with host:
        drop(host, tmp_path, "a.h264", [bed()] * 4 + [with_fish()] * 9 + [bed()] * 4)
        tables = host.tables()
    rows = list(csv.DictReader(StringIO(tables["detections"])))
    (encounter,) = csv.DictReader(StringIO(tables["encounters"]))

    marks = {int(row["frame"]): row["reused"] for row in rows}
    assert list(marks) == list(range(4, 13))
    assert {marks[4], marks[12]} == {"false"}
    assert "true" in marks.values()
    assert (encounter["first_frame"], encounter["last_frame"]) == ("4", "12")


def test_what_auto_came_to_is_told_once_and_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With both figures; the next clips of the run need not be measured again."""
    caplog.set_level("INFO")
    model = tmp_path / "heavy.tflite"
    model.write_bytes(heavy())
    host = host_with(tmp_path, model=model, reuse_below="auto")
    other = np.roll(bed(), 8, axis=1)
    with host:
        drop(host, tmp_path, "a.h264", [bed()] * 6)
        drop(host, tmp_path, "b.h264", [other] * 6)
    with host:
        drop(host, tmp_path, "c.h264", [other] * 7)

    limits = [job.config.detector.reuse_below for job in host.executor.jobs]
    assert limits == ["auto", 2, 2]
    (told,) = (r.getMessage() for r in caplog.records if DECIDED in r.getMessage())
    assert "ms a frame and decoding" in told
    assert "changed by more than 2 grey levels" in told
