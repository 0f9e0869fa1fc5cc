"""What fails, and what kills: it is tried again, and not for ever."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Callable

import pytest

from analysis import DecodeError, ModelError, WorkerLost
from analysis.look.pipeline import analyse
from analysis.values.job import ClipJob, Findings
from tests.analysis.small_host import Host, names, receipt, tree
from tests.footage import clip_bytes, zip_bytes

ONE, TWO = (f"clip{n}_2026-05-01.h264" for n in (1, 2))


def test_a_clip_that_fails_is_listed(tmp_path: Path) -> None:
    """No receipt names it, the archive is kept, the other clip is worked."""
    data = zip_bytes({ONE: b"no footage", TWO: clip_bytes(2)})
    with Host(tmp_path, keep_done=False) as host:
        host.drop("a.zip", data)
        host.settle()

    one, two = host.clips()
    assert (one["status"], two["status"]) == ("failed", "analysed")
    assert "as no footage does" in one["reason"]
    assert names(host.folders.done) == ["a.zip"]
    assert receipt(host, "a.zip") == {"": "a.zip", TWO: True}
    assert host.work.troubles == 1


def test_a_failed_clip_may_come_again(tmp_path: Path) -> None:
    """The next try may be of another machine, or another decoder."""
    data = clip_bytes(1)
    with Host(tmp_path, work=_failing(DecodeError("no"))) as host:
        host.drop("a.zip", zip_bytes({ONE: data}))
        host.settle()
    again = Host(tmp_path)
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
    with Host(tmp_path) as host:
        host.drop("a.h264", b"no footage")
        host.drop("b.zip", zip_bytes({ONE: b"no footage"}))
        host.settle()

    assert [row["status"] for row in host.clips()] == ["failed"]
    assert names(host.folders.rejected) == ["a.h264", "a.h264.reason.txt"]


def test_a_lost_worker_costs_one_retry(tmp_path: Path) -> None:
    """The second time it works."""
    losses = [WorkerLost("its process died (signal 11)")]

    def work(job: ClipJob) -> Findings:
        if losses:
            raise losses.pop()
        return analyse(job)

    with Host(tmp_path, work=work) as host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        host.settle()

    assert [row["status"] for row in host.clips()] == ["analysed"]
    assert len(host.executor.jobs) == 2
    assert tree(host.folders.working) == {}


def test_two_lost_workers_are_a_failed_clip(tmp_path: Path) -> None:
    """The other clips go on."""
    poison = clip_bytes(1)

    def work(job: ClipJob) -> Findings:
        if job.path.read_bytes() == poison:
            raise WorkerLost("its process died (signal 11)")
        return analyse(job)

    with Host(tmp_path, work=work) as host:
        host.drop("a.zip", zip_bytes({ONE: poison, TWO: clip_bytes(2)}))
        host.settle()

    assert [row["status"] for row in host.clips()] == ["failed", "analysed"]
    assert host.clips()[0]["reason"] == "its process died (signal 11)"
    assert len(host.executor.jobs) == 3


def test_tries_are_counted_over_restarts(tmp_path: Path) -> None:
    """A poison clip that has lost its worker has one try left, not two."""
    host = Host(tmp_path, work=_failing(WorkerLost("died")))
    with host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        for _ in range(12):
            host.turn()
        assert len(host.executor.jobs) >= 1
    jobs = len(host.executor.jobs)
    with host:
        host.settle()

    assert jobs + 1 >= len(host.executor.jobs)
    assert [row["status"] for row in host.clips()] == ["failed"]


def test_a_poison_clip_is_not_tried_again_after_a_restart(tmp_path: Path) -> None:
    """It failed while its archive was in work; the rest of that is worked."""
    poison, asked = clip_bytes(1), []

    def work(job: ClipJob) -> Findings:
        asked.append(job.path.read_bytes())
        if asked[-1] == poison:
            raise DecodeError("not one frame")
        return analyse(job)

    host = Host(tmp_path, work=work)
    submit = host.executor.submit
    host.drop("a.zip", zip_bytes({ONE: poison, TWO: clip_bytes(2)}))
    with host:
        host.executor.submit = (  # type: ignore[method-assign]
            lambda job, deadline_s: submit(job, deadline_s) if not asked else Future()
        )
        for _ in range(20):
            host.turn()
        assert asked == [poison]
    host.executor.submit = submit  # type: ignore[method-assign]
    with host:
        host.settle()

    assert asked == [poison, clip_bytes(2)]
    assert [row["status"] for row in host.clips()] == ["failed", "analysed"]


def test_a_model_that_is_gone_ends_the_daemon(tmp_path: Path) -> None:
    """No clip is called failed for that."""
    with Host(tmp_path, work=_failing(ModelError("no model"))) as host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        with pytest.raises(ModelError):
            host.settle()

    assert host.clips() == []
    assert names(host.folders.working)[-1] == "a.zip"


def test_floods_are_worked_in_steps(tmp_path: Path) -> None:
    """The loop comes round, and whatever loops in a step feeds the watchdog."""
    with Host(tmp_path) as host:
        for number in range(300):
            host.drop(f"{number:03d}.txt", b"x")
            host.drop(f"{number:03d}.h264.json", b"{}")
        host.turn()
        seen = host.beats
        for _ in range(12):
            host.turn()
        left = 300 - len(names(host.folders.rejected)) // 2

        assert seen >= 600
        assert 0 < left < 300
        host.settle()
    assert len(names(host.folders.rejected)) == 600
