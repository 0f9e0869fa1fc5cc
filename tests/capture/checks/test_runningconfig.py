"""The config that a running daemon uses, beside the one that ``check`` reads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.checks import runningconfig
from capture.config import CaptureSettings
from tests.capture.camera_site import Site
from weir import config, service


@pytest.fixture
def daemon(site: Site) -> Iterator[None]:
    """This process works in the site's state directory, with the config as it is."""
    state, file = site.folder / "weir-state", site.folder / "config.toml"
    state.mkdir()
    with service.alone(state / "capture.lock"):
        runningconfig.leave_word(state, file, config.load(CaptureSettings, file))
        yield


def told(site: Site) -> str:
    """The line of ``check`` about the daemon's config."""
    _, lines = site.run("check")
    (line,) = (line for line in lines if "the running daemon" in line)
    return line


def test_the_same_config_passes(site: Site, daemon: None) -> None:
    """A comment and a default that is written out change nothing."""
    site.configure("rotation = 0 # as it hangs")

    who = f"the running daemon (process {os.getpid()})"
    assert told(site) == f"PASS  config: {who} uses the same"


def test_an_edited_config_is_told_by_its_keys(site: Site, daemon: None) -> None:
    """And how the daemon comes to use it."""
    site.configure("rotation = 180\nquality = 30")

    line = told(site)
    assert line.startswith("FAIL  config: the running daemon")
    assert "capture.rotation is 0 there and 180 here" in line
    assert "capture.quality is 23 there and 30 here" in line
    assert line.endswith("sudo systemctl restart weir-capture")


def test_another_file_is_named(site: Site, daemon: None, tmp_path: Path) -> None:
    """The one that the daemon reads."""
    other = site.folder / "other.toml"
    shutil.copy(site.folder / "config.toml", other)
    other.write_text(other.read_text().replace("creek 2026", "creek-2027"))
    done = site.python(
        "from capture.__main__ import main;"
        f"raise SystemExit(main(['check', '--config', '{other}']))"
    )

    file = site.folder / "config.toml"
    assert f"uses {file}: deployment.id is " in done
    assert f"or --config {file}" in done


def test_many_differences_are_counted(site: Site, daemon: None) -> None:
    """Nobody reads forty."""
    site.configure(
        "rotation = 180\nquality = 30\nexposure = 9\ngains = [2, 2]\n"
        "keyframe_interval = 9\nbitrate = 9000\nresolution = [64, 48]"
    )

    assert ", and 2 more; sudo" in told(site)


def test_a_daemon_that_left_no_word_is_unknown(site: Site, daemon: None) -> None:
    """One of before, or whose disk is read-only."""
    (site.folder / "weir-state" / runningconfig.FILE_NAME).unlink()

    assert told(site).startswith("UNKNOWN  config: the running daemon")


def test_the_word_of_a_daemon_that_is_gone_does_not_count(
    site: Site, daemon: None
) -> None:
    """The number of the process tells."""
    word = site.folder / "weir-state" / runningconfig.FILE_NAME
    word.write_text(word.read_text().replace(f"{os.getpid()}", "1"))

    assert told(site).startswith("UNKNOWN  config: the running daemon")


def test_a_daemon_leaves_word(site: Site) -> None:
    """Before it films."""
    site.film(1)
    file = site.folder / "config.toml"
    (word,) = site.folder.rglob(runningconfig.FILE_NAME)

    assert f'"file": "{file}"' in word.read_text()
    assert '"capture.framerate": 0.1' in word.read_text()
