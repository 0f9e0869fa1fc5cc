"""The packets of a track, one a picture: when it is shown, and whether it is whole."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]

_ZEROS = bytes(32)
_CODED = ("h264", "hevc")  # they break up every run of zeros in what they encode
_BACK_S = 0.5  # times that go back by more are those of another file
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

    def follow(self, packet: Any) -> bool:
        """Shift a packet's times; say whether another file begins with it."""
        is_joint = False
        if packet.dts is not None:
            dts, last = packet.dts + self._shift, self._last
            if last is not None:
                is_joint = (last - dts) * float(packet.time_base) > _BACK_S
                self._shift += last + self._step - dts if is_joint else 0
                self._step = dts - last if dts > last else self._step
            self._last = packet.dts = packet.dts + self._shift
        if packet.pts is not None:
            packet.pts += self._shift
        return is_joint


class Packets:
    """Collects the packets of a track, one for each picture.

    Attributes:
        shown: when each picture that a player shows is shown, in units of the track.
        hidden: how many pictures a player does not show, as the container says.
        leading: how many it cannot show at the start, because they need a picture that
            was cut away.
        places: how many places for pictures there are up to the last one.

    Args:
        codec: FFmpeg's name of it.
        is_prefixed: whether its units have lengths instead of start codes.
        is_joinable: whether several files in one behind the other are a film.
    """

    def __init__(
        self, codec: str, *, is_prefixed: bool, is_joinable: bool = False
    ) -> None:
        self._is_coded = is_prefixed and codec in _CODED
        self._is_jpeg = codec == "mjpeg"
        self.shown: list[Optional[int]] = []
        self.hidden = self.places = self.leading = 0
        self._key: Optional[int] = None
        self._spoilt: list[Optional[int]] = []
        self._joints = _Joints() if is_joinable else None
        self._torn = -_NEAR

    def add(self, packet: Any) -> None:
        """Take the next packet, in the order of decoding."""
        if self._joints and self._joints.follow(packet):
            self._forgive()
        if packet.is_discard or _is_never_shown(packet):
            self.hidden += 1
            return
        if self._key is None and packet.is_keyframe:
            self._key = packet.pts
        elif None not in (packet.pts, self._key) and packet.pts < self._key:
            self.leading += 1
            return
        self.shown.append(packet.pts)
        if packet.dts is not None:
            self.places = max(self.places, packet.dts + 1)
        has_zeros = self._has_zeros(packet)
        if packet.is_corrupt or has_zeros:
            self._spoilt.append(packet.pts)
            self._torn = -_NEAR if has_zeros else len(self.shown)

    def _forgive(self) -> None:
        """Forget that the last picture seemed torn: another file follows it."""
        if len(self.shown) - self._torn < _NEAR:
            self._spoilt.pop()

    def _has_zeros(self, packet: Any) -> bool:
        """Whether a picture's bytes have a run of zeros that no encoder writes."""
        if not (self._is_coded or self._is_jpeg):
            return False
        data = bytes(packet)
        if not data.strip(b"\0"):
            return True  # nothing of it was written
        start = max(0, data.find(_SCAN)) if self._is_jpeg else 0
        stop = len(data.rstrip(b"\0")) if self._is_jpeg else len(data)
        return data.find(_ZEROS, start, stop) >= 0

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

    def spoilt(self, unit_s: float) -> tuple[float, ...]:
        """Return when the damaged pictures are shown; 0 for those without a time."""
        first = self.first
        shown = (first if pts is None else pts for pts in self._spoilt)
        return tuple((pts - first) * unit_s * 1000 for pts in shown)

    def delay(self) -> int:
        """Count the most pictures that come earlier in the file than they are shown."""
        order = [pts for pts in self.shown if pts is not None]
        places = np.argsort(np.argsort(np.array(order, np.int64), kind="stable"))
        return int(max(0, (places - np.arange(len(order))).max(initial=0)))


def _is_never_shown(packet: Any) -> bool:
    """Whether a VP8 picture is only a reference (RFC 6386, 9.1: ``show_frame``)."""
    return packet.stream.codec_context.name == "vp8" and not bytes(packet)[0] & 16
