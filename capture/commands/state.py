"""Finds the state directory, for what the daemon must know without the drive."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

from capture import CaptureError
from capture.config import CaptureSettings
from capture.events import STATE_NOT_KEPT
from weir import plain, service
from weir.journal import tell
from weir.tomlfile import SYSTEM_CONFIG

STATE_NAME = "weir-state"
SYSTEM_STATE = Path("/var/lib/weir-capture")
"""The StateDirectory of systemd/weir-capture.service."""
LOCK_NAME = "capture.lock"

_BROKEN_DISK = frozenset({errno.EROFS, errno.EIO, errno.ENOSPC})

logger = logging.getLogger(__name__)


def state_path(settings: CaptureSettings, file: Path) -> Path:
    """Return the state directory that config and environment name."""
    if settings.capture.state:
        return settings.capture.state
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if given:
        return Path(given)
    # A person who runs ``check`` beside the service must find the service's folder.
    if file.resolve() == SYSTEM_CONFIG:
        return SYSTEM_STATE
    return file.resolve().parent / STATE_NAME


def make_state(settings: CaptureSettings, file: Path) -> Path:
    """Make the state directory, or one in memory if the disk is broken.

    Raises:
        CaptureError: it cannot be used, and the disk is not to blame.
    """
    state = state_path(settings, file)
    try:
        _try_state(state)
    except OSError as exc:
        if exc.errno not in _BROKEN_DISK and not isinstance(exc, plain.UnfitFile):
            raise CaptureError(f"{state}: cannot be used ({exc.strerror})") from exc
        # A card that power cuts have made read-only must not keep us from filming.
        tell(logger, STATE_NOT_KEPT, reason=f"{state}: {exc.strerror}")
        state = _in_memory(os.getuid())
        _try_state(state)
    return state


def state_in_use(settings: CaptureSettings, file: Path) -> Path:
    """Return the state directory of the running daemon, else the one it would use."""
    state = state_path(settings, file)
    try:
        other = _in_memory(state.stat().st_uid)
    except OSError:
        return state
    return other if service.holder_of(other / LOCK_NAME) else state


def states_of(settings: CaptureSettings, file: Path) -> tuple[Path, ...]:
    """Return the state directories of daemons that may run with this config's camera.

    These are the config's own, then the service's, which may have another config. If
    ``capture.state`` is set, there are several daemons, and only this config's counts.
    """
    own = state_in_use(settings, file)
    return (own,) if settings.capture.state else (own, SYSTEM_STATE)


def _in_memory(user: int) -> Path:
    return Path(f"/dev/shm/weir-capture-{user}")  # noqa: S108 - a folder that stays, no passing file


def _try_state(state: Path) -> None:
    state.mkdir(parents=True, exist_ok=True)
    os.close(service.open_lock(state / LOCK_NAME))
