"""A verifier's look is a second job: between a clip's findings and its row."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from analysis import DecodeError, WorkerLost
from analysis.config import VerifierConfig
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from analysis.report.words.limits import limits
from analysis.values.verifying import Answers, VerifyJob
from tests import models
from tests.analysis.small_host import Host
from tests.footage import clip_bytes

ONE = "clip00001_2026-05-01T07-00-00Z.h264"
HERE = __name__ + ":"


def crash(job: VerifyJob) -> Answers:
    """A verifier that kills its worker."""
    raise WorkerLost("signal 11")


def spoil(job: VerifyJob) -> Answers:
    """A clip that cannot be decoded any more."""
    raise DecodeError("no frame")


def host_in(folder: Path, **keys: Any) -> Host:
    """A host with a verifier that sees red."""
    folder.mkdir(exist_ok=True)
    (folder / "heavy.tflite").write_bytes(models.yolo())
    verifier = VerifierConfig(
        **{
            "model": folder / "heavy.tflite",
            "normalise": "0..1",
            "targets": ("red",),
            "verifier_frames_per_hour": 3600,
            **keys,
        }
    )
    return Host(folder, verifier=verifier)


def rows(host: Host, query: str) -> list[tuple[Any, ...]]:
    """What the record says."""
    with closing(sqlite3.connect(host.folders.results / FILE_NAME)) as db:
        return db.execute(query).fetchall()


def worked(host: Host, work: str = "") -> Host:
    """Let it work a clip; the verifier does what ``work`` says."""
    with host:
        submit = host.executor.submit

        def other(job: Any, deadline_s: float) -> Any:
            if isinstance(job, VerifyJob) and work:
                job = replace(job, work=HERE + work)
            return submit(job, deadline_s)

        host.executor.submit = other  # type: ignore[method-assign]
        host.drop(ONE, clip_bytes(1))
        host.settle()
    return host


def table(host: Host, name: str) -> list[dict[str, str]]:
    """A table of the export."""
    return list(csv.DictReader(StringIO(host.tables()[name])))


STATUS = "SELECT status, decided_by, max_n FROM encounters"
VERIFIED = "SELECT status, verifiable, verified, unverified FROM analyses"


def test_a_clip_is_looked_at_twice_and_written_once(tmp_path: Path) -> None:
    """With the verifier's count and boxes, and what it was asked."""
    host = worked(host_in(tmp_path))

    assert len(host.executor.jobs) == len(host.executor.verifying) == 1
    ((status, by, max_n),) = rows(host, STATUS)
    assert (status, by) == ("counted", "verifier")
    assert max_n >= 1
    assert rows(host, VERIFIED) == [("analysed", 1, 1, "")]
    frames = rows(host, "SELECT frame, boxes FROM verified_frames")
    assert [frame for frame, _ in frames] == [4, 5, 6, 7]
    boxes = rows(
        host,
        "SELECT frame, count(*) FROM detections WHERE found_by = 'verifier'"
        " AND x IS NOT NULL GROUP BY frame",
    )
    assert boxes == frames
    assert max_n == max(number for _, number in boxes)


def test_the_tables_have_its_boxes(tmp_path: Path) -> None:
    """And no row of the detector where the verifier's stand."""
    with worked(host_in(tmp_path)) as host:
        shown = table(host, "detections")
        (clip,), (one,) = table(host, "clips"), table(host, "encounters")

    assert {(row["found_by"], row["x"] > "") for row in shown} == {("verifier", True)}
    assert {int(row["frame"]) for row in shown} == {4, 5, 6, 7}
    most = max(Counter(row["frame"] for row in shown).values())
    assert (one["max_n"], one["decided_by"]) == (str(most), "verifier")
    assert (clip["verifiable"], clip["verified"], clip["fish_frames"]) == (
        "1",
        "1",
        "4",
    )
    assert clip["max_n"] == one["max_n"]


