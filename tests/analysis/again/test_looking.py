"""Looking again: a new run beside the old one, from what is in done/."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis import DecodeError, StoreError
from analysis.config import AnalysisSettings
from analysis.record.runs.wanted import Chosen
from analysis.values.job import ClipJob, Findings
from tests.analysis.again.again_host import Again
from tests.analysis.small_host import Host, names, tree
from tests.footage import START, beside, clip_bytes, zip_bytes
from weir.deployment import DeploymentConfig
from weir.service import StopFlag

ONE, TWO, THREE = (f"clip{n}_2026-05-0{n}.h264" for n in (1, 2, 3))
FOUR = "clip00004_2026-05-04_07-00-00.h264"


@pytest.fixture
def again(tmp_path: Path) -> Again:
    """Two clips in an archive, one of another camera, and one with a sidecar."""
    host = Host(tmp_path)
    with host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1), "b/" + TWO: clip_bytes(2)}))
        host.drop("north/" + THREE, clip_bytes(3))
        host.drop(FOUR, clip_bytes(4))
        host.drop(*beside(FOUR, clip_bytes(4), start=START + timedelta(days=3)))
        host.settle()
    return Again(host)


def test_a_new_run_lies_beside_the_old_one(again: Again) -> None:
    """Of zips and of bare videos; the old one, done/ and the receipts stay as they are.

    A threshold that no score reaches finds nothing.
    """
    before, folders = again.rows(1), again.host.folders
    lay = tree(folders.done), tree(folders.receipts)

    looked = again.with_threshold(1.0).look()

    assert (looked.clips, looked.is_whole, again.run) == (4, True, 2)
    assert again.rows(1) == before
    assert (tree(folders.done), tree(folders.receipts)) == lay
    assert names(folders.working) == []
    assert [row["encounters"] for row in again.table("clips")] == ["0"] * 4
    assert [row["encounters"] for row in again.table("clips", 1)] == ["1"] * 4


def test_the_same_eyes_see_the_same(again: Again) -> None:
    """Row for row what the daemon found; only the run is another."""
    again.look()

    assert again.run == 2
    assert again.rows(2) == again.rows(1)


def test_a_clip_keeps_whose_it_is(again: Again) -> None:
    """Its camera, start and sidecar, though the config now names others."""
    columns = ("clip", "deployment", "camera", "date", "start", "framerate", "archive")
    before = [[row[c] for c in columns] for row in again.table("clips")]
    other = DeploymentConfig(id="elsewhere", camera="cam9")
    again.settings = AnalysisSettings(other, again.settings.analysis)
    again.look()

    assert [[row[c] for c in columns] for row in again.table("clips")] == before
    assert {row[2] for row in before} == {"cam1", "north"}


def test_what_was_stopped_goes_on(again: Again) -> None:
    """With the clips that the run has not looked at, and with no other."""
    looked = again.look(stop_after=1)
    assert looked.left == 4 - looked.clips > 0
    assert again.look().clips == looked.left

    assert again.look().clips == 0
    assert len(set(again.looks)) == len(again.looks) == 4
    assert names(again.host.folders.working) == []


@pytest.mark.parametrize(
    ("chosen", "clips"),
    [
        (Chosen(first="2026-05-03"), {THREE, FOUR}),
        (Chosen(last="2026-05-02"), {ONE, TWO}),
        (Chosen(first="2026-05-02", last="2026-05-03"), {TWO, THREE}),
        (Chosen(camera="north"), {THREE}),
        (Chosen(first="2026-05-04", camera="north"), set()),
    ],
)
def test_some_days_or_one_camera(again: Again, chosen: Chosen, clips: set[str]) -> None:
    """Both dates are included."""
    looked = again.look(chosen)

    assert looked.clips == len(clips)
    assert {row["clip"] for row in again.table("clips", again.run)} == clips


def test_a_camera_that_never_was_begins_no_run(again: Again) -> None:
    """The line names those that there are."""
    with pytest.raises(StoreError, match="camera nort; there is of: cam1, north"):
        again.look(Chosen(camera="nort"))

    assert again.runs() == 1


def test_a_clip_that_is_gone_is_named(again: Again) -> None:
    """And one whose bytes have changed; both keep what was counted."""
    done = again.host.folders.done
    (done / "north" / THREE).unlink()
    data = bytearray((done / FOUR).read_bytes())
    data[-9] ^= 1
    (done / FOUR).write_bytes(data)

    looked = again.with_threshold(1.0).look()

    assert {clip.clip for clip in looked.missing} == {THREE, FOUR}
    assert (looked.clips, looked.is_whole) == (2, False)
    counts = {row["clip"]: row["encounters"] for row in again.table("clips")}
    assert counts == {ONE: "0", TWO: "0", THREE: "1", FOUR: "1"}


def test_a_second_copy_serves_when_the_first_is_gone(again: Again) -> None:
    """Whatever its name is, and wherever it lies in done/."""
    with again.host as host:
        host.drop("north/x.zip", zip_bytes({TWO: clip_bytes(2), ONE: clip_bytes(1)}))
        host.drop("late.h264", clip_bytes(4))
        host.settle()
    (host.folders.done / "a.zip").unlink()
    (host.folders.done / FOUR).unlink()

    assert again.look().is_whole


def test_a_clip_that_fails_now_keeps_its_count(again: Again) -> None:
    """It is named, and tried again the next time."""

    def fail(job: ClipJob) -> Findings:
        raise DecodeError(f"{job.path.name}: not one frame")

    looked = again.look(work=fail)

    assert sorted(looked.failed) == sorted([ONE, TWO, THREE, FOUR])
    assert [row["status"] for row in again.table("clips")] == ["analysed"] * 4
    assert again.look().is_whole


def test_going_back_says_what_is_shown(again: Again) -> None:
    """The run of the old config has all the clips; another one looked later."""
    again.look()
    first = again.run
    again.with_threshold(1.0).look()
    again.with_threshold(0.5).look()

    assert (again.run, again.known) == (first, 4)


def test_it_waits_for_room(again: Again) -> None:
    """Until there is some, or it is stopped."""
    config = replace(again.settings.analysis, min_free_mb=1e9)
    again.settings = AnalysisSettings(again.settings.deployment, config)
    waits: list[float] = []

    def wait(seconds: float, stopping: StopFlag) -> bool:
        waits.append(seconds)
        if len(waits) == 3:
            stopping.request()
        return stopping.requested

    again.host.clock.wait = wait  # type: ignore[method-assign, assignment]

    looked = again.look()

    assert (looked.clips, looked.left, len(waits)) == (0, 4, 3)
