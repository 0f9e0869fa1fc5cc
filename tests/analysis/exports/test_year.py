"""A year of one camera: every format in under a minute and half a gigabyte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from analysis.exports import FORMATS
from analysis.record.store import Store
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import Box, Detection, Track
from tests.analysis.commands.test_export import STUDY
from tests.analysis.made_record import NOW, SETTINGS, encounter, seen, sha, sidecar

CLIPS, FRAMES = 4000, 900
BOX = Box(0.2, 0.3, 0.25, 0.125)
PROGRAM = """
import json, resource, sys, time
from analysis.__main__ import main
began = time.monotonic()
code = main(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([code, time.monotonic() - began, peak]), file=sys.stderr)
"""


def visits(number: int) -> Outcome:
    """Up to nine fish in a clip of a quarter of an hour, each followed for ten s."""
    met = [
        encounter(n + 1, 90 * n, 90 * n + 9, label="dace", species_score=None)
        for n in range(number % 10)
    ]
    outcome = seen(met, box=BOX, frames=FRAMES)
    assert outcome.findings
    lower = tuple((frame, Detection("dace", 0.4, BOX)) for frame in range(50, 90))
    findings = replace(
        outcome.findings,
        visible=np.ones(FRAMES, np.bool_),
        lower=lower,
        tracks=tuple(
            Track(e.number, "dace", "", e.first_frame, e.last_frame, 10, 0.9, BOX, BOX)
            for e in met
        ),
        track_of=tuple(frame // 90 + 1 for frame, _ in outcome.findings.detections),
    )
    return replace(outcome, findings=findings)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a host with a year in its record, and its config."""
    folder = tmp_path_factory.mktemp("year")
    begin = '[deployment]\nid = "creek"\ncamera = "cam1"\n'
    (folder / "config.toml").write_text(
        f'{begin}{STUDY}\n[analysis]\nfolder = "host"\n'
    )
    (folder / "host" / "results").mkdir(parents=True)
    first = datetime(2026, 1, 1, 7, tzinfo=timezone.utc)
    facts = {**SETTINGS["detector"], "kind": "ssd", "targets": []}  # type: ignore[dict-item]
    with Store(folder / "host" / "results" / "weir.sqlite") as store:
        run = store.run({**SETTINGS, "detector": facts}, NOW)
        for number in range(CLIPS):
            start = first + timedelta(days=number // 11, hours=number % 11)
            name = f"clip{number:05d}_{start:%Y-%m-%d}.h264"
            times = tuple(1001 * frame for frame in range(FRAMES))
            film = sidecar(
                name,
                number,
                start,
                frames=FRAMES,
                frame_times_ms=times,
                end=start + timedelta(minutes=15),
            )
            clip = ClipRecord(
                *(sha(number), name, "a.zip", "creek", "cam1", f"{start:%Y-%m-%d}"),
                *(1000, FRAMES, film),
            )
            store.commit(clip, run, visits(number), NOW)
    return folder


@pytest.mark.soak
@pytest.mark.skipif("WEIR_SOAK" not in os.environ, reason="make soak")
@pytest.mark.parametrize("name", FORMATS)
def test_a_year_is_exported(year: Path, name: str) -> None:
    """4,000 clips, 3.6 million frames, 18,000 encounters."""
    out = year / name
    arguments = ["export", "--format", name, "--output", str(out)]
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM,
            *arguments,
            "--config",
            str(year / "config.toml"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    code, seconds, peak_mb = json.loads(said.stderr.splitlines()[-1])
    size = sum(file.stat().st_size for file in out.iterdir()) / 1e6
    print(f"\n{name}: {seconds:.1f} s, peak {peak_mb:.0f} MB, {size:.0f} MB written")

    assert code == 0
    assert seconds < 60
    assert peak_mb < 500
