"""The members of an archive that Weir neither reads nor knows as a by-product.

One of them may be footage in a form that is not read, so none passes without a word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from weir.byproduct import may_be_byproduct
from weir.clip import TIMES_NAME, clip_of, is_video
from weir.effort import LEDGER_NAME
from weir.foreign import name_member
from weir.junk import is_junk, is_unfinished
from weir.log import LOG_NAME
from weir.manifest import MANIFEST_NAME

_DOCUMENTS = frozenset({LEDGER_NAME, LOG_NAME, MANIFEST_NAME, TIMES_NAME})
_MOST_NAMED = 5


@dataclass(frozen=True)
class Unread:
    """A member that is not read.

    Attributes:
        name: its whole name in what was dropped.
        reason: why it is not read, in words.
    """

    name: str
    bytes: int
    reason: str


def is_known(name: str) -> bool:
    """Whether a member is read, or known to be no footage, by its whole name.

    A small copy is either: see ``weir.memberkinds``.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if is_junk(name):
        return True
    if is_unfinished(name):
        return not is_video(path.with_suffix("").name)
    is_document = path.name in _DOCUMENTS or clip_of(path.name) != path.name
    return is_video(path.name) or is_document or may_be_byproduct(path.name)


def why_unread(name: str, head: bytes) -> str:
    """Say why a member is not read, and what to do.

    Args:
        name: its whole name.
        head: its first ``weir.foreign.HEAD_BYTES`` bytes.
    """
    if kind := name_member(name, head):
        return kind
    if is_unfinished(name):
        return "its name says that it is not finished: finish it, and drop it again"
    return (
        "it is neither footage by its name nor known to lie beside footage; if it is"
        " footage, name it so (.mp4, .h264, ...) and drop it again"
    )


def in_words(members: Collection[Unread]) -> str:
    """Name the first few members, each with its reason, and say how many follow."""
    shown = [f"{m.name}: {m.reason}" for m in list(members)[:_MOST_NAMED]]
    if len(members) > _MOST_NAMED:
        shown.append(f"and {len(members) - _MOST_NAMED} more")
    return "; ".join(shown)
