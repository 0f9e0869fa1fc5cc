"""PyAV is loaded where footage has something to tell it."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.rawstream import read_stream
from tests import video
from tests.analysis.frames.tracks.test_rates import raw

_TOLD = re.compile(rb"\0?\0\0\x01\x06.*?(?=\0\0\x01|\0\0\0\x01)", re.DOTALL)
_READ = """
import sys
from pathlib import Path
from analysis.frames.frames import FrameReader
with FrameReader(Path(sys.argv[1])) as reader:
    print(sum(1 for _ in reader), "av.container" in sys.modules)
"""

_AT_ONCE = """
import threading
from analysis.frames.pyav import av
together, opened = threading.Barrier(8), []
def first():
    together.wait()
    opened.append(av.open)
threads = [threading.Thread(target=first) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(opened))
"""


@pytest.fixture(name="clip")
def clip_(tmp_path: Path) -> Path:
    """A raw clip that tells nothing besides its rate."""
    path = tmp_path / "a.h264"
    clip = raw(path, "libx264", "h264", Fraction(30), profile="baseline")
    clip.write_bytes(_TOLD.sub(b"", clip.read_bytes()))
    return clip


def read(clip: Path) -> str:
    """Read a clip in a process of its own."""
    command = [sys.executable, "-c", _READ, str(clip)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_footage_of_a_pi_needs_no_pyav(clip: Path) -> None:
    """It says neither at which rate it was filmed, nor how it stands."""
    clip.write_bytes(video.without_timing(clip.read_bytes()))

    assert read(clip) == "5 False"


def test_a_rate_that_is_stated_is_asked_for(clip: Path) -> None:
    """By the decoder, which knows better what it means."""
    assert FrameReader(clip).stream_rate == 30
    assert read(clip) == "5 True"


def test_words_beside_pictures_are_asked_for(tmp_path: Path) -> None:
    """They may say how the pictures stand."""
    path = tmp_path / "b.h264"
    told = raw(path, "libx264", "h264", Fraction(30), profile="baseline")
    told.write_bytes(video.without_timing(told.read_bytes()))

    assert read_stream(told).may_tell


def test_threads_may_need_it_first_at_the_same_time() -> None:
    """As those that answer the browsers of several people."""
    command = [sys.executable, "-c", _AT_ONCE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), done.stderr) == ("8", "")
