"""``status``: how the work goes, in plain words.

It only reads, so it works whether or not the daemon runs, and for everybody who may
read the folder.
"""

from __future__ import annotations

import argparse
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional

from analysis import StoreError
from analysis.backlog import Backlog, measure
from analysis.config import AnalysisSettings
from analysis.intake.folders import LOCK_NAME, REASON_SUFFIX, Folders
from analysis.record.file.reader import age_note, reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.tally import Finished, NotRead, Tally
from analysis.work.cluster.state import read_state
from weir import WeirError, config, service
from weir.clock import SystemClock
from weir.command import DONE, config_file
from weir.printable import many, printable

_MOST_REJECTED = 20
_MOST_SUPERSEDED = 5
_MOST_LEFT = 3
_STANDS = "stands still: the daemon is not running"
_LONGEST_REASON = 1000
_WIDTH = 12


def status(arguments: argparse.Namespace) -> int:
    """Print how the work goes, and what waits.

    Returns:
        The exit code, 0.
    """
    settings = config.load(AnalysisSettings, config_file(arguments))
    zone = settings.deployment.zone
    print_status(settings.analysis.folder, SystemClock().now().astimezone(zone))
    return DONE


def print_status(folder: Path, now: datetime) -> None:
    """Print the table.

    Args:
        folder: ``analysis.folder``.
        now: the present moment, in local time.

    Raises:
        WeirError: the folder is not there, or this user may not read it.
    """
    folders = Folders(folder)
    try:
        folder.stat()
        for line in lines(folders, now):
            print(line)
    except BrokenPipeError:
        raise  # of whoever reads our output, not of the folder
    except OSError as exc:
        raise WeirError(f"{exc.filename}: cannot be read ({exc.strerror})") from exc


def lines(folders: Folders, now: datetime) -> Iterator[str]:
    """Yield the lines of the table.

    Raises:
        OSError: a folder or a file cannot be read.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with ExitStack() as stack:
        record = folders.results / FILE_NAME
        note = age_note(record, now)
        try:
            tally = Tally(stack.enter_context(reading(record)))
        except StoreError as exc:
            tally, note = Tally(None), str(exc)
        backlog = measure(folders, tally, now)
        finished, unread = tally.finished(midnight), tally.unread(_MOST_REJECTED)
        copies, named = tally.superseded(_MOST_SUPERSEDED)
    yield _row("folder", str(folders.root))
    daemon = service.holder_of(folders.root / LOCK_NAME)
    yield _row("daemon", _daemon(daemon))
    cluster = read_state(folders.root, now) if daemon else None
    for number, line in enumerate(cluster.lines if cluster else ()):
        yield _row("" if number else "cluster", line)
    yield from _of_backlog(backlog, now, is_worked=daemon is not None)
    yield _row("done today", _done(finished))
    yield from _of_rejected(folders.rejected)
    yield from _of_unread(unread)
    if copies:
        verb = "does" if copies == 1 else "do"
        clips = many(copies, "clip")
        yield _row("copies", f"{clips} {verb} not count, because a copy does")
        yield from (_row("", line) for line in named)
    if copies > len(named):
        yield _row("", f"and {copies - len(named)} more, all in superseded.csv")
    if note:
        yield _row("results", note)


def _of_backlog(backlog: Backlog, now: datetime, *, is_worked: bool) -> Iterator[str]:
    yield _row("waiting", _files([file.bytes for file in backlog.inbox], "inbox"))
    if backlog.left_alone:
        yield _row("left alone", _left(backlog.left_alone))
    yield _row("working", _files([file.bytes for file in backlog.working], "working"))
    yield _row("footage", f"{_hours(backlog.waiting_s)} waiting")
    speed = backlog.speed
    yield _row(
        "speed",
        f"{speed:.1f} hours of footage an hour" if speed else "not measured yet",
    )
    stands = backlog.left_bytes and not is_worked
    yield _row("queue", _STANDS if stands else _queue(backlog, now))
    if backlog.grows and is_worked:
        arrival = backlog.arrival or 0.0
        yield _row(
            "WARNING",
            f"clips arrive faster than they are analysed: {arrival:.1f} hours of"
            f" footage come an hour, {speed or 0:.1f} are worked",
        )


def _of_rejected(folder: Path) -> Iterator[str]:
    notes = sorted(folder.rglob("*" + REASON_SUFFIX)) if folder.is_dir() else []
    yield _row("rejected", str(len(notes)) if notes else "none")
    for note in notes[:_MOST_REJECTED]:
        name = str(note.relative_to(folder))[: -len(REASON_SUFFIX)]
        yield _row("", f"{name}: {_text(note)}")
    if len(notes) > _MOST_REJECTED:
        yield _row("", f"and {len(notes) - _MOST_REJECTED} more in {folder}")


def _of_unread(unread: NotRead) -> Iterator[str]:
    if not unread.members:
        return
    yield _row(
        "not read",
        f"{many(unread.members, 'file')} in {many(unread.archives, 'archive')}",
    )
    for line in unread.named:
        yield _row("", line)
    if more := unread.members - len(unread.named):
        yield _row("", f"and {more} more, all in unread.csv")


def _left(names: tuple[str, ...]) -> str:
    """Name what in the inbox is never taken: junk, and what is not finished."""
    shown = ", ".join(names[:_MOST_LEFT])
    more = f" and {len(names) - _MOST_LEFT} more" if len(names) > _MOST_LEFT else ""
    return f"{len(names)} in inbox/ (hidden, junk or unfinished): {shown}{more}"


def _queue(backlog: Backlog, now: datetime) -> str:
    eta_s = backlog.eta_s
    if eta_s is None:
        return "empty at a time that is not known yet"
    if not backlog.left_bytes:
        return "empty"
    when = now + timedelta(seconds=min(eta_s, 1e9))
    return f"empty in {_hours(eta_s)}, on {when:%Y-%m-%d at %H:%M}"


def _done(finished: Finished) -> str:
    deliveries = many(finished.archives, "delivery", "deliveries")
    text = (
        f"{deliveries}, {many(finished.clips, 'clip')},"
        f" {_hours(finished.footage_s)} of footage"
    )
    failed = f"; {many(finished.failed, 'clip')} failed" if finished.failed else ""
    return text + failed


def _daemon(holder: Optional[int]) -> str:
    return f"running, process {holder}" if holder else "not running"


def _files(sizes: list[int], folder: str) -> str:
    if not sizes:
        return f"nothing in {folder}/"
    return f"{many(len(sizes), 'file')} in {folder}/, {sum(sizes) / 1e6:.1f} MB"


def _hours(seconds: Optional[float]) -> str:
    if seconds is None:
        return "unknown hours"
    return f"{seconds / 3600:.1f} h" if seconds >= 360 else f"{seconds / 60:.1f} min"


def _text(note: Path) -> str:
    """Return the first words of a reason file, which anybody may have dropped."""
    try:
        with open(note, "rb", opener=_open_plain) as file:
            return file.read(_LONGEST_REASON).decode("utf-8", "replace").strip()
    except OSError as exc:
        return f"its reason cannot be read ({exc.strerror})"


def _open_plain(path: str, flags: int) -> int:
    """Open a plain file. Raises OSError for a link, a pipe or a folder."""
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is no plain file", path)


def _row(name: str, text: str) -> str:
    return f"{name:<{_WIDTH}}{printable(text)}"
