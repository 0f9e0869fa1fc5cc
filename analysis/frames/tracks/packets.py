"""The packets of a track, one a picture: when it is shown, and whether it is whole."""

from __future__ import annotations

import re
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from analysis.frames.tracks.fields import Fields

Times = npt.NDArray[np.float64]

_ZEROS = bytes(32)
_RUN = re.compile(rb"\0{32,}")
_START = b"\1"  # ends the zeros of a start code
_MOST_FILLED = 4096  # zeros by which an encoder may fill up between units
_CODED = ("h264", "hevc")  # they break up every run of zeros in what they encode
_UNBROKEN = ("mpeg1video", "mpeg2video", "mpeg4")  # these never make so long a run
_BACK_S = 0.1  # times of decoding that go back by more are those of another file
_NEAR = 3  # packets; the demuxer marks one of the last ones before a joint
_SCAN = b"\xff\xda"  # begins the picture in a JPEG, after what may be padded


class _Joints:
    """Lets the times go on where another file of the same film follows.

    Files of streams that are joined by ``cat`` each begin with their own times. When
    the times go back, the rest is shifted to follow what came before.
    """

    def __init__(self) -> None:
        self._last: Optional[int] = None
        self._shift = self._step = 0

    def follow(self, packet: Any) -> None:
        """Shift a packet's times."""
        if packet.dts is not None:
            dts, last = packet.dts + self._shift, self._last
            if last is not None:
                is_joint = (last - dts) * float(packet.time_base) > _BACK_S
                self._shift += last + self._step - dts if is_joint else 0
                self._step = dts - last if dts > last else self._step
            self._last = packet.dts = packet.dts + self._shift
        if packet.pts is not None:
            packet.pts += self._shift


class Packets:
    """Collects the packets of a track, one for each picture.

    Attributes:
        shown: when each picture that a player shows is shown, in units of the track.
        hidden: how many pictures a player does not show, as the container says.
        leading: how many it cannot show at the start, because they need a picture that
            was cut away.
        seconds: how many packets are the second field of a picture that is shown.
        places: how many places for pictures there are up to the last one.

    Args:
        codec: FFmpeg's name of it.
        extradata: the codec's parameters that the container has.
        is_prefixed: whether its units have lengths instead of start codes.
        is_joinable: whether several files in one behind the other are a film.
    """

    def __init__(
        self,
        codec: str,
        extradata: bytes,
        *,
        is_prefixed: bool,
        is_joinable: bool = False,
    ) -> None:
        self._is_prefixed, self._codec = is_prefixed, codec
        self.shown: list[Optional[int]] = []
        self.hidden = self.places = self.leading = self.seconds = 0
        self._starts: list[int] = []
        self._key: Optional[int] = None
        self._spoilt: dict[int, Optional[int]] = {}
        self._joints = _Joints() if is_joinable else None
        self._fields = Fields(codec, extradata)

    def add(self, packet: Any) -> None:
        """Take the next packet, in the order of decoding."""
        if self._joints:
            self._joints.follow(packet)
        is_second = self._fields.is_second(packet)
        if packet.is_discard or _is_never_shown(packet):
            self.hidden += 1
            return
        if self._key is None and packet.is_keyframe:
            self._key = packet.pts
        elif None not in (packet.pts, self._key) and packet.pts < self._key:
            self.leading += 1
            return
        is_spoilt = packet.is_corrupt or self._has_zeros(packet)
        if is_second and self.shown:
            self.seconds += 1
            if is_spoilt:
                self._spoilt[len(self.shown) - 1] = self.shown[-1]
            self.places = max(self.places, (packet.dts or 0) + 1)
            return
        if is_spoilt:
            self._spoilt[len(self.shown)] = packet.pts
        self.shown.append(packet.pts)
        self._starts.append(-1 if packet.pos is None else packet.pos)
        if packet.dts is not None:
            self.places = max(self.places, packet.dts + 1)

    def forgive(self, joint: int) -> None:
        """Forget that the last pictures before this place in the file seemed torn.

        The demuxer takes it for a loss where another file begins.
        """
        after = next((n for n, at in enumerate(self._starts) if at >= joint), 0)
        for picture in range(after - _NEAR, after):
            self._spoilt.pop(picture, None)

    def _has_zeros(self, packet: Any) -> bool:
        """Whether a picture's bytes have a run of zeros that no encoder writes."""
        is_coded, is_jpeg = self._codec in _CODED, self._codec == "mjpeg"
        if not (is_coded or is_jpeg or self._codec in _UNBROKEN):
            return False
        data = bytes(packet)
        if not data.strip(b"\0"):
            return True  # nothing of it was written
        if is_jpeg:
            start, stop = max(0, data.find(_SCAN)), len(data.rstrip(b"\0"))
            return data.find(_ZEROS, start, stop) >= 0
        if data.find(_ZEROS) < 0:
            return False
        if is_coded and (self._is_prefixed or data.find(bytes(_MOST_FILLED)) >= 0):
            return True
        ends = (run.end() for run in _RUN.finditer(data))
        return any(data[end : end + 1] > _START for end in ends)

    @property
    def first(self) -> int:
        """When the first picture is shown, in units of the track."""
        return min((pts for pts in self.shown if pts is not None), default=0)

    def times(self, unit_s: float) -> Times:
        """Return when each picture is shown, in order; empty if any has no time."""
        shown = [pts for pts in self.shown if pts is not None]
        if len(shown) < len(self.shown):
            return np.empty(0)
        ordered = np.sort(np.array(shown, np.float64))
        return (ordered - ordered[:1]) * unit_s * 1000

    def starts(self) -> tuple[int, ...]:
        """Return where in the file each picture begins, in the order of ``times``."""
        order = sorted(range(len(self.shown)), key=lambda n: self.shown[n] or 0)
        return tuple(self._starts[n] for n in order)

    def spoilt(self, unit_s: float) -> tuple[float, ...]:
        """Return when the damaged pictures are shown; 0 for those without a time."""
        first = self.first
        shown = (first if pts is None else pts for pts in self._spoilt.values())
        return tuple((pts - first) * unit_s * 1000 for pts in shown)

    def delay(self) -> int:
        """Count the most pictures that come earlier in the file than they are shown."""
        order = [pts for pts in self.shown if pts is not None]
        places = np.argsort(np.argsort(np.array(order, np.int64), kind="stable"))
        return int(max(0, (places - np.arange(len(order))).max(initial=0)))


def _is_never_shown(packet: Any) -> bool:
    """Whether a VP8 picture is only a reference (RFC 6386, 9.1: ``show_frame``)."""
    return packet.stream.codec_context.name == "vp8" and not bytes(packet)[0] & 16
