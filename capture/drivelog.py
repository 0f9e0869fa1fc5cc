"""The log on the drive: it collects, counts and writes warnings and errors.

Logging never waits for the drive. A message is kept in memory until the daemon has a
moment to write it: to the drive, or to the state directory if there is no drive. A
message that comes again and again is written once an hour, with a count. No failure
here disturbs the filming.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

from capture import DriveError
from capture.drive.drivewatch import DriveWatch
from capture.drive.storage import Drive
from capture.events import FILE_UNFIT
from capture.film.description import Describer
from capture.troubles import Troubles, why
from weir import log, plain
from weir.effort import DRIVE_ERROR, NO_DRIVE
from weir.journal import Event, one_line
from weir.log import ERROR, LOG_NAME, WARNING, LogLine

WAITING_NAME = "weir-log-waiting.jsonl"
LARGEST_WAITING = 1 << 18
SAME_S = 3600.0
"""How long after its last line the same message is written again."""

_MOST_IN_MEMORY, _MOST_KNOWN = 500, 200

logger = logging.getLogger(__name__)


class DriveLog(logging.Handler):
    """The log of one daemon.

    Args:
        watch: knows whether the drive is there and is ours.
        drive: where the log lies. It is opened unclaimed: the log is also written while
            the daemon films.
        state: the state directory.
    """

    def __init__(self, watch: DriveWatch, drive: Drive, state: Path) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch
        self._drive = drive
        self._waiting = state / WAITING_NAME
        self._describer: Optional[Describer] = None
        self._troubles = Troubles(logger)
        self._early: deque[tuple[str, str, str]] = deque(maxlen=_MOST_IN_MEMORY)
        self._lines: deque[str] = deque(maxlen=_MOST_IN_MEMORY)
        self._told: dict[tuple[str, str], tuple[float, int]] = {}
        self._waits = True  # until we have looked for what an earlier daemon left

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Collect what is logged while the block runs, and the error that ends it."""
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield
        except BaseException as exc:
            self._add(ERROR, "", f"ended by {type(exc).__name__}: {exc}")
            raise
        finally:
            root.removeHandler(self)

    def know(self, describer: Describer) -> None:
        """Learn deployment, clock and boot, and date the messages that came before."""
        self._describer = describer
        while self._early:
            self._add(*self._early.popleft())

    def emit(self, record: logging.LogRecord) -> None:  # noqa: D102 - logging's own
        try:
            event = getattr(record, "event", None)
            name = event.name if isinstance(event, Event) else ""
            level = ERROR if record.levelno >= logging.ERROR else WARNING
            self._add(level, name, record.getMessage())
        except Exception:  # noqa: BLE001 - logging must never end the daemon
            self.handleError(record)

    def write(self) -> None:
        """Write what waits to the drive, else to the state directory; never raise."""
        if not (self._lines or self._waits):
            return
        with self._locked():
            lines = list(self._lines)
            self._lines.clear()
        if self._watch.trouble in (NO_DRIVE, DRIVE_ERROR):
            self._wait(lines)
            return
        problem = ""
        try:
            with self._drive.open() as folder, self._drive.errors():
                try:
                    self._deliver(folder.path / LOG_NAME, lines)
                except plain.STRANGE as exc:
                    problem = why(exc)
                    self._wait(lines)
        except DriveError:
            self._wait(lines)
        if problem:
            self._troubles.tell(FILE_UNFIT, file=LOG_NAME, reason=problem)

    def _deliver(self, file: Path, lines: list[str]) -> None:
        earlier = self._earlier()
        if earlier or lines:
            log.append(file, "\n".join([*earlier, *lines]))
        if earlier:
            self._waiting.unlink()
        self._waits = False

    def _earlier(self) -> list[str]:
        """Read the lines that wait in the state directory, without torn ones."""
        try:
            data = plain.read_newest(self._waiting, LARGEST_WAITING)
        except OSError:
            return []
        lines, _ = log.parse_log(data, WAITING_NAME)
        return [line.to_json() for line in lines]

    def _wait(self, lines: list[str]) -> None:
        """Keep lines in the state directory; if that fails too, in memory."""
        self._waits = True
        if not lines:
            return
        try:
            log.append(self._waiting, "\n".join(lines), LARGEST_WAITING)
        except OSError:
            with self._locked():
                lines += self._lines
                self._lines = deque(lines, _MOST_IN_MEMORY)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other threads, such as a camera's, from logging meanwhile."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def _add(self, level: str, event: str, message: str) -> None:
        if self._describer is None:
            self._early.append((level, event, message))
            return
        settings, clock = self._describer.settings, self._describer.clock
        message = str(one_line(message))[: log.LONGEST_MESSAGE]
        repeated = self._repeated(event, message, clock.monotonic())
        if repeated is None:
            return
        line = LogLine(
            deployment=settings.deployment.id,
            camera=settings.deployment.camera,
            at=clock.now().replace(microsecond=0),
            clock_synchronised=bool(clock.synchronised()),
            boot_id=self._describer.boot,
            level=level,
            event=event,
            message=message,
            repeated=repeated,
        )
        self._lines.append(line.to_json())

    def _repeated(self, event: str, message: str, now: float) -> Optional[int]:
        """Count a message.

        Returns:
            How often it came since its last line; None if it needs no new line yet.
        """
        since, count = self._told.get((event, message), (None, 0))
        if since is not None and now - since < SAME_S:
            self._told[event, message] = since, count + 1
            return None
        if len(self._told) >= _MOST_KNOWN:
            self._told.clear()
        self._told[event, message] = now, 0
        return count
