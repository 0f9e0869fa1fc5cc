"""The work: nothing eaten half, nothing counted twice, nothing lost."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.intake.crashes import Crashes
from analysis.values.job import ClipJob, Job
from tests.analysis.small_host import Host, names, receipt, tree
from tests.footage import START, beside, clip_bytes, zip_bytes
from weir.effort import EffortLine

ONE, TWO, THREE = (f"clip{n}_2026-05-01.h264" for n in (1, 2, 3))


def test_an_archive_is_worked_to_its_end(tmp_path: Path) -> None:
    """Its clips are in the record, itself in done/, a receipt lies ready."""
    data = zip_bytes({ONE: clip_bytes(1), "week 1/" + TWO: clip_bytes(2)})
    with Host(tmp_path) as host:
        host.drop("recordings.zip", data)
        host.settle()

    rows = host.clips()
    assert [(row["clip"], row["archive"], row["status"]) for row in rows] == [
        (ONE, "recordings.zip", "analysed"),
        (TWO, "recordings.zip", "analysed"),
    ]
    assert [row["encounters"] for row in rows] == ["1", "1"]
    assert names(host.folders.done) == ["recordings.zip"]
    assert tree(host.folders.working) == {}
    assert receipt(host, "recordings.zip") == {
        "": "recordings.zip",
        ONE: True,
        TWO: True,
    }


def test_a_receipt_is_on_the_disk_before_its_archive_is_in_done(
    tmp_path: Path, disk: list[str]
) -> None:
    """A kill between the two does both again; the other way round it lost the first."""
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        host.settle()

    receipt = disk.index("rename temporary a.zip.receipt.json")
    last = len(disk) - 1 - disk[::-1].index("rename a.zip a.zip")
    assert receipt < disk.index("sync receipts/", receipt) < last
    assert disk[last : last + 2] == ["rename a.zip a.zip", "sync done/"]


@pytest.mark.parametrize(
    ("dropped", "camera"),
    [(ONE, "cam1"), (f"north/{ONE}", "north"), (f"north/week 3/{ONE}", "north")],
)
def test_a_sub_folder_names_the_camera(
    tmp_path: Path, dropped: str, camera: str
) -> None:
    """Where no sidecar does; it is kept in done/."""
    with Host(tmp_path) as host:
        host.drop(dropped, clip_bytes(1))
        host.settle()

    assert [row["camera"] for row in host.clips()] == [camera]
    assert names(host.folders.done) == [dropped]


def test_an_archive_dropped_again_is_quick(tmp_path: Path) -> None:
    """It ends in done/ beside the first, with a receipt, and nothing is counted."""
    data = zip_bytes({ONE: clip_bytes(1), TWO: clip_bytes(2)})
    with Host(tmp_path) as host:
        host.drop("recordings.zip", data)
        host.settle()
        before = host.tables()
        host.drop("recordings.zip", data)
        host.settle()

    assert host.tables() == before
    assert len(host.executor.jobs) == 2
    assert names(host.folders.done) == ["recordings-2.zip", "recordings.zip"]
    assert receipt(host, "recordings-2.zip")[ONE] is True


def test_a_clip_counts_once_under_any_name(tmp_path: Path) -> None:
    """In one archive, in another, and bare."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({ONE: data, "copy/" + ONE: data, TWO: data}))
        host.drop("b.zip", zip_bytes({THREE: data}))
        host.drop("c.h264", data)
        host.settle()

    assert [row["clip"] for row in host.clips()] == [ONE]
    assert len(host.executor.jobs) == 1
    assert receipt(host, "b.zip") == {"": "b.zip", THREE: True}
    assert len(names(host.folders.done)) == 3


def test_clips_of_one_name_are_different_clips(tmp_path: Path) -> None:
    """The original script starts at 0 whenever it starts."""
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({"x/" + ONE: clip_bytes(1), ONE: clip_bytes(2)}))
        host.settle()

    assert [row["clip"] for row in host.clips()] == [ONE, ONE]


