"""picamera2 off a Pi: its real source, over native parts that are not there.

Real: ``Picamera2.create_video_configuration``, ``start_encoder``, ``stop_encoder``,
both ``H264Encoder`` classes with their threads and locks, ``Output``. Replaced:
libcamera and what else is compiled, the encoder's device (``/dev/video11``), the
camera's event loop.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, Optional
from unittest import mock

from tests.capture.cameras.fake_v4l2 import Device, Memory

NATIVE = (
    "libcamera", "libcamera.controls", "kms", "pykms", "prctl", "simplejpeg",
    "piexif", "pidng", "pidng.camdefs", "pidng.core", "PIL", "PIL.Image",
    "jsonschema", "tqdm", "libarchive", "libarchive.read", "OpenEXR", "v4l2",
)  # fmt: skip


@contextlib.contextmanager
def stubbed() -> Iterator[Any]:
    """The real picamera2, importable while the block runs."""
    importlib.import_module("numpy")  # which cannot be loaded twice
    # What is first imported below is forgotten after it, and would be there twice.
    importlib.import_module("capture.cameras.picamera2")
    stubs: dict[str, Any] = {}
    for name in NATIVE:
        try:
            importlib.import_module(name)
        except ImportError:
            stubs[name] = mock.MagicMock(name=name, __path__=[])
    before = set(sys.modules)
    with mock.patch.dict(sys.modules, stubs):
        module = importlib.import_module("picamera2")
        for part in ("encoders", "outputs", "encoders.libav_h264_encoder"):
            importlib.import_module(f"picamera2.{part}")
        yield module
        for name in set(sys.modules) - before:
            if name.split(".")[0] == "picamera2":
                del sys.modules[name]


class Metadata:
    """Tells a sensor's timestamp, whatever it is asked."""

    def __init__(self, timestamp_ns: int) -> None:
        self._timestamp_ns = timestamp_ns

    def __getitem__(self, key: Any) -> int:
        return self._timestamp_ns


class Request:
    """A frame of the camera."""

    def __init__(self, stream: Any, timestamp_ns: int) -> None:
        plane = mock.Mock(fd=99)
        self.stream_map = {"main": stream}
        self.request = mock.Mock(
            metadata=Metadata(timestamp_ns), buffers={stream: mock.Mock(planes=[plane])}
        )

    def acquire(self) -> None:
        """Held."""

    def release(self) -> None:
        """Let go."""


@contextlib.contextmanager
def hardware(picamera2: Any) -> Iterator[Device]:
    """The encoder of a Pi 4 and before, on a device that is ours."""
    module = importlib.import_module("picamera2.encoders.v4l2_encoder")
    h264 = importlib.import_module("picamera2.encoders.h264_encoder")
    device = Device(importlib.import_module("videodev2"))

    def mapped(_fd: int, _length: int, *_: Any, offset: int) -> Memory:
        return Memory(device, offset)

    patches = (
        mock.patch.object(module, "open", device.open, create=True),
        mock.patch.object(module.fcntl, "ioctl", device.ioctl),
        mock.patch.object(module.mmap, "mmap", mapped),
        mock.patch.object(module.select, "poll", return_value=device),
        mock.patch.object(picamera2.encoders, "H264Encoder", h264.H264Encoder),
    )
    with contextlib.ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        yield device


@contextlib.contextmanager
def software(picamera2: Any) -> Iterator[None]:
    """The encoder of a Pi 5: x264, for real, on grey frames."""
    import numpy as np

    module = importlib.import_module("picamera2.encoders.libav_h264_encoder")
    grey = mock.MagicMock()
    grey.return_value.__enter__.return_value.array = np.full((720, 720), 128, np.uint8)
    encoder = module.LibavH264Encoder
    with (
        mock.patch.object(module, "MappedArray", grey),
        mock.patch.object(picamera2.encoders, "H264Encoder", encoder),
    ):
        yield


