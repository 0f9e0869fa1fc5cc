"""``check --focus`` as a person types it, with the camera stack of today's Pis."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capture.__main__ import main
from capture.checks import trialclip
from tests.capture.cameras.bench import Bench, prepare

pytestmark = pytest.mark.filterwarnings("ignore:setDaemon.*:DeprecationWarning")
CONFIG = """
[deployment]
id = "creek"
camera = "cam1"
timezone = "UTC"
[capture]
backend = "picamera2"
directory = "drive"
require_mount = false
min_free_mb = 0
"""


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A camera whose lens is sharp at two dioptres, and a trial clip that is short."""
    monkeypatch.setattr(trialclip, "_SECONDS", 0.2)
    monkeypatch.setattr(trialclip, "_FRAMES", 0)
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera2 hardware", stack)

        def tell() -> dict[str, Any]:
            made = bench.native.made[-1]
            stands = made.asked.get("LensPosition", 1.0)
            sharpness = 1000 / (1 + abs(stands - 2))
            return {"AeLocked": True, "LensPosition": stands, "FocusFoM": sharpness}

        bench.native.lens, bench.native.tell = (0.0, 15.0, 1.0), staticmethod(tell)
        yield bench


def check(folder: Path, *arguments: str) -> tuple[int, Path]:
    """Type ``check`` in a folder: its exit code, and the drive."""
    (folder / "drive").mkdir()
    (folder / "config.toml").write_text(CONFIG)
    code = main(["check", *arguments, "--config", str(folder / "config.toml")])
    return code, folder / "drive"


def test_the_strip_lies_on_the_drive(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the picture to aim by; the last line says where the lens belongs."""
    code, drive = check(tmp_path, "--focus")

    said = capsys.readouterr().out.splitlines()
    assert code == 0, said
    assert f"PASS  picture: {drive}/aim.jpg to aim by" in said
    assert said[-1].startswith("PASS  focus: sharpest of 16 pictures at lens_position")
    assert "= 2 (0.5 m in air); see " in said[-1]
    assert (drive / "aim.jpg").read_bytes().startswith(b"\xff\xd8")
    assert (drive / "focus.html").read_text("utf-8").count("<img ") == 16
    assert not bench.native.held


def test_without_the_flag_the_lens_stays(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it was put by a person, or by autofocus."""
    code, drive = check(tmp_path)

    assert code == 0, capsys.readouterr().out
    assert "LensPosition" not in bench.native.made[0].asked
    assert [path.name for path in drive.iterdir()] == ["aim.jpg"]


def test_focus_of_a_camera_without_a_motor_fails(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to do instead, and no strip."""
    bench.native.lens = None
    code, drive = check(tmp_path, "--focus")

    said = capsys.readouterr().out.splitlines()
    assert code == 1
    assert said[-1] == "FAIL  focus: this camera has no lens motor; turn the lens"
    assert not (drive / "focus.html").exists()
