"""Junk: what file managers, servers and downloads leave among people's files.

None of it was filmed, though some of it bears the name of a video: a recycle bin holds
what somebody deleted, and a browser writes into a folder or file of its own until a
download is whole.
"""

from __future__ import annotations

from pathlib import PurePosixPath

_JUNK_NAMES = frozenset(
    {
        *("__macosx", "network trash folder", "temporary items", "icon\r"),  # macOS
        *("thumbs.db", "ehthumbs.db", "desktop.ini", "autorun.inf"),  # Windows
        *("$recycle.bin", "recycler", "recycled", "system volume information"),
        *("wpsettings.dat", "indexervolumeguid", "found.000", "lost.dir"),
        *("lost+found", "#recycle", "#snapshot", "@eadir", "@tmp", "@recycle"),
        *("@recently-snapshot", "@sharebin"),  # servers
    }
)
_UNFINISHED = frozenset(
    {
        *(".part", ".partial", ".filepart", ".tmp", ".temp", ".incomplete", ".gstmp"),
        *(".crdownload", ".download", ".opdownload", ".downloading", ".fdmdownload"),
        *(".dtapart", ".ytdl", ".xltd", ".uploading", ".inprogress", ".swp"),
        *(".!ut", ".!qb", ".!bt", ".!mv", ".bc!", ".jc!", ".ob!", ".az!"),
        *(".!sync", ".bts", ".aria2", ".lftp-pget-status"),
    }
)
NOTE_SUFFIXES = (".aria2", ".lftp-pget-status")
"""A client adds one to a file's name, for a note beside it until the file is whole."""

EMPTY_SUFFIX = ".part"
"""Firefox adds it for the bytes, while an empty file holds the name."""


def is_junk(name: str) -> bool:
    """Whether a path is hidden, or something that file managers leave behind."""
    return any(
        part.startswith(".") or part.lower() in _JUNK_NAMES for part in _parts(name)
    )


def is_unfinished(name: str) -> bool:
    """Whether a path is, or lies in, what a browser or client has not finished."""
    return any(
        part.endswith("~")
        or part.startswith("~$")
        or PurePosixPath(part).suffix.lower() in _UNFINISHED
        for part in _parts(name)
    )


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name.replace("\\", "/")).parts