def test_effort_comes_with_an_archive_or_alone(tmp_path: Path) -> None:
    """A later ledger adds its lines, and repeats the others."""
    slots = [START + timedelta(hours=n) for n in range(2)]
    lines = [
        EffortLine("creek", "cam1", t, t + timedelta(minutes=15), "+02:00", 900)
        for t in slots
    ]
    texts = [(line.to_json() + "\n").encode() for line in lines]
    with Host(tmp_path) as host:
        members = {ONE: clip_bytes(1), "effort.jsonl": texts[0]}
        host.drop("a.zip", zip_bytes(members))
        host.settle()
        before = host.tables()
        host.drop("effort.jsonl", texts[0] + texts[1])
        host.settle()

    assert ",15,15," in before["effort"]
    assert ",30,30," in host.tables()["effort"]
    assert host.tables()["clips"] == before["clips"]
    assert names(host.folders.done) == ["a.zip", "effort.jsonl"]


def test_an_unpacked_archive_is_a_folder_of_clips(tmp_path: Path) -> None:
    """With the papers that lay in it."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        host.drop(f"week/{ONE}", data)
        host.drop(*(f"week/{beside(ONE, data)[0]}", beside(ONE, data)[1]))
        host.drop("week/manifest.json", b"{}")
        host.drop("week/effort.jsonl", b"")
        host.settle()

    assert len(host.clips()) == 1
    assert host.work.troubles == 0
    assert len(names(host.folders.done)) == 4


def test_keep_done_false_deletes_after_the_commit(tmp_path: Path) -> None:
    """And the receipt says that nothing is kept; each has its own."""
    with Host(tmp_path, keep_done=False) as host:
        for number in (1, 2):
            host.drop("a.zip", zip_bytes({ONE: clip_bytes(number)}))
            host.settle()

    assert len(host.clips()) == 2
    assert names(host.folders.done) == []
    assert receipt(host, "a.zip") == {"": "a.zip", ONE: False}
    assert receipt(host, "a-2.zip") == {"": "a-2.zip", ONE: False}


def test_work_goes_on_where_the_last_commit_ended(tmp_path: Path) -> None:
    """Clips that are in the record are not looked at again."""
    data = zip_bytes({name: clip_bytes(n) for n, name in enumerate((ONE, TWO, THREE))})
    host = Host(tmp_path)
    with host:
        host.drop("a.zip", data)
        while not host.work.in_work.ended:
            host.turn()
    before = len(host.executor.jobs)
    with host:
        host.settle()

    assert len(host.clips()) == 3
    assert len(host.executor.jobs) <= before + 3
    assert names(host.folders.done) == ["a.zip"]


def test_the_deadline_follows_from_the_clips_length(tmp_path: Path) -> None:
    """So much for the clip, and for each of its frames."""
    deadlines = []
    with Host(tmp_path, deadline_s=5, deadline_per_frame_s=2) as host:
        submit = host.executor.submit

        def note(job: Job, deadline_s: float) -> Future[Any]:
            deadlines.append(deadline_s)
            return submit(job, deadline_s)

        host.executor.submit = note  # type: ignore[method-assign]
        host.drop(ONE, clip_bytes(1))
        host.settle()

    assert deadlines == [5 + 2 * 12]


def test_the_same_settings_are_replaced_not_shared(tmp_path: Path) -> None:
    """A job carries all that its worker needs."""
    with Host(tmp_path) as host:
        host.drop(ONE, clip_bytes(1))
        host.settle()
        (job,) = host.executor.jobs

    assert replace(job, path=Path("x"), probes=False) == ClipJob(
        Path("x"), None, host.settings.analysis, require_motion=False
    )


def test_no_note_is_left_behind(tmp_path: Path) -> None:
    """Not of a clip that was committed, nor of a file that was taken away again."""
    host = Host(tmp_path)
    with host:
        host.drop(ONE, clip_bytes(1))
        host.settle()
        crashes = Crashes(host.folders.crashes)
        crashes.begin("0" * 64)
        crashes.begin("open-1-2-3")
        host.settle()

    assert tree(host.folders.working) == {}
