"""A model's file is replaced while the daemon runs."""

from __future__ import annotations

import hashlib
from pathlib import Path

from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from tests.analysis.installation import PATIENCE_S, Installation
from tests.footage import clip_bytes


def test_what_a_new_model_sees_is_never_the_old_ones(tmp_path: Path) -> None:
    """The daemon ends with the reason; the next one takes the new as a new run."""
    made = Installation(tmp_path / "made")
    model = tmp_path / "made" / "model.tflite"
    with made.start() as daemon:
        daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")
        model.write_bytes(model.read_bytes() + b"another")
        made.drop("clip1_2026-05-01.h264", clip_bytes(1))

        assert daemon.process.wait(PATIENCE_S) == 1
        assert "was replaced while the daemon ran (its sha256 was" in daemon.said
    again = made.run("run", "--once")

    with reading(made.folders.results / FILE_NAME) as db:
        results = Results(db)
        (clip,) = results.clips
        known = results.settings[clip.run]["detector"]["sha256"]
    assert again.returncode == 0
    assert known == hashlib.sha256(model.read_bytes()).hexdigest()
