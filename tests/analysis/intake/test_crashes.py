"""What fails, and what kills: it is tried again, and not for ever."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from analysis import DecodeError, ModelError, WorkerLost
from analysis.intake.crashes import Crashes
from analysis.intake.door import Door
from analysis.intake.room import Room
from analysis.look.pipeline import analyse
from analysis.values.job import ClipJob, Findings
from tests.analysis.small_host import Desk, names, receipt, tree
from tests.footage import clip_bytes, zip_bytes

ONE, TWO = (f"clip{n}_2026-05-01.h264" for n in (1, 2))


def test_a_clip_that_fails_is_listed(tmp_path: Path) -> None:
    """No receipt names it, the archive is kept, the other clip is worked."""
    data = zip_bytes({ONE: b"no footage", TWO: clip_bytes(2)})
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop("a.zip", data)
        desk.settle()

    one, two = desk.clips()
    assert (one["status"], two["status"]) == ("failed", "analysed")
    assert "as no footage does" in one["reason"]
    assert names(desk.folders.done) == ["a.zip"]
    assert receipt(desk, "a.zip") == {"": "a.zip", TWO: True}
    assert desk.work.troubles == 1


def test_a_failed_clip_may_come_again(tmp_path: Path) -> None:
    """The next try may be of another machine, or another decoder."""
    data = clip_bytes(1)
    with Desk(tmp_path, work=_failing(DecodeError("no"))) as desk:
        desk.drop("a.zip", zip_bytes({ONE: data}))
        desk.settle()
    again = Desk(tmp_path)
    with again:
        again.drop("a.zip", zip_bytes({ONE: data}))
        again.settle()

    assert [row["status"] for row in again.clips()] == ["analysed"]


def _failing(exc: Exception) -> Callable[[ClipJob], Findings]:
    def work(_: ClipJob) -> Findings:
        raise exc

    return work


def test_a_clip_that_fails_bare_and_archived_is_listed(tmp_path: Path) -> None:
    """Whichever came first."""
    with Desk(tmp_path) as desk:
        desk.drop("a.h264", b"no footage")
        desk.drop("b.zip", zip_bytes({ONE: b"no footage"}))
        desk.settle()

    assert [row["status"] for row in desk.clips()] == ["failed"]
    assert names(desk.folders.rejected) == ["a.h264", "a.h264.reason.txt"]


def test_a_lost_worker_costs_one_retry(tmp_path: Path) -> None:
    """The second time it works."""
    losses = [WorkerLost("its process died (signal 11)")]

    def work(job: ClipJob) -> Findings:
        if losses:
            raise losses.pop()
        return analyse(job)

    with Desk(tmp_path, work=work) as desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        desk.settle()

    assert [row["status"] for row in desk.clips()] == ["analysed"]
    assert len(desk.executor.jobs) == 2
    assert tree(desk.folders.working) == {}


def test_two_lost_workers_are_a_failed_clip(tmp_path: Path) -> None:
    """The other clips go on."""
    poison = clip_bytes(1)

    def work(job: ClipJob) -> Findings:
        if job.path.read_bytes() == poison:
            raise WorkerLost("its process died (signal 11)")
        return analyse(job)

    with Desk(tmp_path, work=work) as desk:
        desk.drop("a.zip", zip_bytes({ONE: poison, TWO: clip_bytes(2)}))
        desk.settle()

    assert [row["status"] for row in desk.clips()] == ["failed", "analysed"]
    assert desk.clips()[0]["reason"] == "its process died (signal 11)"
    assert len(desk.executor.jobs) == 3


def test_tries_are_counted_over_restarts(tmp_path: Path) -> None:
    """A poison clip that has lost its worker has one try left, not two."""
    desk = Desk(tmp_path, work=_failing(WorkerLost("died")))
    with desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        for _ in range(12):
            desk.turn()
        assert len(desk.executor.jobs) >= 1
    jobs = len(desk.executor.jobs)
    with desk:
        desk.settle()

    assert jobs + 1 >= len(desk.executor.jobs)
    assert [row["status"] for row in desk.clips()] == ["failed"]


def test_a_poison_clip_is_not_tried_again_after_a_restart(tmp_path: Path) -> None:
    """It failed while its archive was in work; the rest of that is worked."""
    poison, asked = clip_bytes(1), []

    def work(job: ClipJob) -> Findings:
        asked.append(job.path.read_bytes())
        if asked[-1] == poison:
            raise DecodeError("not one frame")
        return analyse(job)

    desk = Desk(tmp_path, work=work)
    submit = desk.executor.submit
    desk.drop("a.zip", zip_bytes({ONE: poison, TWO: clip_bytes(2)}))
    with desk:
        desk.executor.submit = (  # type: ignore[method-assign]
            lambda job, deadline_s: submit(job, deadline_s) if not asked else Future()
        )
        for _ in range(20):
            desk.turn()
        assert asked == [poison]
    desk.executor.submit = submit  # type: ignore[method-assign]
    with desk:
        desk.settle()

    assert asked == [poison, clip_bytes(2)]
    assert [row["status"] for row in desk.clips()] == ["failed", "analysed"]


def deaths(desk: Desk) -> int:
    """How often a daemon like this dies before it comes to rest."""
    for number in range(100):
        child = os.fork()
        if not child:
            with desk:
                desk.settle()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not status:
            return number
    raise AssertionError("it dies for ever")


def die(*_: object) -> Any:
    """Like a SIGKILL: nothing between here and the kernel is told of it."""
    os._exit(9)


def test_a_clip_that_kills_the_daemon_is_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time it was in work when the daemon died; then it has failed."""
    desk = Desk(tmp_path)
    desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
    monkeypatch.setattr(desk.executor, "submit", die)

    assert deaths(desk) == 25
    assert [row["status"] for row in desk.clips()] == ["failed"]
    assert "the daemon died 25 times" in desk.clips()[0]["reason"]


