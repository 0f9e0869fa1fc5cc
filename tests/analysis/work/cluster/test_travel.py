"""What a job needs reaches a worker: over a shared folder, else with the job."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

import pytest

from analysis.config import AnalysisConfig, DetectorConfig
from analysis.values.job import ClipJob
from analysis.work.cluster.budget import Budget
from analysis.work.cluster.executor import DaskExecutor
from analysis.work.cluster.state import read_state
from analysis.work.cluster.versions import versions
from tests.analysis.installation import wait_until
from tests.analysis.work.cluster.dask_site import Site
from weir.clock import SystemClock

WORK = "tests.analysis.bad_work:reading"
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A cluster of one worker."""
    with Site(tmp_path_factory.mktemp("site")) as made:
        made.start_scheduler()
        made.add_worker()
        wait_until(lambda: "Registered to" in made.said(), "no worker", made.said)
        yield made


@pytest.fixture
def executor(site: Site, tmp_path: Path) -> Iterator[DaskExecutor]:
    """A cluster that shares the folder ``host``, and says how it does there."""
    host = tmp_path / "host"
    host.mkdir()
    made = DaskExecutor(site.address, host, SystemClock(), work=WORK, state=host)
    yield made
    made.close()


def job_of(path: Path, model: Optional[Path] = None) -> ClipJob:
    """A job with a clip of a few bytes."""
    path.write_bytes(b"clip " + path.name.encode())
    config = AnalysisConfig(detector=DetectorConfig(model=model))
    return ClipJob(path, None, config, require_motion=False)


def read(executor: DaskExecutor, job: ClipJob) -> dict[str, bytes]:
    """The files that the worker was given, with their bytes."""
    found: dict[str, bytes] = executor.submit(job, 30).result(PATIENCE_S)
    return found


def test_a_clip_in_the_shared_folder_stays_there(
    executor: DaskExecutor, tmp_path: Path
) -> None:
    """The worker opens it under its own name."""
    clip = tmp_path / "host" / "a.h264"

    assert read(executor, job_of(clip)) == {str(clip): b"clip a.h264"}


def test_a_clip_elsewhere_travels(
    executor: DaskExecutor, site: Site, tmp_path: Path
) -> None:
    """Under its name, into the worker's scratch folder, and is removed there."""
    ((path, data),) = read(executor, job_of(tmp_path / "b.h264")).items()

    assert data == b"clip b.h264"
    assert Path(path).name == "b.h264"
    assert site.root / "scratch" in Path(path).parents
    assert not Path(path).parent.exists()


def test_models_travel_once(executor: DaskExecutor, site: Site, tmp_path: Path) -> None:
    """By the sum of their bytes, under their name; a damaged copy is sent again."""
    model = tmp_path / "fish.tflite"
    model.write_bytes(b"a model")
    first = read(executor, job_of(tmp_path / "c.h264", model))
    (copy,) = (Path(path) for path, data in first.items() if data == b"a model")
    before = copy.stat()
    read(executor, job_of(tmp_path / "d.h264", model))

    assert copy.name == "fish.tflite"
    assert site.root / "cache" in copy.parents
    assert copy.stat() == before
    copy.write_bytes(b"A damage")
    assert b"a model" in read(executor, job_of(tmp_path / "e.h264", model)).values()
    assert copy.read_bytes() == b"a model"


def test_a_model_that_changed_travels_again(
    executor: DaskExecutor, tmp_path: Path
) -> None:
    """A name is nothing to go by."""
    model = tmp_path / "fish.tflite"
    for data in (b"one", b"another"):
        model.write_bytes(data)
        answer = read(executor, job_of(tmp_path / "f.h264", model))

        assert data in answer.values()


def test_what_may_not_travel_is_worked_here(
    executor: DaskExecutor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A clip that is too large, in a process of this machine, under its own name."""
    clip = job_of(tmp_path / "g.h264")
    executor.courier.budget = Budget(3)
    with caplog.at_level(logging.WARNING):
        answer = read(executor, clip)

    assert answer == {str(clip.path): b"clip g.h264"}
    assert "set aside clip=g.h264 reason=it is larger than" in caplog.text


def test_many_travel_within_the_budget(executor: DaskExecutor, tmp_path: Path) -> None:
    """One after the other, where there is room for one."""
    executor.courier.budget = Budget(12)
    jobs = [job_of(tmp_path / f"{number}.h264") for number in range(6)]
    futures = [executor.submit(each, 30) for each in jobs]

    for number, future in enumerate(futures):
        assert list(future.result(PATIENCE_S).values()) == [b"clip %d.h264" % number]


def test_a_worker_with_another_version_gets_nothing(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The journal and ``status`` say what differs; the clip waits."""
    ours = {**versions(), "ai-edge-litert": "0.1", "weir": "9 (code 0)"}
    monkeypatch.setattr("analysis.work.cluster.foreman.versions", lambda: ours)
    with caplog.at_level(logging.WARNING):
        made = DaskExecutor(site.address, tmp_path, SystemClock(), state=tmp_path)
    future = made.submit(job_of(tmp_path / "h.h264"), 30)
    wait_until(lambda: "it has" in _words(tmp_path), "it is not said")
    words = _words(tmp_path)
    made.close()

    assert "worker refused" in caplog.text
    assert f"it has weir {versions()['weir']}, and the daemon 9 (code 0)" in caplog.text
    assert "ai-edge-litert" in caplog.text and "numpy" not in caplog.text
    assert words.startswith(
        "0 workers on 0 machines, 0 cores\n0 clips in flight, 1 ready"
    )
    assert not future.done() or future.cancelled()


def test_a_worker_that_changed_meanwhile_refuses(
    executor: DaskExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It compares each order: the address may be that of another process now."""
    ours = {**versions(), "numpy": "0.1"}
    monkeypatch.setattr("analysis.work.cluster.courier.versions", lambda: ours)
    future = executor.submit(job_of(tmp_path / "i.h264"), 30)
    refused = executor.foreman.crew.refused
    wait_until(lambda: refused, "it was not refused")

    assert "numpy" in next(iter(refused.values()))
    assert not future.done()


def test_the_state_is_left_for_others(executor: DaskExecutor, tmp_path: Path) -> None:
    """While the daemon runs, and not after it has ended."""
    host, now = tmp_path / "host", SystemClock().now
    read(executor, job_of(host / "j.h264"))
    wait_until(lambda: (s := read_state(host, now())) and s.done == 1, "not done")
    state = read_state(host, now())
    executor.close()

    assert state is not None
    assert state.lines[0] == "1 worker on 1 machine, 1 core; 1 share the folder"
    assert state.lines[1].startswith("0 clips in flight, 0 ready; 0 frames a second")
    assert read_state(host, now()) is None


def _words(folder: Path) -> str:
    """What ``status`` would say."""
    state = read_state(folder, SystemClock().now())
    return "\n".join(state.lines) if state else ""
