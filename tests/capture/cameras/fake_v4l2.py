"""The device of the Pi's hardware encoder, as Video4Linux speaks to it."""

from __future__ import annotations

import select
import threading
from collections import deque
from typing import Any

from tests.capture.river_bank import FRAME, KEY_FRAME, PARAMETERS


class Device:
    """``/dev/video11``: takes frames, gives back what it makes of them."""

    def __init__(self, v4l2: Any) -> None:
        self._v4l2 = v4l2
        self._ready = threading.Condition()
        self.controls: dict[int, int] = {}
        self.broken = self.hung = False
        self.open()

    def open(self, *_: Any, **__: Any) -> Device:
        """Open anew, with nothing queued."""
        self.closed = False
        self._waiting: deque[tuple[int, int, int]] = deque()
        self._free: deque[int] = deque()
        self._returned: deque[int] = deque()
        self._frames = 0
        self.content: dict[int, bytes] = {}
        return self

    def fileno(self) -> int:
        """A number."""
        return 11

    def close(self) -> None:
        """Gone."""
        self.closed = True

    def ioctl(self, _vd: Any, code: int, arg: Any = None) -> int:
        """What the kernel would do."""
        v4l2 = self._v4l2
        if self.broken:
            raise OSError(5, "Input/output error")
        output = v4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE
        with self._ready:
            if code == v4l2.VIDIOC_QBUF and arg.type == output:
                moment = arg.timestamp.tv_sec, arg.timestamp.tv_usec
                self._waiting.append((arg.index, *moment))
            elif code == v4l2.VIDIOC_QBUF:
                self._free.append(arg.index)
            elif code == v4l2.VIDIOC_DQBUF and arg.type == output:
                arg.index = self._returned.popleft()
            elif code == v4l2.VIDIOC_DQBUF:
                self._encode(arg)
            elif code == v4l2.VIDIOC_QUERYBUF:
                arg.m.planes[0].length = 1 << 19
                arg.m.planes[0].m.mem_offset = arg.index
            elif code == v4l2.VIDIOC_S_EXT_CTRLS:
                for control in arg.controls[: arg.count]:
                    self.controls[control.id] = control.value
            elif code == v4l2.VIDIOC_S_CTRL:
                self.controls[arg.id] = arg.value
            self._ready.notify_all()
        return 0

    def _encode(self, arg: Any) -> None:
        index, seconds, micros = self._waiting.popleft()
        self._returned.append(index)
        arg.index = self._free.popleft()
        first = self._frames == 0
        data = PARAMETERS + KEY_FRAME if first else FRAME
        self._frames += 1
        self.content[arg.index] = data
        arg.flags = self._v4l2.V4L2_BUF_FLAG_KEYFRAME if first else 0
        arg.timestamp.tv_sec, arg.timestamp.tv_usec = seconds, micros
        arg.m.planes[0].bytesused = len(data)
        arg.m.planes[0].length = 1 << 19

    def register(self, _vd: Any, _events: int) -> None:
        """Of ``select.poll``."""

    def poll(self, milliseconds: int) -> list[tuple[int, int]]:
        """Of ``select.poll``: what is ready."""
        with self._ready:
            if self._returned:
                return [(11, select.POLLOUT)]
            if self.hung or not self._waiting:
                self._ready.wait(milliseconds / 1000)
            if self.broken:
                raise OSError(5, "Input/output error")
            if self.hung or not self._waiting or not self._free:
                return []
            return [(11, select.POLLIN)]


class Memory:
    """A mapped buffer of the device."""

    def __init__(self, device: Device, index: int) -> None:
        self._device, self._index = device, index

    def read(self, count: int) -> bytes:
        """What the device put there."""
        return self._device.content[self._index][:count]

    def seek(self, position: int) -> None:
        """To the start."""

    def close(self) -> None:
        """Unmapped."""
