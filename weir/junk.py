"""Junk: what file managers, servers and downloads leave among people's files.

None of it was filmed, though some of it bears the name of a video: a recycle bin holds
what somebody deleted, and a browser writes into a folder or file of its own until a
download is whole.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_JUNK_NAMES = frozenset(
    {
        *("__macosx", "network trash folder", "temporary items", "icon\r"),  # macOS
        *("thevolumesettingsfolder", "thefindbycontentfolder", "desktop db"),
        *("desktop df", "volumeicon.icns"),
        *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini"),  # Windows
        *("$recycle.bin", "recycler", "recycled", "system volume information"),
        *("wpsettings.dat", "indexervolumeguid", "lost.dir", "autorun.inf", "$extend"),
        *("lost+found", "#recycle", "#snapshot", "~snapshot"),  # servers
        *("@eadir", "@tmp", "@recycle", "@recently-snapshot", "@sharebin", "@__thumb"),
        *("@transcode", "@appstore", "_gsdata_", "sync.ffs_db"),
    }
)
_JUNK_PATTERN = re.compile(r"found\.\d{3}|fsck\d{4}\.rec")  # what a repair found

_UNFINISHED = frozenset(
    {
        *(".part", ".partial", ".filepart", ".tmp", ".temp", ".incomplete", ".gstmp"),
        *(".crdownload", ".download", ".opdownload", ".downloading", ".fdmdownload"),
        *(".kdownload", ".wkdownload", ".sbdownload", ".drivedownload", ".driveupload"),
        *(".dtapart", ".ytdl", ".xltd", ".td", ".dap", ".getright", ".nfdownload"),
        *(".uploading", ".upload", ".inprogress", ".unfinished", ".unconfirmed"),
        *(".copying", ".moving", ".pending", ".swp", ".swo", ".icloud"),
        *(".!ut", ".!qb", ".!bt", ".!mv", ".!bl", ".bc!", ".jc!", ".ob!", ".az!"),
        *(".fb!", ".fw!", ".!sync", ".bts", ".aria2", ".lftp-pget-status", ".mega"),
        *(".aria2__temp", ".cyberducksegment", ".ffs_tmp", ".ocpart", ".pcloudpart"),
    }
)
_UNFINISHED_PATTERN = re.compile(
    r".*\.(?:part-frag\d+|part\.met(?:\.bak)?|(?:xl)?td\.cfg|sb-[\da-f]{8}-\w{6})"
    r"|~\$.*|.*~|~(?:syncthing~|utorrentpartfile|rf).*|unconfirmed \d+.*"
)
NOTE_SUFFIXES = (".aria2", ".lftp-pget-status")
"""A client adds one to a file's name, for a note beside it until the file is whole."""

EMPTY_SUFFIX = ".part"
"""Firefox adds it for the bytes, while an empty file holds the name."""


def is_junk(name: str) -> bool:
    """Whether a path is hidden, or something that file managers leave behind."""
    return any(_is_junk_part(part) for part in _parts(name))


def is_unfinished(name: str) -> bool:
    """Whether a path is, or lies in, what a browser or client has not finished."""
    return any(
        PurePosixPath(part).suffix.lower() in _UNFINISHED
        or _UNFINISHED_PATTERN.fullmatch(part.lower())
        for part in _parts(name)
    )


def _is_junk_part(part: str) -> bool:
    name = part.lower()
    return (
        part.startswith(".")
        or name in _JUNK_NAMES
        or bool(_JUNK_PATTERN.fullmatch(name))
    )


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name.replace("\\", "/")).parts
