"""The door: what was claimed becomes the service's own, and is opened.

Both are noted before they begin, as whatever ends the daemon here would do so again at
every start (see tries).
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from pathlib import Path

from analysis import DecodeError
from analysis.intake.consignment import Consignment, claimed_at
from analysis.intake.crashes import Tries, opening_key
from analysis.intake.custody import take
from analysis.intake.deliveries.opening import open_delivery
from analysis.intake.folders import Folders
from analysis.intake.inbox import MOST_DEATHS
from analysis.intake.listing import stamp_of
from analysis.intake.room import Room
from analysis.values.heartbeat import Heartbeat
from weir import WeirError


class Door:
    """Opens what was claimed.

    Args:
        folders: where everything is.
        tries: where beginnings are noted.
        room: asked before anything is copied.
        heartbeat: called while something long goes on.
    """

    def __init__(
        self, folders: Folders, tries: Tries, room: Room, heartbeat: Heartbeat
    ) -> None:
        self._folders, self._tries = folders, tries
        self._room, self._heartbeat = room, heartbeat

    def open(self, claimed: Path) -> Consignment:
        """Open what was claimed.

        Args:
            claimed: its path below working/.

        Raises:
            NoRoom, StillWritten: it can be taken later.
            ArchiveError, DecodeError, ContractError: it is nothing that can be worked;
                the text says why.
            OSError: it cannot be read, or its copy not be written.
        """
        key = opening_key(stamp_of(self._folders.where(claimed)))
        if self._tries.count(key) >= MOST_DEATHS:
            raise DecodeError(f"the daemon died {MOST_DEATHS} times while opening it")
        self._tries.begin(key)
        try:
            consignment = self._open(claimed, key)
        except BaseException as exc:
            # What nobody foresaw may end the daemon: that counts like a death.
            if isinstance(exc, (OSError, WeirError)) or not isinstance(exc, Exception):
                self._end(claimed, key)
            raise
        self._end(claimed, key)
        return consignment

    def _open(self, claimed: Path, key: str) -> Consignment:
        copied = take(self._folders, claimed, self._room, self._heartbeat)
        path, stamp = copied.path, stamp_of(copied.path)
        self._tries.carry(key, opening_key(stamp))
        delivery = open_delivery(path, self._heartbeat, copied.sha256)
        pending = deque(delivery.clips)
        return Consignment(path, claimed, claimed_at(path), stamp, delivery, pending)

    def _end(self, claimed: Path, key: str) -> None:
        self._tries.end(key)
        with suppress(OSError):
            self._tries.end(opening_key(stamp_of(self._folders.where(claimed))))