def test_an_archive_that_kills_the_daemon_is_not_opened_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three deaths it is rejected unopened; the bytes are kept."""
    monkeypatch.setattr("analysis.intake.door.open_contents", die)
    desk = Desk(tmp_path)
    desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))

    assert deaths(desk) == 3
    assert names(desk.folders.rejected) == ["a.zip", "a.zip.reason.txt"]
    reason = (desk.folders.rejected / "a.zip.reason.txt").read_text()
    assert reason == "the daemon died 3 times while opening it\n"


def test_a_mistake_that_ends_the_daemon_is_not_made_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in the opening that nobody foresaw counts like a death."""
    desk = Desk(tmp_path)
    door = Door(
        desk.folders, Crashes(desk.folders.crashes), Room(desk.folders, 0), lambda: None
    )
    desk.folders.make()
    (desk.folders.working / "a.zip").write_bytes(zip_bytes({ONE: clip_bytes(1)}))
    monkeypatch.setattr("analysis.intake.door.open_contents", surprise)

    for _ in range(3):
        with pytest.raises(KeyError, match="surprise"):
            door.open(Path("a.zip"))
    with pytest.raises(DecodeError, match="the daemon died 3 times"):
        door.open(Path("a.zip"))


def test_a_zip_that_kills_the_daemon_in_the_inbox_is_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its directory is read before it is claimed."""
    monkeypatch.setattr("analysis.intake.inbox.Archive", die)
    desk = Desk(tmp_path)
    desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))

    assert deaths(desk) == 3
    assert names(desk.folders.rejected) == ["a.zip", "a.zip.reason.txt"]


def test_a_model_that_is_gone_ends_the_daemon(tmp_path: Path) -> None:
    """No clip is called failed for that."""
    with Desk(tmp_path, work=_failing(ModelError("no model"))) as desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        with pytest.raises(ModelError):
            desk.settle()

    assert desk.clips() == []
    assert names(desk.folders.working)[-1] == "a.zip"


def surprise(*_: object) -> Any:
    """An error that nobody foresaw."""
    raise KeyError("surprise")


@pytest.mark.parametrize(
    "place",
    [
        "analysis.intake.door.open_contents",
        "analysis.intake.inbox.Archive",
        "analysis.work.dispatch.identify",
        "analysis.work.clipinwork.outcome_of",
        "analysis.intake.ending.Receipt",
    ],
)
def test_an_unforeseen_error_costs_one_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Loudly; the daemon goes on with the others."""
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        with monkeypatch.context() as patch:
            patch.setattr(place, surprise)
            desk.settle()
        rejected = names(desk.folders.rejected)
        desk.drop("b.zip", zip_bytes({TWO: clip_bytes(2)}))
        desk.settle()

    # A look that fails is repeated by the opening, which here does not.
    worked = ["a.zip"] if place == "analysis.intake.inbox.Archive" else []
    assert names(desk.folders.done) == [*worked, "b.zip"]
    assert rejected == ([] if worked else ["a.zip", "a.zip.reason.txt"])
    assert tree(desk.folders.working) == {}


@pytest.mark.parametrize(
    ("exc", "notes"), [(MemoryError(), 1), (ModelError("gone"), 0), (None, 0)]
)
def test_an_error_that_ends_the_daemon_counts_as_a_death(
    tmp_path: Path, exc: Optional[Exception], notes: int
) -> None:
    """Unless it is known that the clips in work are not the cause."""

    def never(job: ClipJob, deadline_s: float) -> Future[Findings]:
        return Future()

    desk = Desk(tmp_path)
    desk.executor.submit = never  # type: ignore[method-assign]
    with suppress(MemoryError, ModelError), desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        for _ in range(20):
            desk.turn()
        if exc:
            raise exc

    sha256 = hashlib.sha256(clip_bytes(1)).hexdigest()
    assert Crashes(desk.folders.crashes).count(sha256) == notes


def test_floods_are_worked_in_steps(tmp_path: Path) -> None:
    """The loop comes round, and whatever loops in a step feeds the watchdog."""
    with Desk(tmp_path) as desk:
        for number in range(300):
            desk.drop(f"{number:03d}.txt", b"x")
            desk.drop(f"{number:03d}.h264.json", b"{}")
        desk.turn()
        seen = desk.beats
        for _ in range(12):
            desk.turn()
        left = 300 - len(names(desk.folders.rejected)) // 2

        assert seen >= 600
        assert 0 < left < 300
        desk.settle()
    assert len(names(desk.folders.rejected)) == 600
