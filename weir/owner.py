"""Whose files are: what root makes in a service's folder must not lock the service out.

A person types ``sudo weir-capture pack``, and the service has to go on with the lock,
the list and the archive that this leaves. So root gives what it makes to the owner of
the folder, and a daemon that root starts lives as the owner of its folder.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path
from typing import Union

_PR_SET_DUMPABLE = 4


def give(made: int, folder: Union[int, Path]) -> None:
    """Give a file or folder that root has made to the owner of the folder it lies in.

    A file with a second name is left as it is: it may be a system's file that somebody
    has linked into a folder of his own.

    Args:
        made: an open descriptor of it.
        folder: what it lies in, by descriptor or path.
    """
    if os.geteuid() != 0:
        return
    with suppress(OSError):  # FAT knows no owners; there all is the service's anyway
        owner = os.stat(folder)  # noqa: PTH116 - a descriptor is no Path
        facts = os.fstat(made)
        ours = facts.st_uid == 0 != owner.st_uid
        if ours and (stat.S_ISDIR(facts.st_mode) or facts.st_nlink == 1):
            os.fchown(made, owner.st_uid, owner.st_gid)


def become(*folders: Path) -> None:
    """Where root runs this, go on as the owner of the first folder that is not root's.

    It is for good: root's rights are given up.

    Args:
        folders: those that are not there are passed over.
    """
    if os.geteuid() != 0:
        return
    for folder in folders:
        with suppress(FileNotFoundError):
            facts = folder.stat()
            if facts.st_uid != 0:
                _become(facts.st_uid, facts.st_gid)
                return


def _become(user: int, group: int) -> None:
    try:
        os.initgroups(pwd.getpwuid(user).pw_name, group)  # video, for the camera
    except KeyError:
        os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    # The kernel shows what was root's as root's still; the service that is started
    # meanwhile has to see whose process this is that holds its lock.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1)