def make_camera_class(picamera2: Any, period_s: float) -> Any:  # noqa: C901
    """A ``Picamera2`` whose frames come every so many seconds of real time."""

    class OffPiPicamera2(picamera2.Picamera2):  # type: ignore[misc]
        made: list[Any] = []  # noqa: RUF012
        fails: set[str] = set()  # noqa: RUF012
        held: set[int] = set()  # noqa: RUF012
        hangs = threading.Event()
        models: tuple[str, ...] = ("imx219",)
        lens: Optional[tuple[float, float, float]] = None
        seen: list[Optional[str]] = []  # noqa: RUF012
        tell: Callable[[], dict[str, Any]] = staticmethod(lambda: {"AeLocked": True})

        def _may_fail(self, step: str) -> None:
            """Fail in the steps that are told to, or hang until that is over."""
            if step in self.fails:
                raise RuntimeError(f"{step} failed")
            if f"{step} hangs" in self.fails:
                self.hangs.wait(10)

        def __init__(self, camera_num: int = 0, tuning: Optional[str] = None) -> None:
            self.tuning = tuning
            self._number = camera_num
            if camera_num in self.held:
                raise RuntimeError("Device or resource busy")
            self.held.add(camera_num)  # as the real acquire() does
            OffPiPicamera2.made.append(self)
            self.calls: list[str] = []
            self._quiet = threading.Event()
            self._may_fail("init")
            self._reset_flags()
            self.camera = mock.MagicMock()
            self.sensor_format = "SBGGR10_CSI2P"
            limits = mock.Mock(min=8333, max=11_767_556, default=33333)
            for name in ("FrameDurationLimits", "ExposureTime", "ColourGains"):
                self.camera_ctrl_info[name] = (mock.Mock(), limits)
            self.camera_ctrl_info["AwbEnable"] = (mock.Mock(), limits)
            if self.lens:
                for name in ("AfMode", "LensPosition"):
                    self.camera_ctrl_info[name] = (mock.Mock(), limits)
            self.asked: dict[str, Any] = {}
            self._thread: Optional[threading.Thread] = None
            self.is_open = False  # for the real close(): nothing native to give back

        @staticmethod
        def global_camera_info() -> list[dict[str, Any]]:
            OffPiPicamera2.seen.append(os.environ.get("LIBCAMERA_RPI_TUNING_FILE"))
            return [
                {"Model": model, "Num": number, "Id": f"/base/i2c@{number}/{model}"}
                for number, model in enumerate(OffPiPicamera2.models)
            ]

        @property
        def camera_controls(self) -> dict[str, Any]:
            told = dict.fromkeys(self.camera_ctrl_info, (0, 1, 0))
            told["FrameDurationLimits"] = (8333, 11_767_556, 33333)
            return {**told, "LensPosition": self.lens} if self.lens else told

        def _is_rpi_camera(self) -> bool:
            return True

        def configure(self, camera_config: Any) -> None:
            self._may_fail("configure")
            camera_config["main"]["stride"] = camera_config["main"]["size"][0]
            self.camera_config = camera_config
            stream = mock.Mock()
            stream.configuration.frame_size = 720 * 480 * 3 // 2
            self.stream_map = {"main": stream}
            self.encode_stream_name = "main"

        def start(self) -> None:
            self.calls.append("start")
            self._may_fail("start")
            self._thread = threading.Thread(target=self._loop, daemon=True)
            self._thread.start()

        def capture_metadata(self, wait: Any = None) -> dict[str, Any]:
            self.calls.append("capture_metadata")
            self._may_fail("metadata")
            return self.tell()

        def set_controls(self, controls: Any) -> None:
            self.calls.append("set_controls")
            for name in controls:
                assert name in self.camera_ctrl_info, name
            self.asked.update(controls)

        def capture_file(self, file: Any, format: str) -> dict[str, Any]:  # noqa: A002
            assert format == "jpeg"
            metadata = self.tell()
            picture = b"\xff\xd8 at %.2f" % metadata.get("LensPosition", 0)
            if isinstance(file, str):
                Path(file).write_bytes(picture)
            else:
                file.write(picture)
            return metadata

        def close(self) -> None:
            self._quiet.set()
            self.held.discard(self._number)
            self.calls.append("close")

        def _loop(self) -> None:
            number = 0
            while not self._quiet.wait(period_s):
                request = Request(self.stream_map["main"], number * 1_000_000_000)
                with self.lock:
                    for encoder in self._encoders:
                        encoder.encode(encoder.name, request)
                number += 1

    return OffPiPicamera2
