"""Sorts the files of an archive by their names: clips, and what recorders add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from weir.byproduct import clip_beside, is_small_copy, may_be_byproduct
from weir.clip import clip_of, is_video
from weir.frametimes import clips_of_times, is_sure, lone_clip, says_times
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
            near = (*beside[_folder(name)], *beside[_clips_of_card(name)])
            is_clip = not clip_beside(base(name), near)
            (clips if is_clip else added).append(name)
        elif is_video(name):
            clips.append(name)
        elif may_be_byproduct(name) and not _is_read(name, beside[_folder(name)]):
            added.append(name)
    return tuple(clips), tuple(added)


def _is_read(name: str, clips: Iterable[str]) -> bool:
    """Whether a document is Weir's own, or lists the times of a clip's frames."""
    is_document = clip_of(name) != name or name == MANIFEST_NAME
    return is_document or (is_sure(name) and bool(clip_timed(base(name), clips)))


def clip_timed(name: str, clips: Iterable[str]) -> str:
    """Return the clip that a file may have the frame times of; empty for none.

    Args:
        name: its base name.
        clips: the base names of the clips in its folder.
    """
    clips = tuple(clips)
    own = (clip for clip in clips_of_times(name) if clip in clips)
    return next(own, "") or lone_clip(name, clips)


def times_of_clips(
    names: Iterable[str], clips: Iterable[str], head: Callable[[str], bytes]
) -> dict[str, str]:
    """Return the file with the times of frames, by the clip that it is of.

    Args:
        names: all files of an archive.
        clips: those that are clips.
        head: reads the first bytes of a file.
    """
    beside: dict[str, list[str]] = defaultdict(list)
    for clip in clips:
        beside[_folder(clip)].append(base(clip))
    found: dict[str, str] = {}
    for name in names:
        clip = clip_timed(base(name), beside[_folder(name)])
        if clip and says_times(name, head(name)):
            found.setdefault(name[: -len(base(name))] + clip, name)
    return found


def _clips_of_card(name: str) -> str:
    """Return the folder beside a small copy's in which a card has its clips."""
    return f"{_folder(name).rpartition('/')[0]}/CLIP".lstrip("/")


def _folder(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[0]


def base(name: str) -> str:
    """Return a member's name without its folders."""
    return PurePosixPath(name.replace("\\", "/")).name
