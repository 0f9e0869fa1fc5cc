"""The cameras: where each of them stood, and from when to when there is footage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Optional

from analysis.record.clip import Clip
from weir.clock import format_utc
from weir.sidecar import Sidecar


@dataclass(frozen=True)
class Place:
    """One camera of a deployment, by the newest of its sidecars that says.

    Attributes:
        latitude, longitude: degrees; None where no sidecar says.
        utc_offsets: local time's offsets, in order of time; two where summer began.
        first, last: the start of the first clip and the end of the last, as UTC text
            where it is known, else the local date; empty where neither is.
        clips: how many clips there are of it.
    """

    deployment: str
    camera: str
    site: str
    latitude: Optional[float]
    longitude: Optional[float]
    utc_offsets: tuple[str, ...]
    first: str
    last: str
    clips: int


def places(clips: Iterable[Clip]) -> tuple[Place, ...]:
    """Return the cameras of all clips, which are ordered by deployment and camera."""
    groups = groupby(clips, lambda clip: (clip.deployment, clip.camera))
    return tuple(_place(list(group)) for _, group in groups)


def _place(clips: list[Clip]) -> Place:
    clips = sorted(clips, key=lambda clip: (clip.date, _first(clip)))
    sidecars = [clip.sidecar for clip in clips if clip.sidecar]
    latitude, longitude = _coordinates(sidecars)
    return Place(
        clips[0].deployment,
        clips[0].camera,
        next((sidecar.site for sidecar in reversed(sidecars) if sidecar.site), ""),
        latitude,
        longitude,
        tuple(dict.fromkeys(c.utc_offset for c in clips if c.utc_offset)),
        min(filter(None, map(_first, clips)), default=""),
        max(filter(None, map(_last, clips)), default=""),
        len(clips),
    )


def _coordinates(sidecars: list[Sidecar]) -> tuple[Optional[float], Optional[float]]:
    for sidecar in reversed(sidecars):
        if sidecar.latitude is not None and sidecar.longitude is not None:
            return sidecar.latitude, sidecar.longitude
    return None, None


def _first(clip: Clip) -> str:
    return format_utc(clip.start) if clip.start else clip.date


def _last(clip: Clip) -> str:
    if clip.start is None or not clip.frames_decoded:
        return _first(clip)
    end = clip.time_of(clip.frames_decoded - 1)
    return format_utc(end) if end else clip.date
