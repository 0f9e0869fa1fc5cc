"""Takes dropped files out of the inbox, or puts them back into it.

A claimed file lies in ``working/.taken``, under the path that it had below the inbox,
until the service has made its own copy (see ``analysis.intake.custody``). Others can
write to the inbox at any time. So files are moved between folders that are held open,
and each moved file is compared with the one that was seen before it is used.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from analysis import events
from analysis.intake.custody import is_ours
from analysis.intake.descent import facts_in, folder_of, free_in, made_folder_of
from analysis.intake.folders import (
    Folders,
    clips_beside,
    free_path,
    make_folder,
    names_around,
    names_beside,
    remove_empty,
    with_short_names,
)
from analysis.intake.listing import Stamp, belong_together, stamp_from
from analysis.values.heartbeat import Heartbeat
from weir import atomic
from weir.frametimes import is_lone, is_raw, lone_clip, lone_name
from weir.journal import tell

logger = logging.getLogger(__name__)


class Claims:
    """Takes files out of the inbox, and puts them back.

    Args:
        folders: where everything is.
        heartbeat: called for each file.
    """

    def __init__(self, folders: Folders, heartbeat: Heartbeat) -> None:
        self._folders, self._heartbeat = folders, heartbeat

    def claim(self, dropped: Path, seen: Stamp) -> Path:
        """Take a file, and the files that belong to it, out of the inbox.

        Args:
            dropped: its path below the inbox.
            seen: the stamp that it had when it was seen.

        Returns:
            Its path below working/.taken, and later below working/.

        Raises:
            OSError: it cannot be moved, or is not the file that was seen (ESTALE) and
                was put back into the inbox.
        """
        claimed = self._free(with_short_names(dropped))
        target = self._folders.taken / claimed
        make_folder(target.parent)
        with folder_of(self._folders.inbox, dropped) as source:
            # The clip goes last: until it has moved, the move is not complete.
            names = zip(names_beside(dropped.name), names_beside(target.name))
            for name, new in names:
                if self._belongs(source, dropped.name, name):
                    _move(source, name, target.with_name(new))
            if lone := self._lone_times(source, dropped):
                _move(source, lone, target.with_name(lone_name(target.name)))
            _move(source, dropped.name, target)
            atomic.sync_opened(source)
        atomic.sync_folder(target.parent)
        if not _is_as_seen(target, seen):
            self.give_back(claimed)
            raise OSError(
                errno.ESTALE, "it was changed while it was taken", str(dropped)
            )
        return claimed

    def left(self) -> Iterator[Path]:
        """List what an earlier daemon claimed but did not finish, sorted by path.

        A file that belongs to a clip goes back to the inbox if its clip was not claimed
        yet.
        """
        found = {*self._below(self._folders.taken), *self._in_working()}
        for path in sorted(found):
            self._heartbeat()
            clips = clips_beside(path)
            if (clips and found.isdisjoint(clips)) or self._is_strange(path):
                self._try_to_give_back(path)
            elif not clips:
                yield path

    def _in_working(self) -> Iterator[Path]:
        """List the files in working/, and move those that are not ours to .taken."""
        for path in tuple(self._below(self._folders.working)):
            own, taken = self._folders.working / path, self._folders.taken / path
            if not is_ours(own.lstat()) and not os.path.lexists(taken):
                make_folder(taken.parent)
                own.rename(taken)
            yield path

    def _is_strange(self, path: Path) -> bool:
        """Whether a kill left something in .taken that is not a plain file."""
        taken = self._folders.taken / path
        return os.path.lexists(taken) and not stat.S_ISREG(taken.lstat().st_mode)

    def give_back(self, claimed: Path) -> None:
        """Put a claimed file and the files that belong to it back into the inbox."""
        path = self._folders.where(claimed)
        with made_folder_of(self._folders.inbox, claimed) as target:
            final = free_in(target, claimed.name)
            for name, new in zip(names_beside(claimed.name), names_beside(final)):
                beside = path.with_name(name)
                if os.path.lexists(beside):
                    _put(beside, target, free_in(target, new))
            _put(path, target, final)
            atomic.sync_opened(target)
        remove_empty(path.parent, self._folders.working)

    def _try_to_give_back(self, claimed: Path) -> None:
        """Put a file back if possible; a failure is logged and does no harm."""
        try:
            self.give_back(claimed)
        except OSError as exc:
            path = self._folders.where(claimed)
            reason = f"it cannot be moved back to the inbox ({exc.strerror})"
            tell(
                logger, events.INCOMPLETE, file=path, bytes=0, quiet_s=0, reason=reason
            )

    def _free(self, relative: Path) -> Path:
        """Find a path that is free in .taken and in working/."""
        working, taken = self._folders.working, self._folders.taken

        def is_used(path: Path) -> bool:
            beside = map(path.with_name, (path.name, *names_beside(path.name)))
            return any(
                os.path.lexists(each)
                or os.path.lexists(taken / each.relative_to(working))
                for each in beside
            )

        return free_path(working, relative, is_used).relative_to(working)

    def _belongs(self, folder: int, clip: str, beside: str) -> bool:
        """Whether a file that is named after a clip is there, and travels with it."""
        facts = facts_in(folder, clip), facts_in(folder, beside)
        return bool(facts[0] and facts[1] and belong_together(facts[0], facts[1]))

    def _lone_times(self, folder: int, clip: Path) -> str:
        """Find the times of a clip's frames in a file that is named after no clip.

        It has the clip's name from then on, for another such file may come.
        """
        if not is_raw(clip.name):
            return ""
        lone = [name for name in os.listdir(folder) if is_lone(name)]
        if len(lone) != 1 or not self._belongs(folder, clip.name, lone[0]):
            return ""
        around = names_around(self._folders, clip.parent)
        return lone[0] if lone_clip(lone[0], around) == clip.name else ""

    def _below(self, base: Path) -> Iterator[Path]:
        """List the files below a folder, and other users' folders as if files."""
        for folder, names, files in os.walk(base):
            names[:] = [n for n in names if not n.startswith(".")]
            strange = [n for n in names if _is_foreign(Path(folder, n))]
            names[:] = sorted(set(names) - set(strange))
            for name in (*files, *strange):
                self._heartbeat()
                if not name.endswith(atomic.PART):
                    yield Path(folder, name).relative_to(base)


def _is_foreign(folder: Path) -> bool:
    facts = folder.lstat()
    return not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid()


def _move(folder: int, name: str, target: Path) -> None:
    os.rename(name, target, src_dir_fd=folder)


def _put(path: Path, folder: int, name: str) -> None:
    """Move a file into an open folder of the inbox without overwriting anything.

    A rename would replace a file that somebody puts there at this moment; a link would
    not.
    """
    with contextlib.suppress(OSError):
        os.link(path, name, dst_dir_fd=folder, follow_symlinks=False)
        path.unlink()
        return
    # It is a folder, or a file that we may not link, or the disk has no links.
    os.rename(path, free_in(folder, name), dst_dir_fd=folder)


def _is_as_seen(path: Path, seen: Stamp) -> bool:
    facts = path.lstat()
    return stat.S_ISREG(facts.st_mode) and stamp_from(facts) == seen
