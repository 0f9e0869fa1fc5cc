"""The work: nothing eaten half, nothing counted twice, nothing lost."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.intake.crashes import Crashes
from analysis.values.job import ClipJob, Findings
from tests.analysis.small_host import Desk, names, receipt, tree
from tests.footage import START, beside, clip_bytes, zip_bytes
from weir.effort import EffortLine

ONE, TWO, THREE = (f"clip{n}_2026-05-01.h264" for n in (1, 2, 3))


def test_an_archive_is_worked_to_its_end(tmp_path: Path) -> None:
    """Its clips are in the record, itself in done/, a receipt lies ready."""
    data = zip_bytes({ONE: clip_bytes(1), "week 1/" + TWO: clip_bytes(2)})
    with Desk(tmp_path) as desk:
        desk.drop("recordings.zip", data)
        desk.settle()

    rows = desk.clips()
    assert [(row["clip"], row["archive"], row["status"]) for row in rows] == [
        (ONE, "recordings.zip", "analysed"),
        (TWO, "recordings.zip", "analysed"),
    ]
    assert [row["encounters"] for row in rows] == ["1", "1"]
    assert names(desk.folders.done) == ["recordings.zip"]
    assert tree(desk.folders.working) == {}
    assert receipt(desk, "recordings.zip") == {
        "": "recordings.zip",
        ONE: True,
        TWO: True,
    }


def test_a_receipt_is_on_the_disk_before_its_archive_is_in_done(
    tmp_path: Path, disk: list[str]
) -> None:
    """A kill between the two does both again; the other way round it lost the first."""
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        desk.settle()

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
    with Desk(tmp_path) as desk:
        desk.drop(dropped, clip_bytes(1))
        desk.settle()

    assert [row["camera"] for row in desk.clips()] == [camera]
    assert names(desk.folders.done) == [dropped]


def test_an_archive_dropped_again_is_quick(tmp_path: Path) -> None:
    """It ends in done/ beside the first, with a receipt, and nothing is counted."""
    data = zip_bytes({ONE: clip_bytes(1), TWO: clip_bytes(2)})
    with Desk(tmp_path) as desk:
        desk.drop("recordings.zip", data)
        desk.settle()
        before = desk.tables()
        desk.drop("recordings.zip", data)
        desk.settle()

    assert desk.tables() == before
    assert len(desk.executor.jobs) == 2
    assert names(desk.folders.done) == ["recordings-2.zip", "recordings.zip"]
    assert receipt(desk, "recordings-2.zip")[ONE] is True


def test_a_clip_counts_once_under_any_name(tmp_path: Path) -> None:
    """In one archive, in another, and bare."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({ONE: data, "copy/" + ONE: data, TWO: data}))
        desk.drop("b.zip", zip_bytes({THREE: data}))
        desk.drop("c.h264", data)
        desk.settle()

    assert [row["clip"] for row in desk.clips()] == [ONE]
    assert len(desk.executor.jobs) == 1
    assert receipt(desk, "b.zip") == {"": "b.zip", THREE: True}
    assert len(names(desk.folders.done)) == 3


def test_clips_of_one_name_are_different_clips(tmp_path: Path) -> None:
    """The original script starts at 0 whenever it starts."""
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({"x/" + ONE: clip_bytes(1), ONE: clip_bytes(2)}))
        desk.settle()

    assert [row["clip"] for row in desk.clips()] == [ONE, ONE]


def test_effort_comes_with_an_archive_or_alone(tmp_path: Path) -> None:
    """A later ledger adds its lines, and repeats the others."""
    slots = [START + timedelta(hours=n) for n in range(2)]
    lines = [
        EffortLine("creek", "cam1", t, t + timedelta(minutes=15), "+02:00", 900)
        for t in slots
    ]
    texts = [(line.to_json() + "\n").encode() for line in lines]
    with Desk(tmp_path) as desk:
        members = {ONE: clip_bytes(1), "effort.jsonl": texts[0]}
        desk.drop("a.zip", zip_bytes(members))
        desk.settle()
        before = desk.tables()
        desk.drop("effort.jsonl", texts[0] + texts[1])
        desk.settle()

    assert ",15,15," in before["effort"]
    assert ",30,30," in desk.tables()["effort"]
    assert desk.tables()["clips"] == before["clips"]
    assert names(desk.folders.done) == ["a.zip", "effort.jsonl"]


def test_an_unpacked_archive_is_a_folder_of_clips(tmp_path: Path) -> None:
    """With the papers that lay in it."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop(f"week/{ONE}", data)
        desk.drop(*(f"week/{beside(ONE, data)[0]}", beside(ONE, data)[1]))
        desk.drop("week/manifest.json", b"{}")
        desk.drop("week/effort.jsonl", b"")
        desk.settle()

    assert len(desk.clips()) == 1
    assert desk.work.troubles == 0
    assert len(names(desk.folders.done)) == 4


def test_keep_done_false_deletes_after_the_commit(tmp_path: Path) -> None:
    """And the receipt says that nothing is kept; each has its own."""
    with Desk(tmp_path, keep_done=False) as desk:
        for number in (1, 2):
            desk.drop("a.zip", zip_bytes({ONE: clip_bytes(number)}))
            desk.settle()

    assert len(desk.clips()) == 2
    assert names(desk.folders.done) == []
    assert receipt(desk, "a.zip") == {"": "a.zip", ONE: False}
    assert receipt(desk, "a-2.zip") == {"": "a-2.zip", ONE: False}


def test_work_goes_on_where_the_last_commit_ended(tmp_path: Path) -> None:
    """Clips that are in the record are not looked at again."""
    data = zip_bytes({name: clip_bytes(n) for n, name in enumerate((ONE, TWO, THREE))})
    desk = Desk(tmp_path)
    with desk:
        desk.drop("a.zip", data)
        while not desk.work.in_work.ended:
            desk.turn()
    before = len(desk.executor.jobs)
    with desk:
        desk.settle()

    assert len(desk.clips()) == 3
    assert len(desk.executor.jobs) <= before + 3
    assert names(desk.folders.done) == ["a.zip"]


def test_the_deadline_follows_from_the_clips_length(tmp_path: Path) -> None:
    """So much for the clip, and for each of its frames."""
    deadlines = []
    with Desk(tmp_path, deadline_s=5, deadline_per_frame_s=2) as desk:
        submit = desk.executor.submit

        def note(job: ClipJob, deadline_s: float) -> Future[Findings]:
            deadlines.append(deadline_s)
            return submit(job, deadline_s)

        desk.executor.submit = note  # type: ignore[method-assign]
        desk.drop(ONE, clip_bytes(1))
        desk.settle()

    assert deadlines == [5 + 2 * 12]


def test_the_same_settings_are_replaced_not_shared(tmp_path: Path) -> None:
    """A job carries all that its worker needs."""
    with Desk(tmp_path) as desk:
        desk.drop(ONE, clip_bytes(1))
        desk.settle()
        (job,) = desk.executor.jobs

    assert replace(job, path=Path("x")) == ClipJob(
        Path("x"), None, desk.settings.analysis, require_motion=False
    )


def test_no_note_is_left_behind(tmp_path: Path) -> None:
    """Not of a clip that was committed, nor of a file that was taken away again."""
    desk = Desk(tmp_path)
    with desk:
        desk.drop(ONE, clip_bytes(1))
        desk.settle()
        crashes = Crashes(desk.folders.crashes)
        crashes.begin("0" * 64)
        crashes.begin("open-1-2-3")
        desk.settle()

    assert tree(desk.folders.working) == {}
