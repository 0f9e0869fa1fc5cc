"""Worker processes: whatever happens in one costs its clip, and nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from analysis import DecodeError, NoWorkers, WorkerLost
from analysis.config import AnalysisConfig
from analysis.values.job import ClipJob
from analysis.values.verifying import VerifyJob
from analysis.work import heap
from analysis.work.executor import LocalExecutor, outcome_of
from tests.analysis.installation import is_running, wait_until

WORKS = "tests.analysis.bad_work:"


def job(word: str) -> ClipJob:
    """A job that tells the work in ``works`` what to do."""
    return ClipJob(Path(word), None, AnalysisConfig(), require_motion=False)


def outcome(future: Future[Any], patience_s: float = 60) -> object:
    """What a future ends in."""
    wait_until(future.done, "no outcome")
    return outcome_of(future)


@pytest.fixture(scope="module")
def executor() -> Iterator[LocalExecutor]:
    """Two workers that do as they are told."""
    made = LocalExecutor(2, WORKS + "obey")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("segfault", r"its process died \(signal 11\)"),
        ("abort", r"its process died \(signal 6\)"),
        ("kill", r"its process died \(signal 9\)"),
        ("exit", r"its process died \(exit 3\)"),
        ("half", r"its process died \(signal 9\)"),
        ("memory", "it needs more memory than there is"),
        ("surprise", "KeyError: 'surprise'"),
    ],
)
def test_a_worker_that_dies_costs_its_job(
    executor: LocalExecutor, word: str, why: str
) -> None:
    """And says how; the others, and the next one, are worked."""
    futures = [executor.submit(job(w), 60) for w in ("1", word, "2", "3")]

    with pytest.raises(WorkerLost, match=why):
        outcome(futures.pop(1))
    assert [outcome(future) for future in futures] == [1, 2, 3]


def test_a_worker_that_hangs_is_killed(executor: LocalExecutor) -> None:
    """When its deadline is over, in native code or not."""
    future = executor.submit(job("hang"), 0.5)

    with pytest.raises(WorkerLost, match=r"it took more than 0\.5 s"):
        outcome(future)
    assert outcome(executor.submit(job("4"), 60)) == 4


def test_errors_of_the_work_come_through(executor: LocalExecutor) -> None:
    """As they were raised; the worker lives on."""
    with pytest.raises(DecodeError, match="no frame"):
        outcome(executor.submit(job("decode"), 60))


def test_a_worker_that_died_in_its_sleep_costs_nothing() -> None:
    """The next job gets another."""
    executor = LocalExecutor(1, WORKS + "process")
    first = outcome(executor.submit(job("x"), 60))
    assert isinstance(first, int)
    os.kill(first, signal.SIGKILL)
    # All of its threads: a process is a zombie before the last of them has gone.
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    wait_until(lambda: os.waitid(os.P_PID, first, look), "it lives")
    second = outcome(executor.submit(job("x"), 60))
    executor.close()

    assert second != first


def test_memory_that_ran_out_is_given_back() -> None:
    """The next job gets another process: what the first still holds nobody knows."""
    executor = LocalExecutor(1, WORKS + "process")
    first = outcome(executor.submit(job("x"), 60))
    with pytest.raises(WorkerLost, match="more memory than there is"):
        outcome(executor.submit(job("memory"), 60))
    second = outcome(executor.submit(job("x"), 60))
    executor.close()

    assert second != first


def test_a_terminals_interrupt_is_for_the_daemon() -> None:
    """A worker has a session of its own, which no Ctrl-C of the daemon's reaches."""
    executor = LocalExecutor(1, WORKS + "process")
    worker = outcome(executor.submit(job("x"), 60))
    assert isinstance(worker, int)
    session = os.getsid(worker)
    executor.close()

    assert session == worker != os.getsid(0)


def test_closing_stops_what_is_being_worked() -> None:
    """At once, and leaves no process."""
    executor = LocalExecutor(1, WORKS + "process")
    process = outcome(executor.submit(job("x"), 60))
    executor.submit(job("hang"), 600)
    executor.close()

    assert isinstance(process, int)
    assert not is_running(process)


def test_workers_that_cannot_start_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clip is to blame for that."""
    monkeypatch.setattr("analysis.work.child._PAUSES_S", (0.0,))
    executor = LocalExecutor(1, "analysis.nowhere:work")
    with pytest.raises(NoWorkers, match="no worker process can be started"):
        outcome(executor.submit(job("x"), 60))
    executor.close()


def test_a_worker_keeps_what_it_frees() -> None:
    """Its environment says so to the C library."""
    executor = LocalExecutor(1, WORKS + "environment")
    seen = outcome(executor.submit(job("x"), 60))
    executor.close()

    assert isinstance(seen, dict)
    assert heap.is_set(seen)


def test_there_is_a_worker_for_each_core() -> None:
    """Where the config does not say."""
    executor = LocalExecutor(0)
    executor.close()

    assert executor.workers == len(os.sched_getaffinity(0))


def test_a_job_may_name_its_own_function(executor: LocalExecutor) -> None:
    """And is worked by it, beside jobs that name none."""
    own = VerifyJob(Path("kill"), AnalysisConfig(), (), work=WORKS + "environment")
    futures = [executor.submit(each, 60) for each in (job("1"), own, job("2"))]

    assert "PATH" in outcome(futures.pop(1))  # type: ignore[operator]
    assert [outcome(future) for future in futures] == [1, 2]
