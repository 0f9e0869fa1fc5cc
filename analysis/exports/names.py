"""Names for files about clips: safe on every disk, and no two the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from unicodedata import normalize

from analysis.record.clip import Clip

_LONGEST = 150
"""Bytes; endings are put behind it, and 255 is the most that disks take."""


def file_names(clips: Iterable[Clip]) -> dict[str, str]:
    """Return a name for each clip by its sha256: its own, if nothing speaks against it.

    Names repeat: the original script began anew at 0. Those that do, in whatever case,
    get the beginning of their clip's sha256.
    """
    safe = {clip.sha256: _safe(clip.clip) for clip in clips}
    often = Counter(name.casefold() for name in safe.values())
    return {
        sha256: name if often[name.casefold()] == 1 else _marked(name, sha256)
        for sha256, name in safe.items()
    }


def _safe(name: str) -> str:
    """Replace what some disk or format does not take in a name."""
    name = normalize("NFC", name)
    name = re.sub(r"[^\w. ()+-]", "_", name).strip()
    name = re.sub(r"^[.\s~-]+|\.(?=\.)", "_", name) or "clip"
    stem, dot, ending = name.rpartition(".")
    while len(name.encode()) > _LONGEST and stem:
        stem = stem[:-1]
        name = stem + dot + ending
    return name if stem or not dot else f"clip.{ending}"


def _marked(name: str, sha256: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem}_{sha256[:10]}{dot}{ending}" if dot else f"{name}_{sha256[:10]}"
