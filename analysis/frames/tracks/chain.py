"""How the parts of a container follow each other: by their numbers, or by lengths.

A time without a picture may be a pause of the camera or a loss. Where the parts of a
file are numbered, or their lengths fit the file's, it is known which of the two it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Chain:
    """The parts of a container.

    Attributes:
        is_complete: whether all are there; None where nothing says it.
        breaks: where in the file parts are missing, as the first byte after the loss;
            empty, too, where the place is not known.
        joints: where in the file another recording begins, as its first byte.
        is_numbered: whether each loss is in ``breaks``.
        fault: what is broken, in words; empty where nothing is.
    """

    is_complete: Optional[bool] = None
    breaks: tuple[int, ...] = ()
    joints: tuple[int, ...] = ()
    is_numbered: bool = False
    fault: str = ""


UNKNOWN = Chain()
LISTED = Chain(is_complete=True)
"""Of containers that list their pictures: one that is not listed was not made."""
