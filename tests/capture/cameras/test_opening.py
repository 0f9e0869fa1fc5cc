"""Opening a camera: what is there, what fails, what comes too late."""

from __future__ import annotations

import contextlib
import sys
import threading
from dataclasses import replace

import pytest

from capture.cameras import CameraMissing, CameraStuck, open_camera
from capture.config import CaptureConfig
from tests.capture.cameras.bench import film, prepare
from weir.clock import SystemClock

pytestmark = pytest.mark.filterwarnings(
    "ignore:setDaemon.*:DeprecationWarning", "ignore:.*isSet.*:DeprecationWarning"
)


def test_auto_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off a Pi there is no camera, and the text names both ways to one."""
    monkeypatch.setitem(sys.modules, "picamera", None)
    with pytest.raises(CameraMissing) as caught:
        open_camera(CaptureConfig(backend="auto"), SystemClock())

    assert "python3-picamera2" in str(caught.value)
    assert "weir[picamera]" in str(caught.value)


def test_auto_takes_what_is_there() -> None:
    """Without picamera2, the legacy stack."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera", stack)
        bench.config = replace(bench.config, backend="auto")
        camera = bench.open()
        camera.close()

    assert camera.backend == "picamera"


OPENINGS = [
    *(("picamera2 hardware", step) for step in ("init", "configure", "start")),
    ("picamera2 hardware", "metadata"),
    ("picamera", "rotation"),
]


@pytest.mark.parametrize(("backend", "step"), OPENINGS)
def test_a_camera_that_fails_while_it_is_opened_is_not_kept(
    backend: str, step: str
) -> None:
    """The next attempt, a moment later, does not find it busy."""
    with contextlib.ExitStack() as stack:
        bench = prepare(backend, stack)
        bench.native.fails.add(step)
        with pytest.raises(CameraMissing, match=step):
            bench.open()
        assert not bench.native.held
        bench.native.fails.clear()
        camera = bench.open()
        assert film(camera, 2).units
        camera.close()


@pytest.mark.parametrize(
    ("backend", "step"),
    [("picamera2 hardware", "start hangs"), ("picamera", "rotation hangs")],
)
def test_a_camera_that_comes_too_late_is_closed(
    backend: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for it has gone on, and asks for another one."""
    for module in ("picamera", "picamera2"):
        monkeypatch.setattr(f"capture.cameras.{module}._OPEN_DEADLINE_S", 0.05)
    with contextlib.ExitStack() as stack:
        bench = prepare(backend, stack)
        bench.native.fails.add(step)
        with pytest.raises(CameraStuck):
            bench.open()
        assert bench.native.held
        bench.native.hangs.set()
        for thread in threading.enumerate():
            if thread.name in ("picamera", "picamera2"):
                thread.join(5)
        assert not bench.native.held
