"""picamera 1.13 off a Pi: its real recording code, over a port that is not there.

Real: ``start_recording``, ``wait_recording``, ``stop_recording``, ``close``, the whole
of ``PiVideoEncoder`` with its options, its callback, its limits and its errors.
Replaced: the firmware's libraries, the MMAL components, and the camera component that
``PiCamera.__init__`` opens.
"""

from __future__ import annotations

import ctypes
import importlib
import threading
from fractions import Fraction
from typing import Any, Callable, Optional
from unittest import mock

from tests.capture.river_bank import FRAME, KEY_FRAME, PARAMETERS

FIRMWARE = {"libbcm_host.so", "libmmal.so", "libvcos.so"}


def import_picamera() -> Any:
    """The real picamera, with the firmware's libraries replaced."""
    real = ctypes.CDLL

    def fake(name: str, *args: Any, **named: Any) -> Any:
        return mock.MagicMock() if name in FIRMWARE else real(name, *args, **named)

    with mock.patch.object(ctypes, "CDLL", fake):
        return importlib.import_module("picamera")


class Buffer:
    """What the firmware hands to the callback."""

    def __init__(self, data: bytes, flags: int, pts: int) -> None:
        self.data, self.flags, self.pts, self.length = data, flags, pts, len(data)


class Port:
    """An MMAL port that keeps what it is told."""

    def __init__(self, framesize: tuple[int, int]) -> None:
        self.framesize = framesize
        self.framerate = Fraction(1)
        self.enabled = False
        self.params: dict[int, Any] = {}
        self.format: Any = None
        self.bitrate: Optional[int] = None
        self.callback: Optional[Callable[[Any, Buffer], bool]] = None

    def connect(self, other: Any) -> None:
        """Nothing flows."""

    def copy_from(self, other: Any) -> None:
        """Of the same shape already."""

    def commit(self) -> None:
        """Believed."""

    def enable(self, callback: Callable[[Any, Buffer], bool]) -> None:
        """From now on buffers go there."""
        self.callback, self.enabled = callback, True

    def disable(self) -> None:
        """No more buffers."""
        self.enabled = False


class Component:
    """The firmware's video encoder."""

    framesize = (720, 480)

    def __init__(self) -> None:
        self.inputs = [Port(self.framesize)]
        self.outputs = [Port(self.framesize)]
        self.control = Port(self.framesize)
        self.connection = mock.Mock(spec=["enable"])
        self.enabled = False

    def enable(self) -> None:
        """It may work."""
        self.enabled = True

    def disconnect(self) -> None:
        """Apart."""

    def close(self) -> None:
        """Gone."""


def make_camera_class(picamera: Any, period_s: float) -> Any:  # noqa: C901
    """A ``PiCamera`` whose frames come every so many seconds of real time.

    Its settings are only those that the real one has: a misspelt one is an error.
    """
    mmal = importlib.import_module("picamera.mmal")
    end = mmal.MMAL_BUFFER_HEADER_FLAG_FRAME_END

    class OffPiCamera(picamera.PiCamera):  # type: ignore[misc]
        made: list[Any] = []  # noqa: RUF012
        fails: set[str] = set()  # noqa: RUF012
        held: set[int] = set()  # noqa: RUF012
        hangs = threading.Event()

        def __init__(
            self,
            camera_num: int = 0,
            resolution: tuple[int, int] = (0, 0),
            framerate: Fraction = Fraction(1),
        ) -> None:
            self._facts: dict[str, Any] = {
                "resolution": resolution,
                "framerate": framerate,
            }
            if camera_num in self.held:
                raise picamera.PiCameraMMALError(1, "Out of resources")
            self.held.add(camera_num)
            self._number = camera_num
            self._encoders_lock = threading.Lock()
            self._encoders: dict[int, Any] = {}
            self._overlays: list[Any] = []
            self._preview = self._splitter = self._camera_exception = None
            self._camera = mock.Mock(spec=["close"])
            self._used_led = False
            self._quiet, self._hung = threading.Event(), False
            self._thread: Optional[threading.Thread] = None
            self.pieces = 1
            OffPiCamera.made.append(self)

        def __setattr__(self, name: str, value: Any) -> None:
            if name.startswith("_") or name == "pieces":
                object.__setattr__(self, name, value)
            elif name in self.fails:
                raise picamera.PiCameraValueError(f"Invalid {name}")
            elif f"{name} hangs" in self.fails:
                self.hangs.wait(10)
            elif name in dir(picamera.PiCamera):
                self._facts[name] = value
            else:
                raise AttributeError(f"PiCamera has no {name}")

        def __getattribute__(self, name: str) -> Any:
            if not name.startswith("_") and name in self._facts:
                return self._facts[name]
            return super().__getattribute__(name)

        @property
        def framerate_delta(self) -> int:
            return 0

        def close(self) -> None:
            super().close()
            self.held.discard(self._number)

        def hang(self) -> None:
            """Give no more buffers."""
            self._hung = True

        def _check_camera_open(self) -> None:
            pass

        def _check_recording_stopped(self) -> None:
            pass

        def _get_ports(self, from_video_port: bool, splitter_port: int) -> Any:
            return Port(self._facts["resolution"]), Port(self._facts["resolution"])

        def _start_capture(self, port: Any) -> None:
            self._quiet.clear()
            self._thread = threading.Thread(target=self._pump, daemon=True)
            self._thread.start()

        def _stop_capture(self, port: Any) -> None:
            self._quiet.set()
            if self._thread and threading.current_thread() is not self._thread:
                self._thread.join()

        def _pump(self) -> None:
            number = 0
            while not self._quiet.wait(period_s):
                if self._hung:
                    continue
                for buffer in self._buffers(number):
                    (encoder,) = self._encoders.values()
                    port = encoder.output_port
                    if port is None or port.callback(port, buffer):
                        return
                number += 1

        def _buffers(self, number: int) -> list[Buffer]:
            pts = 5_000_000 + number * 1_000_000
            config = mmal.MMAL_BUFFER_HEADER_FLAG_CONFIG
            key = mmal.MMAL_BUFFER_HEADER_FLAG_KEYFRAME if number == 0 else 0
            data = FRAME if number else KEY_FRAME
            size = -(-len(data) // self.pieces)
            cuts = [data[i : i + size] for i in range(0, len(data), size)]
            found = [
                Buffer(cut, key | (end if cut is cuts[-1] else 0), pts) for cut in cuts
            ]
            if number == 0:
                found.insert(
                    0, Buffer(PARAMETERS, config | end, mmal.MMAL_TIME_UNKNOWN)
                )
            return found

    return OffPiCamera


def patched(picamera: Any, period_s: float) -> Any:
    """``picamera`` as if its camera and its encoder were here; a context manager."""
    encoders = importlib.import_module("picamera.encoders")
    # ``PiCamera._get_video_encoder`` makes a PiCookedVideoEncoder of this component.
    component = mock.patch.object(encoders.PiVideoEncoder, "encoder_type", Component)
    align = mock.patch.object(
        encoders.bcm_host, "VCOS_ALIGN_UP", lambda value, to: -(-value // to) * to
    )
    camera = mock.patch.object(
        picamera, "PiCamera", make_camera_class(picamera, period_s)
    )
    return component, align, camera
