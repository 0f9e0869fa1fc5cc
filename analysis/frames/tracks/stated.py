"""What a container states: how many pictures it has, and how long they last."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np

from analysis.frames.files.aviindex import count_listed
from analysis.frames.files.zeros import zeros_at_end
from analysis.frames.tracks.packets import Packets

_COPYING = "Lavf"
"""FFmpeg's muxers copy the number that another wrote, also of what they cut."""


def stated(stream: Any, demuxer: str, pictures: Packets, size: int) -> Optional[int]:
    """Work out how many pictures a player would show if nothing were missing."""
    shown, unshown = len(pictures.shown), pictures.leading + pictures.seconds
    if demuxer == "mov":
        listed = _listed(stream)
        if listed is None and stream.frames:
            listed = _reckoned(stream, pictures)
        return max(listed - unshown, shown) if listed else None
    if demuxer == "avi" and stream.frames:
        is_cut = _riff_bytes(stream.container) > size
        is_cut = is_cut or zeros_at_end(Path(stream.container.name)) > 0
        told = shown + unfilled(stream, demuxer, pictures) * is_cut
        return max(told, (_listed(stream) or 0) - pictures.hidden - unshown)
    told = stream.metadata.get("NUMBER_OF_FRAMES", "")
    if stream.container.metadata.get("ENCODER", "").startswith(_COPYING):
        return None
    return int(told) - pictures.seconds if told.isdecimal() else None


def unfilled(stream: Any, demuxer: str, pictures: Packets) -> int:
    """Count the places after the last picture that the header of an AVI tells of.

    It also counts places at which a player shows the picture before once more. So these
    are pictures that are missing only where a file is cut or damaged.
    """
    if demuxer != "avi":
        return 0
    return max(0, int(stream.frames) - pictures.places)


def _listed(stream: Any) -> Optional[int]:
    """Count the index's pictures that are shown; None where PyAV cannot tell."""
    entries = getattr(stream, "index_entries", None)  # not in PyAV 15
    if entries is None:
        container = stream.container
        is_avi = container.format.name == "avi"
        return count_listed(Path(container.name), stream.index) if is_avi else None
    # A picture that is shown again is listed twice, and is one picture.
    return len({each.pos for each in entries if each.size and not each.is_discard})


def _reckoned(stream: Any, pictures: Packets) -> int:
    """Work out, without the index, how many pictures an edit list leaves."""
    count: int = stream.frames - pictures.hidden
    steps = np.diff(pictures.times(0.001))
    if not len(steps) or not stream.duration:
        return count
    return min(count, round(float(stream.duration) / float(np.median(steps))))


def _riff_bytes(container: Any) -> int:
    """Return the length that an AVI says it has, up to its first part's end."""
    with open(container.name, "rb") as file:  # noqa: PTH123 - PyAV's own name for it
        file.seek(4)
        return int.from_bytes(file.read(4), "little") + 8


def lasts_s(
    container: Any, stream: Any, demuxer: str, pictures: Packets
) -> Optional[float]:
    """Return how long the header says that the pictures last."""
    if demuxer not in ("matroska", "flv"):
        return None  # the others list their pictures, or FFmpeg guesses
    told = stream.metadata.get("DURATION", "")
    try:
        hours, minutes, seconds = told.split(":")
        end_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        # The container's own lasts as long as its longest stream, which may be sound.
        if len(container.streams) > 1 or not container.duration:
            return None
        end_s = container.duration / 1e6
    seconds = end_s - pictures.first * float(stream.time_base or 0)
    return seconds if seconds > 0 else None
