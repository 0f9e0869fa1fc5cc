"""The owner of files: what root makes in a service's folder belongs to the service.

A person types ``sudo weir-capture pack``, and afterwards the service must be able to
write the lock, the list and the archive. So root gives each file that it makes to the
owner of the folder, and a daemon that root starts goes on as the owner of its folder.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path
from typing import Union

from weir import ServiceError

_PR_SET_DUMPABLE = 4


def give(made: int, folder: Union[int, Path]) -> None:
    """Give a file or folder that root has made to the owner of the folder it lies in.

    A file with a second name is left as it is: somebody may have linked a file of the
    system into his own folder.

    Args:
        made: the open descriptor of the file or folder.
        folder: the folder that it lies in, by descriptor or path.
    """
    if os.geteuid() != 0:
        return
    with suppress(OSError):  # FAT has no owners; there all files are the service's
        owner = os.stat(folder)  # noqa: PTH116 - a descriptor is no Path
        facts = os.fstat(made)
        ours = facts.st_uid == 0 != owner.st_uid
        if ours and (stat.S_ISDIR(facts.st_mode) or facts.st_nlink == 1):
            os.fchown(made, owner.st_uid, owner.st_gid)


def become(*folders: Path) -> None:
    """Make a process of root go on as the owner of the first folder that is not root's.

    Root's rights are given up and cannot be taken back.

    Args:
        folders: the folders to look at; missing ones are left out.
    """
    if os.geteuid() != 0:
        return
    for folder in folders:
        with suppress(FileNotFoundError):
            facts = folder.stat()
            if facts.st_uid != 0:
                _become(facts.st_uid, facts.st_gid)
                return


def require_own(root: Path, command: str, otherwise: str = "") -> None:
    """Refuse to go on as another user than the one whose folder it is.

    Args:
        root: the service's folder.
        command: what was typed, for the line that does it.
        otherwise: what somebody can do who may not become that user.

    Raises:
        ServiceError: the folder is another user's, or is not there.
    """
    try:
        user = root.stat().st_uid
    except OSError as exc:
        raise ServiceError(
            f"{root}: {exc.strerror}; expected the daemon's folder (analysis.folder)"
        ) from exc
    if user != os.geteuid():
        raise ServiceError(
            f"{root}: belongs to user {user}, who runs the daemon, and this is that"
            f" user's alone; call it as that user: sudo -u weir {command}"
            + (f", or {otherwise}" if otherwise else "")
        )


def _become(user: int, group: int) -> None:
    try:
        # This includes the group video, for the camera.
        os.initgroups(pwd.getpwuid(user).pw_name, group)
    except KeyError:
        os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    # Otherwise the kernel would still show this process as root's, and a service that
    # is started meanwhile could not see whose process holds its lock.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1)
