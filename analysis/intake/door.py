"""Makes the service's own copy of each claimed file, and opens it.

A note is written before this begins, because a file that kills the daemon here would
kill it again at every start (see ``analysis.intake.crashes``).
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from pathlib import Path

from analysis import DecodeError
from analysis.intake.contents.opening import open_contents
from analysis.intake.crashes import MOST_CRASHES_OPENING, Crashes, opening_key
from analysis.intake.custody import impound, take
from analysis.intake.delivery import Delivery, claimed_at
from analysis.intake.folders import Folders, names_around
from analysis.intake.listing import stamp_of
from analysis.intake.room import Room
from analysis.origin.datefolders import card_of
from analysis.values.heartbeat import Heartbeat
from weir import WeirError


class Door:
    """Opens claimed files.

    Args:
        folders: where everything is.
        crashes: notes which file is being opened.
        room: asked before anything is copied.
        heartbeat: called during long operations.
    """

    def __init__(
        self, folders: Folders, crashes: Crashes, room: Room, heartbeat: Heartbeat
    ) -> None:
        self._folders, self._crashes = folders, crashes
        self._room, self._heartbeat = room, heartbeat

    def open(self, claimed: Path) -> Delivery:
        """Copy a claimed file, and open the copy.

        Args:
            claimed: its path below working/.

        Returns:
            The delivery, with all its clips still to be worked.

        Raises:
            NoRoom, StillWritten: it cannot be opened now, but perhaps later.
            ArchiveError, DecodeError, ContractError: it cannot be worked; the text says
                why.
            OSError: it cannot be read, or its copy cannot be written.
        """
        key = opening_key(stamp_of(self._folders.where(claimed)))
        if self._crashes.count(key) >= MOST_CRASHES_OPENING:
            raise DecodeError(
                f"the daemon died {MOST_CRASHES_OPENING} times while opening it"
            )
        self._crashes.begin(key)
        try:
            delivery = self._open(claimed, key)
        except BaseException as exc:
            # An error that nobody foresaw may end the daemon, so it stays noted.
            if isinstance(exc, (OSError, WeirError)) or not isinstance(exc, Exception):
                self._end(claimed, key)
            raise
        self._end(claimed, key)
        return delivery

    def _open(self, claimed: Path, key: str) -> Delivery:
        try:
            copied = take(self._folders, claimed, self._room, self._heartbeat)
        except DecodeError:
            # It will be rejected, and is the service's from then on.
            impound(self._folders, claimed, self._room, self._heartbeat)
            raise
        path, stamp = copied.path, stamp_of(copied.path)
        self._crashes.carry(key, opening_key(stamp))
        beside = names_around(self._folders, claimed.parent)
        is_card = card_of(claimed.parent.parts)
        card = names_around(self._folders, claimed.parent) if is_card else ()
        beat, sum_ = self._heartbeat, copied.sha256
        contents = open_contents(path, beat, sum_, beside, card)
        pending = deque(contents.clips)
        return Delivery(path, claimed, claimed_at(path), stamp, contents, pending)

    def _end(self, claimed: Path, key: str) -> None:
        self._crashes.end(key)
        with suppress(OSError):
            self._crashes.end(opening_key(stamp_of(self._folders.where(claimed))))
