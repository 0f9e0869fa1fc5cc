"""The work: nothing eaten half, nothing counted twice, nothing lost."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.intake.crashes import Crashes
from analysis.values.job import ClipJob, Findings
from tests.analysis.small_host import Desk, names, receipt, tree
from tests.footage import START, clip_bytes, sidecar_of, zip_bytes
from weir.effort import EffortLine

ONE, TWO, THREE = (f"clip{n}_2026-05-01.h264" for n in (1, 2, 3))


def beside(name: str, data: bytes, **more: object) -> tuple[str, bytes]:
    """A clip's sidecar, as a file."""
    return name + ".json", sidecar_of(data, name, **more).to_json().encode()


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


def test_a_bare_clip_brings_its_sidecar(tmp_path: Path) -> None:
    """And both end in done/."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop(ONE, data)
        desk.drop(*beside(ONE, data, camera="north"))
        desk.settle()

    (row,) = desk.clips()
    assert (row["archive"], row["camera"]) == ("", "north")
    assert row["start"] == "2026-05-01T05:00:00Z"
    assert names(desk.folders.done) == [ONE, ONE + ".json"]
    assert receipt(desk, ONE)[ONE] is True


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


def test_a_sidecar_that_comes_later_is_learnt(tmp_path: Path) -> None:
    """Time and place are known now; nothing is counted again."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({ONE: data}))
        desk.settle()
        before = desk.clips()[0]
        desk.drop(*beside(ONE, data, camera="north"))
        desk.settle()

    after = desk.clips()[0]
    assert (before["start"], after["start"]) == ("", "2026-05-01T05:00:00Z")
    assert (after["camera"], after["encounters"]) == ("north", before["encounters"])
    assert len(desk.executor.jobs) == 1
    assert names(desk.folders.done) == ["a.zip", ONE + ".json"]


