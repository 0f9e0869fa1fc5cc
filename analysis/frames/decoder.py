"""The decoder: OpenCV's FFmpeg, which may use one demuxer and open one file only.

OpenCV takes options for FFmpeg only from the environment, and reads them whenever it
opens a file. OpenCV 4.11 ignores them, so that it could open any file. Each process
tries once, on a file in memory, whether its OpenCV obeys.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2

from analysis import DecoderError
from analysis.frames.footageformat import FootageFormat
from analysis.frames.hearing import hearing

_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
OPENCV = f"OpenCV {cv2.__version__}"
_PROBE = b"YUV4MPEG2 W2 H2 F1:1 C420jpeg\nFRAME\n" + bytes(6)

# FFmpeg writes a line for each damaged macroblock. They are heard where frames are
# read, and told once, in the clip's reason.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "16")
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")


def open_footage(path: Path, footage_format: FootageFormat) -> Any:
    """Open footage, and no other file that it may name.

    Args:
        path: the file.
        footage_format: recognised by the file's first bytes.

    Returns:
        A ``cv2.VideoCapture``, which gives no frame where nothing can be decoded.

    Raises:
        DecoderError: this OpenCV cannot be kept from opening other files.
    """
    check_obedience()
    # The first option forces the demuxer. The second forbids all others, should the
    # first be ignored. The third forbids whatever is not a file, such as a network.
    demuxer = footage_format.demuxer
    return _open(
        str(path.absolute()),
        f"input_format;{demuxer}|format_whitelist;{demuxer}|protocol_whitelist;file",
    )


@lru_cache(maxsize=1)
def check_obedience() -> None:
    """Check that OpenCV passes options on to FFmpeg.

    Raises:
        DecoderError: it does not.
    """
    probe = os.memfd_create("weir-probe")
    try:
        os.write(probe, _PROBE)
        path = f"/proc/self/fd/{probe}"
        named = "input_format;yuv4mpegpipe"
        obeys = _open(path, named).isOpened()
        strays = _open(path, f"{named}|format_whitelist;none").isOpened()
    finally:
        os.close(probe)
    if strays or not obeys:
        raise DecoderError(
            f"{OPENCV} ignores {_OPTIONS}, so that footage could make"
            " it open any file; install 4.10"
        )


def _open(path: str, options: str) -> Any:
    # Each core has a worker process of its own; more threads would only take the cores
    # of others. This holds for OpenCV's own threads too.
    cv2.setNumThreads(1)
    os.environ[_OPTIONS] = options
    # What is reported here is of any stream, sound too, and pictures come once more.
    with hearing():
        capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    # A telephone films lying on its side, and the container says how to stand it up.
    capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
    return capture
