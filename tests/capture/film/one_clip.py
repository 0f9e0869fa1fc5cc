"""One clip of a small stream, as a recorder is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from capture.film.sink import ClipSink
from tests.capture.river_bank import FRAME, KEY_FRAME, PARAMETERS
from weir.clock import UTC
from weir.sidecar import Sidecar

START = datetime(2026, 5, 1, 5, tzinfo=UTC)
CLIP = "clip00007_2026-05-01_07-00-00.h264"
SIDECAR = Sidecar(
    clip=CLIP,
    deployment="creek",
    camera="cam1",
    start=START,
    end=START,
    utc_offset="+02:00",
    clock_synchronised=True,
    framerate=1,
    resolution=(720, 480),
    rotation=0,
    frames=0,
    bytes=0,
    sha256="",
    backend="fake",
    software="weir",
    boot_id="this boot",
)


def describe(clip: str, local: datetime) -> Sidecar:
    """A sidecar of a clip of which only the name is known."""
    start = local.replace(tzinfo=UTC)
    return replace(SIDECAR, clip=clip, start=start, end=start, boot_id="")


def film(sink: ClipSink, frames: int) -> None:
    """Give it so many frames, one a second."""
    sink.write(PARAMETERS + KEY_FRAME, 0)
    for number in range(1, frames):
        sink.write(FRAME, 1000 * number)
