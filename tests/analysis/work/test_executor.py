"""Worker processes: whatever happens in one costs its clip, and nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Callable

import pytest

from analysis import DecodeError, NoWorkers, WorkerLost
from analysis.config import AnalysisConfig
from analysis.values.job import ClipJob
from analysis.values.verifying import VerifyJob
from analysis.work import heap
from analysis.work.cluster.executor import DaskExecutor
from analysis.work.executor import Executor, LocalExecutor, outcome_of
from tests.analysis.installation import is_running, wait_until
from tests.analysis.work.cluster.dask_site import Site
from weir.clock import SystemClock

WORKS = "tests.analysis.bad_work:"
Make = Callable[[str], Executor]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where clips lie, which workers of the same machine share."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module", params=["local", "dask"])
def make(
    request: pytest.FixtureRequest,
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Make]:
    """Makes an executor of each kind that works two jobs at a time, of some work."""
    if request.param == "local":
        yield lambda work: LocalExecutor(2, WORKS + work)
        return
    with Site(tmp_path_factory.mktemp("site")) as site:
        site.start_scheduler()
        nannys = {"MALLOC_TRIM_THRESHOLD_": "65536"}  # it gives this to its workers
        site.add_worker("--nthreads", "2", "--no-nanny", **nannys)
        wait_until(lambda: "Registered to" in site.said(), "no worker", site.said)
        here = (site.address, folder, SystemClock())
        yield lambda work: DaskExecutor(*here, work=WORKS + work)


@pytest.fixture
def job(folder: Path) -> Callable[[str], ClipJob]:
    """Makes a job that tells the work in ``WORKS`` what to do."""

    def named(word: str) -> ClipJob:
        (folder / word).write_bytes(b"")
        return ClipJob(folder / word, None, AnalysisConfig(), require_motion=False)

    return named


def outcome(future: Future[Any], patience_s: float = 60) -> object:
    """What a future ends in."""
    wait_until(future.done, "no outcome")
    return outcome_of(future)


@pytest.fixture(scope="module")
def executor(make: Make) -> Iterator[Executor]:
    """Two workers that do as they are told."""
    made = make("obey")
    yield made
    made.close()


@pytest.fixture
def processes(make: Make) -> Iterator[Executor]:
    """Workers that say which process they are."""
    made = make("process")
    yield made
    made.close()


Job = Callable[[str], ClipJob]


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
    executor: Executor, job: Job, word: str, why: str
) -> None:
    """And says how; the others, and the next one, are worked."""
    futures = [executor.submit(job(w), 60) for w in ("1", word, "2", "3")]

    with pytest.raises(WorkerLost, match=why):
        outcome(futures.pop(1))
    assert [outcome(future) for future in futures] == [1, 2, 3]


def test_a_worker_that_hangs_is_killed(executor: Executor, job: Job) -> None:
    """When its deadline is over, in native code or not."""
    future = executor.submit(job("hang"), 0.5)

    with pytest.raises(WorkerLost, match=r"it took more than 0\.5 s"):
        outcome(future)
    assert outcome(executor.submit(job("4"), 60)) == 4


def test_errors_of_the_work_come_through(executor: Executor, job: Job) -> None:
    """As they were raised; the worker lives on."""
    with pytest.raises(DecodeError, match="no frame"):
        outcome(executor.submit(job("decode"), 60))


def test_memory_that_ran_out_is_given_back(processes: Executor, job: Job) -> None:
    """The next job gets another process: what the first still holds nobody knows."""
    first = outcome(processes.submit(job("x"), 60))
    for _ in range(2):  # one each
        with pytest.raises(WorkerLost, match="more memory than there is"):
            outcome(processes.submit(job("memory"), 60))
    second = outcome(processes.submit(job("x"), 60))

    assert second != first


def test_a_terminals_interrupt_is_for_the_daemon(processes: Executor, job: Job) -> None:
    """A worker has a session of its own, which no Ctrl-C of the daemon's reaches."""
    worker = outcome(processes.submit(job("x"), 60))
    assert isinstance(worker, int)

    assert os.getsid(worker) == worker != os.getsid(0)


def test_closing_stops_what_is_being_worked(make: Make, job: Job) -> None:
    """At once, and leaves no process that works for nobody."""
    executor = make("hanging")
    jobs = [job(f"{number}.pid") for number in range(2)]
    for each in jobs:
        executor.submit(each, 600)
    paths = [each.path for each in jobs]
    wait_until(lambda: all(path.read_text() for path in paths), "nothing is worked")
    executor.close()

    working = [int(path.read_text()) for path in paths]
    wait_until(lambda: not any(map(is_running, working)), "they work on")


def test_a_worker_keeps_what_it_frees(make: Make, job: Job) -> None:
    """Its environment says so to the C library."""
    executor = make("environment")
    seen = outcome(executor.submit(job("x"), 60))
    executor.close()

    assert isinstance(seen, dict)
    assert heap.is_set(seen)
    assert "MALLOC_TRIM_THRESHOLD_" not in seen


def test_two_are_worked_at_a_time(executor: Executor) -> None:
    """Who gives out the work knows how many to have ready."""
    assert executor.workers == 2


def local_job(word: str) -> ClipJob:
    """A job whose file nobody opens."""
    return ClipJob(Path(word), None, AnalysisConfig(), require_motion=False)


def test_a_worker_that_died_in_its_sleep_costs_nothing() -> None:
    """The next job gets another."""
    executor = LocalExecutor(1, WORKS + "process")
    first = outcome(executor.submit(local_job("x"), 60))
    assert isinstance(first, int)
    os.kill(first, signal.SIGKILL)
    # All of its threads: a process is a zombie before the last of them has gone.
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    wait_until(lambda: os.waitid(os.P_PID, first, look), "it lives")
    second = outcome(executor.submit(local_job("x"), 60))
    executor.close()

    assert second != first


def test_workers_that_cannot_start_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clip is to blame for that."""
    monkeypatch.setattr("analysis.work.child._PAUSES_S", (0.0,))
    executor = LocalExecutor(1, "analysis.nowhere:work")
    with pytest.raises(NoWorkers, match="no worker process can be started"):
        outcome(executor.submit(local_job("x"), 60))
    executor.close()


def test_there_is_a_worker_for_each_core() -> None:
    """Where the config does not say."""
    executor = LocalExecutor(0)
    executor.close()

    assert executor.workers == len(os.sched_getaffinity(0))


def test_a_job_may_name_its_own_function(executor: Executor, job: Job) -> None:
    """And is worked by it, beside jobs that name none."""
    path, work = job("kill").path, WORKS + "environment"
    own = VerifyJob(path, AnalysisConfig(), (), work=work)
    futures = [executor.submit(each, 60) for each in (job("1"), own, job("2"))]

    assert "PATH" in outcome(futures.pop(1))  # type: ignore[operator]
    assert [outcome(future) for future in futures] == [1, 2]
