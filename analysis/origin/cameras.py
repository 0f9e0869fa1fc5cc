"""The cameras that folders name, in the inbox and in archives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePath, PurePosixPath

from analysis.origin.datefolders import own_names
from weir.clip import composed

Folders = tuple[str, ...]


def camera_in_inbox(dropped: PurePath) -> str:
    """Return the camera that the folders of a delivery in the inbox name.

    Args:
        dropped: the path of the delivery below the inbox.

    Returns:
        The first folder that is neither a date nor a memory card's own; an empty text
        if there is none.
    """
    return next(iter(own_names(tuple(map(composed, dropped.parts[:-1])))), "")


def cameras_in_archive(sources: Iterable[str]) -> dict[str, str]:
    """Return the camera that the folders of an archive name, for each clip.

    One folder with all clips in it was named for the archive, not for a camera. So the
    folders name cameras only where at least two of them lie side by side.

    Args:
        sources: the paths of all clips in the archive.

    Returns:
        The camera, by the clip's path; an empty text where no folder names one.
    """
    paths = {source: own_names(folders_of(source)) for source in sources}
    below: dict[Folders, set[str]] = defaultdict(set)
    for path in paths.values():
        for depth, name in enumerate(path):
            below[path[:depth]].add(name)
    return {source: _camera(path, below) for source, path in paths.items()}


def folders_of(source: str) -> Folders:
    """Return the folders of a member of an archive, the outermost first."""
    return PurePosixPath(composed(source).replace("\\", "/")).parts[:-1]


def _camera(path: Folders, below: dict[Folders, set[str]]) -> str:
    sides = (name for at, name in enumerate(path) if len(below[path[:at]]) > 1)
    return next(sides, "")
