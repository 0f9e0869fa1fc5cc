"""What of the daemon's unit makes its sandbox; ``tests/systemd`` goes into one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from capture.checks import sandbox
from tests.capture.camera_site import ROOT, Site
from weir import tomlfile

UNIT = ROOT / "systemd" / "weir-capture.service"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A systemctl that knows the shipped unit, and what the file adds to it."""
    drop_in = tmp_path / "drop-in"
    drop_in.write_text("[Service]\nMemoryMax=\n")
    program = tmp_path / "systemctl"
    program.write_text(f"#!/bin/sh\n[ $1 = cat ] && cat {UNIT} {drop_in}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return drop_in


def test_the_sandbox_is_the_units(installed: Path) -> None:
    """Each line of the shipped unit that says what the daemon may see, and no other."""
    unit = sandbox.read_unit()

    assert unit is not None
    assert (unit.program, unit.config) == (
        "/opt/weir/bin/weir-capture",
        Path("/etc/weir/config.toml"),
    )
    for line in ("User=weir", "ProtectSystem=strict", "DevicePolicy=closed"):
        assert line in unit.properties
    life = ("Exec", "Type", "Restart", "Watchdog", "Timeout")
    assert not [line for line in unit.properties if line.startswith(life)]


def test_what_an_administrator_changed_counts(installed: Path) -> None:
    """A drop-in comes after the unit; continued lines are one."""
    installed.write_text(
        "[Unit]\nAfter=x\n[Service]\n# no\nReadWritePaths=/srv \\\n  /data\n"
        "ExecStart=\nExecStart=/opt/b run --config /etc/b.toml\n"
    )
    unit = sandbox.read_unit()

    assert unit is not None
    assert unit.properties[-1].split() == ["ReadWritePaths=/srv", "/data"]
    assert (unit.program, unit.config) == ("/opt/b", Path("/etc/b.toml"))


def test_without_a_unit_there_is_no_sandbox(site: Site) -> None:
    """It says whose eyes these are."""
    _, lines = site.run("check")

    assert lines[0].startswith("PASS  eyes: those of the user ")
    assert lines[0].endswith(", in no sandbox")


def test_a_checkout_does_not_go_in(installed: Path) -> None:
    """The service's user may not even read its program."""
    unit = sandbox.read_unit()

    assert not sandbox.may_go_in(unit, Path("/etc/weir/config.toml"))


def test_another_user_is_told_how_to_go_in(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By root, who may."""
    monkeypatch.setattr(tomlfile, "is_checkout", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 65534)

    finding = sandbox.eyes(sandbox.read_unit()).finding

    assert finding.passed is None
    assert finding.words.endswith("for the daemon's own: sudo weir-capture check")
