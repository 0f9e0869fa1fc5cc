"""What ends the daemon costs one delivery, and not at every start."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, Optional

import pytest

from analysis import DecodeError, ModelError
from analysis.intake.crashes import Crashes
from analysis.intake.door import Door
from analysis.intake.room import Room
from analysis.values.job import Job
from tests.analysis.small_host import Host, names, tree
from tests.footage import clip_bytes, zip_bytes

ONE, TWO = (f"clip{n}_2026-05-01.h264" for n in (1, 2))


def deaths(host: Host) -> int:
    """How often a daemon like this dies before it comes to rest."""
    for number in range(100):
        child = os.fork()
        if not child:
            with host:
                host.settle()
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
    host = Host(tmp_path)
    host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
    monkeypatch.setattr(host.executor, "submit", die)

    assert deaths(host) == 25
    assert [row["status"] for row in host.clips()] == ["failed"]
    assert "the daemon died 25 times" in host.clips()[0]["reason"]


def test_an_archive_that_kills_the_daemon_is_not_opened_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three deaths it is rejected unopened; the bytes are kept."""
    monkeypatch.setattr("analysis.intake.door.open_contents", die)
    host = Host(tmp_path)
    host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))

    assert deaths(host) == 3
    assert names(host.folders.rejected) == ["a.zip", "a.zip.reason.txt"]
    reason = (host.folders.rejected / "a.zip.reason.txt").read_text()
    assert reason == "the daemon died 3 times while opening it\n"


def test_a_mistake_that_ends_the_daemon_is_not_made_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in the opening that nobody foresaw counts like a death."""
    host = Host(tmp_path)
    door = Door(
        host.folders, Crashes(host.folders.crashes), Room(host.folders, 0), lambda: None
    )
    host.folders.make()
    (host.folders.working / "a.zip").write_bytes(zip_bytes({ONE: clip_bytes(1)}))
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
    monkeypatch.setattr("analysis.intake.arrival.verdicts.Archive", die)
    host = Host(tmp_path)
    host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))

    assert deaths(host) == 3
    assert names(host.folders.rejected) == ["a.zip", "a.zip.reason.txt"]


def surprise(*_: object) -> Any:
    """An error that nobody foresaw."""
    raise KeyError("surprise")


@pytest.mark.parametrize(
    "place",
    [
        "analysis.intake.door.open_contents",
        "analysis.intake.arrival.verdicts.Archive",
        "analysis.work.dispatch.identify",
        "analysis.work.clipinwork.outcome_of",
        "analysis.intake.ending.Receipt",
    ],
)
def test_an_unforeseen_error_costs_one_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Loudly; the daemon goes on with the others."""
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        with monkeypatch.context() as patch:
            patch.setattr(place, surprise)
            host.settle()
        rejected = names(host.folders.rejected)
        host.drop("b.zip", zip_bytes({TWO: clip_bytes(2)}))
        host.settle()

    # A look that fails is repeated by the opening, which here does not.
    worked = ["a.zip"] if place == "analysis.intake.arrival.verdicts.Archive" else []
    assert names(host.folders.done) == [*worked, "b.zip"]
    assert rejected == ([] if worked else ["a.zip", "a.zip.reason.txt"])
    assert tree(host.folders.working) == {}


@pytest.mark.parametrize(
    ("exc", "notes"), [(MemoryError(), 1), (ModelError("gone"), 0), (None, 0)]
)
def test_an_error_that_ends_the_daemon_counts_as_a_death(
    tmp_path: Path, exc: Optional[Exception], notes: int
) -> None:
    """Unless it is known that the clips in work are not the cause."""

    def never(job: Job, deadline_s: float) -> Future[Any]:
        return Future()

    host = Host(tmp_path)
    host.executor.submit = never  # type: ignore[method-assign]
    with suppress(MemoryError, ModelError), host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}))
        for _ in range(20):
            host.turn()
        if exc:
            raise exc

    sha256 = hashlib.sha256(clip_bytes(1)).hexdigest()
    assert Crashes(host.folders.crashes).count(sha256) == notes