def test_the_detectors_threshold_changes_no_word_of_it(tmp_path: Path) -> None:
    """Counted again with the run's own, and with a lower one, all stays."""
    host = worked(host_in(tmp_path))
    with reading(host.folders.results / FILE_NAME) as db:
        (found,) = Results(db).encounters()
        again = [list(Results(db, threshold=each).encounters()) for each in (0.5, 0.4)]

    assert again == [[found], [found]]


def test_a_counted_one_in_which_it_sees_nothing_is_doubtful(tmp_path: Path) -> None:
    """The clip counts nothing then, and a whole-frame model's clip has a number."""
    host = worked(host_in(tmp_path, targets=("blue",)))

    assert rows(host, STATUS) == [("doubtful", "verifier", None)]
    assert rows(host, "SELECT encounters, max_n FROM analyses") == [(0, 0)]


def test_a_verifier_that_crashes_costs_the_verification(tmp_path: Path) -> None:
    """Two tries, and then the clip is kept as it was found."""
    host = worked(host_in(tmp_path), "crash")

    assert (len(host.executor.jobs), len(host.executor.verifying)) == (1, 2)
    assert rows(host, STATUS) == [("counted", "", None)]
    assert rows(host, VERIFIED) == [("analysed", 1, 0, "signal 11")]
    assert not host.folders.crashes.exists()


def test_so_does_a_clip_that_cannot_be_decoded_again(tmp_path: Path) -> None:
    """What was seen in it stays."""
    host = worked(host_in(tmp_path), "spoil")

    assert rows(host, VERIFIED) == [("analysed", 1, 0, "no frame")]


def test_a_death_between_the_two_looks_repeats_both(tmp_path: Path) -> None:
    """Nothing is written before the second one has ended; then everything, once."""
    host = host_in(tmp_path)
    submit = host.executor.submit

    def die(job: Any, deadline_s: float) -> Any:
        if isinstance(job, VerifyJob):
            raise KeyboardInterrupt
        return submit(job, deadline_s)

    host.executor.submit = die  # type: ignore[method-assign]
    try:
        with host:
            host.drop(ONE, clip_bytes(1))
            host.settle()
    except KeyboardInterrupt:
        pass
    assert rows(host, "SELECT * FROM analyses") == []
    host.executor.submit = submit  # type: ignore[method-assign]
    with host:
        host.settle()

    assert rows(host, VERIFIED) == [("analysed", 1, 1, "")]


def test_each_look_has_time_of_its_own(tmp_path: Path) -> None:
    """A model of five seconds a frame does not run into the clip's deadline."""
    host, deadlines = host_in(tmp_path), []
    submit = host.executor.submit

    def note(job: Any, deadline_s: float) -> Any:
        deadlines.append(deadline_s)
        return submit(job, deadline_s)

    host.executor.submit = note  # type: ignore[method-assign]
    with host:
        host.drop(ONE, clip_bytes(1))
        host.settle()

    first, second = deadlines
    assert second >= first + 4 * 60


def test_nothing_to_ask_needs_no_second_job(tmp_path: Path) -> None:
    """The record says that there was nothing."""
    with host_in(tmp_path) as host:
        host.drop(ONE, clip_bytes(1, fish=False))
        host.settle()

    assert host.executor.verifying == []
    assert rows(host, VERIFIED) == [("analysed", 0, 0, "")]


def test_the_report_says_what_was_not_verified(tmp_path: Path) -> None:
    """Beyond the budget, or because the verifier failed; and nothing where all was."""

    def said(host: Host) -> list[str]:
        with reading(host.folders.results / FILE_NAME) as db:
            return [words for words in limits(Results(db)) if "verifier" in words]

    failed = (
        "The verifier was asked about 0 of 1 encounters and moments;"
        " 1 in clips on which it failed stand as they were found."
    )
    beyond = (
        "The verifier was asked about 1 of 4 encounters and moments;"
        " 3 beyond its budget stand as they were found."
    )
    assert said(worked(host_in(tmp_path / "all"))) == []
    assert said(worked(host_in(tmp_path / "failed"), "crash")) == [failed]
    few = host_in(tmp_path / "few", verifier_frames_per_hour=1)
    with few:
        few.drop(ONE, clip_bytes(1, 24))
        few.settle()
    assert said(few) == [beyond]