def test_a_later_archive_may_bring_the_sidecar(tmp_path: Path) -> None:
    """With the same clip again."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop(ONE, data)
        desk.settle()
        desk.drop("a.zip", zip_bytes({ONE: data, **dict([beside(ONE, data)])}))
        desk.settle()

    assert desk.clips()[0]["start"] == "2026-05-01T05:00:00Z"
    assert len(desk.executor.jobs) == 1


def test_a_sidecar_that_comes_later_may_tell_of_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A clip that broke off looked whole; now it is salvaged, and somebody is told."""
    data = clip_bytes(1)
    cut = data[: len(data) * 8 // 10]
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop(ONE, cut)
        desk.settle()
        assert desk.clips()[0]["status"] == "analysed"
        desk.drop("a.zip", zip_bytes({ONE: cut, **dict([beside(ONE, cut)])}))
        desk.settle()

    (row,) = desk.clips()
    assert (row["status"], row["frames_expected"]) == ("salvaged", "12")
    assert row["reason"] == f"{row['frames_decoded']} of 12 frames could be decoded"
    assert "clip salvaged clip=" + ONE in caplog.text
    assert names(desk.folders.done) == ["a.zip"]


def test_a_sidecar_may_come_while_its_clip_is_in_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the same bytes in another archive; it is held against them all the same."""
    data = clip_bytes(1)
    cut = data[: len(data) * 8 // 10]
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop("a.zip", zip_bytes({ONE: cut}))
        desk.drop("b.zip", zip_bytes({ONE: cut, **dict([beside(ONE, cut)])}))
        desk.settle()

    assert [row["status"] for row in desk.clips()] == ["salvaged"]
    assert len(desk.executor.jobs) == caplog.text.count("clip salvaged") == 1
    assert names(desk.folders.done) == ["a.zip", "b.zip"]


def test_a_corrected_start_is_news(tmp_path: Path) -> None:
    """The clock was set later in the same boot; an older sidecar changes nothing."""
    data, right = clip_bytes(1), START + timedelta(hours=3)
    with Desk(tmp_path) as desk:
        for number, more in enumerate(({}, {"corrected_start": right}, {})):
            sidecar = dict([beside(ONE, data, **more)])
            desk.drop(f"{number}.zip", zip_bytes({ONE: data, **sidecar}))
            desk.settle()

    assert desk.clips()[0]["start"] == "2026-05-01T08:00:00Z"


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


def test_odd_files_are_rejected_with_a_reason(tmp_path: Path) -> None:
    """They lie in rejected/ until somebody looks."""
    with Desk(tmp_path) as desk:
        desk.drop("holiday.jpg", b"x")
        desk.drop("notes.zip", zip_bytes({"a.txt": b"x"}))
        desk.drop("text.h264", b"hello")
        desk.drop("empty.h264", b"")
        desk.drop("empty.zip", zip_bytes({}))
        desk.settle()
        rejected = desk.folders.rejected

    reasons = {
        name[:-11]: (rejected / name).read_text()
        for name in names(rejected)
        if name.endswith(".reason.txt")
    }
    as_none = "as no footage does"
    expected = "expected MP4 or MOV, AVI, Matroska or WebM, raw H.264"
    assert reasons == {
        "holiday.jpg": "it is neither footage (.h264, .mp4, ...) nor a .zip of it\n",
        "notes.zip": "there is no video in it\n",
        "empty.zip": "there is no video in it\n",
        "text.h264": f"text.h264: it begins with b'hello', {as_none}; {expected}\n",
        "empty.h264": f"empty.h264: it is empty; {expected}\n",
    }
    assert desk.clips() == []
    assert desk.work.troubles == 5


def test_what_was_rejected_is_tried_when_it_is_moved_back(tmp_path: Path) -> None:
    """And not before; the second time it has a suffix."""
    with Desk(tmp_path) as desk:
        desk.drop("a.h264", b"hello")
        desk.settle()
        desk.settle()
        assert len(desk.executor.jobs) == 1
        (desk.folders.rejected / "a.h264").rename(desk.folders.inbox / "a.h264")
        desk.settle()

    assert len(desk.executor.jobs) == 2
    assert names(desk.folders.rejected) == ["a.h264", "a.h264.reason.txt"]


def test_a_hostile_archive_leaves_no_row(tmp_path: Path) -> None:
    """Though its first clip is good."""
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1), "../b.h264": b"x"}))
        desk.settle()

    assert desk.clips() == []
    assert names(desk.folders.rejected) == ["a.zip", "a.zip.reason.txt"]
    assert not names(desk.folders.receipts)


def test_a_damaged_clip_is_salvaged(tmp_path: Path) -> None:
    """As far as it goes, and said to be; the archive stays, whatever the config."""
    good, bad = clip_bytes(1), clip_bytes(2)
    data = zip_bytes({ONE: good, TWO: bad})
    at = data.index(bad) + len(bad) * 2 // 3
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop("a.zip", data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
        desk.settle()

    one, two = desk.clips()
    assert (one["status"], two["status"]) == ("analysed", "salvaged")
    assert "its bytes are not those that were zipped (CRC)" in two["reason"]
    assert names(desk.folders.done) == ["a.zip"]
    assert receipt(desk, "a.zip") == {"": "a.zip", ONE: True, TWO: True}


def test_a_truncated_clip_tells_how_much_is_left(tmp_path: Path) -> None:
    """Frames decoded, of frames that the sidecar expects."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop(ONE, data[: len(data) // 2])
        desk.drop(*beside(ONE, data))
        desk.settle()

    (row,) = desk.clips()
    assert row["status"] == "salvaged"
    assert row["frames_expected"] == "12"
    assert 0 < int(row["frames_decoded"]) < 12
    assert f"{row['frames_decoded']} of 12 frames could be decoded" in row["reason"]


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


def test_a_torn_ledger_keeps_its_archive(tmp_path: Path) -> None:
    """It is the only copy of what it says."""
    members = {ONE: clip_bytes(1), "effort.jsonl": b'{"torn'}
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop("a.zip", zip_bytes(members))
        desk.settle()

    assert names(desk.folders.done) == ["a.zip"]


def test_names_that_are_no_text_are_worked(tmp_path: Path) -> None:
    """In folders, in the record, in receipts; newlines, too, but not in tables."""
    name = os.fsdecode(b"caf\xe9\nX_2026-05-01.h264")
    with Desk(tmp_path) as desk:
        desk.drop("cam\udce9/" + name, clip_bytes(1))
        desk.drop(os.fsdecode(b"b\xff.zip"), zip_bytes({"ü\n.h264": clip_bytes(2)}))
        desk.settle()

    rows = {row["clip"]: row["camera"] for row in desk.clips()}
    assert rows == {
        "caf\ufffd\ufffdX_2026-05-01.h264": "cam\ufffd",
        "ü\ufffd.h264": "cam1",
    }
    assert len(names(desk.folders.done)) == 2
    assert len(names(desk.folders.receipts)) == 2


def test_a_file_that_may_not_be_moved_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And does not stop the others."""
    with Desk(tmp_path) as desk:
        desk.drop("a/a.h264", clip_bytes(1))
        desk.drop("b.h264", clip_bytes(2))
        (desk.folders.working / "a").write_text("in the way")
        (desk.folders.working / "a").chmod(0o444)
        desk.settle()

    assert [row["clip"] for row in desk.clips()] == ["a.h264", "b.h264"]


def test_what_does_not_become_whole_is_told_once_and_daily(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Never deleted."""
    caplog.set_level("INFO")
    with Desk(tmp_path) as desk:
        path = desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)})[:-5])
        told = []
        for days in (0, 0.5, 0.6, 1.2):
            desk.clock.advance(days * 86_400)
            desk.settle()
            told.append(caplog.text.count("upload incomplete file=a.zip"))

    assert told == [1, 1, 2, 3]
    assert path.exists()


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
