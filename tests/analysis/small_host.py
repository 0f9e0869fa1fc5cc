"""A host for tests: the folders and the work of the daemon, on a clock that is ours.

Clips are really decoded and looked at, but in this process and at once; workers have
tests of their own, and whole daemons too.
"""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Optional

from analysis.config import AnalysisConfig, AnalysisSettings, DetectorConfig
from analysis.corrections import fill_and_log
from analysis.exports.tables import export
from analysis.intake.crashes import Crashes
from analysis.intake.folders import Folders, names_around
from analysis.intake.inbox import Inbox
from analysis.look.pipeline import analyse
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from analysis.record.store import Store
from analysis.values.job import ClipJob, Findings, Job
from analysis.values.verifying import VerifyJob
from analysis.work.lookout import Lookout
from analysis.work.worker import resolve
from analysis.work.workload import Workload
from tests.footage import model_bytes
from weir.clock import SimulatedClock
from weir.deployment import DeploymentConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
SETTINGS = {"detector": {"targets": ["fish"]}}
Work = Callable[[ClipJob], Findings]


class AtOnce:
    """An executor that works in this process, when it is asked.

    Args:
        work: what it does with a clip.

    Attributes:
        jobs: which clips it was asked to look at.
        verifying: what it was asked to look at again.
    """

    workers = 2

    def __init__(self, work: Work = analyse) -> None:
        self._work = work
        self.jobs: list[ClipJob] = []
        self.verifying: list[VerifyJob] = []

    def submit(self, job: Job, deadline_s: float) -> Future[Any]:
        """Work it, or keep what went wrong."""
        future: Future[Any] = Future()
        try:
            if isinstance(job, VerifyJob):
                self.verifying.append(job)
                future.set_result(resolve(job.work)(job))
            else:
                self.jobs.append(job)
                future.set_result(self._work(job))
        except Exception as exc:  # noqa: BLE001 - it is the future's
            future.set_exception(exc)
        return future

    def close(self) -> None:
        """Nothing runs."""


class Host:
    """The analysis in a folder; ``with`` it runs, and can be run again.

    Args:
        root: an empty folder.
        work: what is done with a clip.
        timezone: the deployment's.
        options: keys of ``[analysis]``.
    """

    def __init__(
        self, root: Path, work: Work = analyse, *, timezone: str = "", **options: Any
    ) -> None:
        model = root / "model.tflite"
        root.mkdir(parents=True, exist_ok=True)
        model.write_bytes(model_bytes())
        detector = DetectorConfig(model=model, normalise="0..1")
        config = AnalysisConfig(
            folder=root / "host",
            settle_seconds=10,
            min_free_mb=0,
            require_motion=False,
            detector=detector,
        )
        self.settings = AnalysisSettings(
            DeploymentConfig(id="creek", camera="cam1", timezone=timezone),
            replace(config, **options),
        )
        self.folders = Folders(self.settings.analysis.folder)
        self.folders.make()
        self.clock = SimulatedClock(NOW)
        self.executor = AtOnce(work)
        self.beats = 0
        self.beat: Callable[[], object] = lambda: None

    def __enter__(self) -> Host:
        config, folders = self.settings.analysis, self.folders
        folders.make()
        self.store = Store(folders.results / FILE_NAME)
        self.work = Workload(
            folders,
            self.store,
            self.executor,
            run=self.store.run(SETTINGS, NOW),
            settings=self.settings,
            require_motion=self.settings.analysis.require_motion is True,
            clock=self.clock,
            heartbeat=self._beat,
        )
        inbox = Inbox(
            folders.inbox,
            config.settle_seconds,
            Crashes(folders.crashes),
            self.work.is_known,
            self._beat,
            partial(names_around, folders),
        )
        self.lookout = Lookout(inbox, self.work, self.clock)
        fill_and_log(self.store, self.settings)
        self.work.resume()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.work.__exit__(kind, exc, trace)
        self.store.close()

    def _beat(self) -> None:
        self.beats += 1
        self.beat()

    def drop(self, name: str, data: bytes) -> Path:
        """Put a file into the inbox."""
        path = self.folders.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def turn(self) -> None:
        """Look, and work a step."""
        self.clock.advance(1)
        self.lookout.look(self.clock.monotonic())
        self.work.step(0)

    def settle(self) -> None:
        """Turn until nothing happens any more."""
        for _ in range(200):
            self.turn()
            if self.work.is_idle and self.lookout.is_settled:
                self.lookout.forget()
                return
        raise AssertionError("it does not come to rest")

    def tables(self) -> dict[str, str]:
        """All that an export says, by the name of the table."""
        target = self.folders.root.parent / "out"
        target.mkdir(exist_ok=True)
        with reading(self.folders.results / FILE_NAME) as db:
            files = export(Results(db), target)
        return {file.stem: file.read_text("utf-8") for file in files}

    def clips(self) -> list[dict[str, str]]:
        """The rows of clips.csv."""
        import csv
        from io import StringIO

        return list(csv.DictReader(StringIO(self.tables()["clips"])))


def tree(folder: Path) -> dict[str, Optional[bytes]]:
    """Every file below a folder with its bytes; folders that are empty, too."""
    found: dict[str, Optional[bytes]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[name + "/"] = None
    return found


def names(folder: Path) -> list[str]:
    """Every file below a folder, by its path; they may go while one looks."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def receipt(host: Host, name: str) -> dict[str, object]:
    """A receipt's archive, and the clips that it names, with what is kept."""
    text = (host.folders.receipts / (name + ".receipt.json")).read_text("utf-8")
    fields = json.loads(text)
    return {c["clip"]: c["kept"] for c in fields["clips"]} | {"": fields["archive"]}
