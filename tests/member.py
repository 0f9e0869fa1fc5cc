"""Somebody else on the same machine: a member of the group that may read results."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Callable, Optional

import pytest

USER, GROUP = 65534, 65534

needs_another_user = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can be somebody else"
)


def give_to_group(folder: Path) -> None:
    """Make a folder as systemd makes the service's: the group reads what comes in."""
    folder.mkdir(parents=True)
    os.chown(folder, 0, GROUP)
    folder.chmod(0o2750)


@contextmanager
def acting(act: Callable[[Connection], None]) -> Iterator[Connection]:
    """Let a member act, in a process of its own, until the block ends.

    What it needs must be imported before: it cannot read this checkout.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_be_member, args=(act, theirs)
    )
    process.start()
    theirs.close()
    with ours:
        try:
            yield ours
        finally:
            process.kill()
            process.join()


def _be_member(act: Callable[[Connection], None], pipe: Connection) -> None:
    os.setgroups([])
    os.setgid(GROUP)
    os.setuid(USER)
    act(pipe)


def lock_all(folder: Path) -> Callable[[Connection], None]:
    """Lock whatever can be opened, tell the names, and hold on."""

    def act(pipe: Connection) -> None:
        held = {}
        for path in [folder, *sorted(folder.rglob("*"))]:
            descriptor = _locked(path)
            if descriptor is not None:
                held[str(path.relative_to(folder))] = descriptor
        pipe.send(list(held))
        with suppress(EOFError):
            pipe.recv()

    return act


def _locked(path: Path) -> Optional[int]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with suppress(OSError):
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return descriptor
