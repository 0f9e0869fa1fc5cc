"""Sorts the files of an archive by their names: clips, and what recorders add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from weir.byproduct import clip_beside, is_small_copy, may_be_byproduct
from weir.clip import clip_of, clips_of_pts, is_video
from weir.junk import is_unfinished
from weir.manifest import MANIFEST_NAME


def clips_among(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the clips among files, and what a recorder wrote beside its clips.

    A small copy is a clip if the one that it shows is not in its folder.

    Args:
        names: with folders.

    Returns:
        The names of the clips, and those of the recorders' by-products, in order.
    """
    clips: list[str] = []
    added: list[str] = []
    finished = [name for name in names if not is_unfinished(name)]
    beside: dict[str, list[str]] = defaultdict(list)
    for name in finished:
        if is_video(name):
            beside[_folder(name)].append(base(name))
    for name in finished:
        if is_small_copy(name):
            is_clip = not clip_beside(base(name), beside[_folder(name)])
            (clips if is_clip else added).append(name)
        elif is_video(name):
            clips.append(name)
        elif may_be_byproduct(name) and not _is_read(name, beside[_folder(name)]):
            added.append(name)
    return tuple(clips), tuple(added)


def _is_read(name: str, clips: Iterable[str]) -> bool:
    is_document = clip_of(name) != name or name == MANIFEST_NAME
    return is_document or not set(clips_of_pts(base(name))).isdisjoint(clips)


def _folder(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[0]


def base(name: str) -> str:
    """Return a member's name without its folders."""
    return PurePosixPath(name.replace("\\", "/")).name
