"""Opens a zip of footage, after its end and its members were checked."""

from __future__ import annotations

import zipfile
from typing import BinaryIO, Optional

from weir.hostile import ArchiveError, IncompleteArchive, Limits, check_members
from weir.member import BROKEN
from weir.wrapped import TURN, unwrap
from weir.zipend import Cut, check_end


def open_zip(file: BinaryIO, limits: Limits) -> tuple[zipfile.ZipFile, Optional[int]]:
    """Open a zip.

    Args:
        file: open for reading.
        limits: how much memory and disk the zip may take.

    Returns:
        The zip, and where its sizes begin again at 0 (None where they do not).

    Raises:
        ArchiveError: its subclass says what to do with it.
        OSError: the file cannot be read.
    """
    try:
        directory = check_end(file, limits)
        is_longer = directory.ends < file.seek(0, 2)
        opened = zipfile.ZipFile(Cut(file, directory.ends) if is_longer else file)
        members = opened.infolist()
        if directory.is_wrapped:
            unwrap(file, members, directory.start, limits)
        check_members(members, opened.start_dir, directory)
    except BROKEN as exc:
        if isinstance(exc, ArchiveError):
            raise
        raise IncompleteArchive(f"its directory cannot be read ({exc})") from exc
    return opened, TURN if directory.is_wrapped else None
