"""The keys of ``[capture]`` that have readers of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from capture.config import REQUIRED, CaptureConfig, CaptureSettings
from weir import ConfigError, config


def read(folder: Path, line: str) -> CaptureConfig:
    """A config with this line in ``[capture]``."""
    file = folder / "config.toml"
    file.write_text(f'[deployment]\nid = "a"\ncamera = "b"\n[capture]\n{line}\n')
    return config.load(CaptureSettings, file, REQUIRED).capture


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ('lens_position = ""', "lens_position", None),
        ("lens_position = 0", "lens_position", 0.0),
        ("lens_position = 2.5", "lens_position", 2.5),
        ("sensor = 1", "sensor", 1),
        ("require_mount = false", "require_mount", False),
        ('require_mount = "/mnt/usb"', "require_mount", Path("/mnt/usb")),
        ('sensor = "imx708"', "sensor", "imx708"),
        ('tuning_file = ""', "tuning_file", None),
    ],
)
def test_what_is_written_is_read(
    tmp_path: Path, line: str, key: str, value: Any
) -> None:
    """And an empty text is what it says."""
    assert getattr(read(tmp_path, line), key) == value


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('lens_position = "auto"', "dioptres, 0"),
        ("lens_position = -1", "dioptres, 0"),
        ("lens_position = 33", "dioptres, 0"),
        ("sensor = -1", "index of a camera"),
        ("require_mount = 1", "true, false, or a mount point"),
        ('require_mount = ""', "true, false, or a mount point"),
        ("sensor = 1.5", "index of a camera"),
        ('sensor = ""', "index of a camera"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, line: str, expected: str
) -> None:
    """With what was expected."""
    with pytest.raises(ConfigError, match=expected):
        read(tmp_path, line)


def test_a_tuning_file_starts_from_the_config(tmp_path: Path) -> None:
    """As every path does."""
    found = read(tmp_path, 'tuning_file = "noir.json"').tuning_file

    assert found == tmp_path / "noir.json"
