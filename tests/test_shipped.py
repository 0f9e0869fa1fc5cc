"""What is shipped beside the code: the config files, and what the README promises."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.config import AnalysisSettings
from capture.config import CaptureSettings
from weir import config

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def keys(kind: Any, where: str) -> Iterator[str]:
    """Every key of a table and of the tables in it."""
    for field in dataclasses.fields(kind):
        inner = field.metadata.get("table")
        if inner:
            yield from keys(inner, f"{where}{field.name}.")
        else:
            yield where + field.name


def shipped_keys(file: Path) -> set[str]:
    """The keys that stand in a TOML file, those in comments too."""
    found, table = set(), ""
    for line in file.read_text("utf-8").splitlines():
        if match := re.match(r"\[([a-z.]+)\]", line):
            table = match[1]
        elif match := re.match(r"(?:# )?([a-z_]+) *=", line):
            found.add(f"{table}.{match[1]}")
    return found


@pytest.mark.parametrize("file", ["config.toml", "demo/config.toml"])
@pytest.mark.parametrize("kind", [CaptureSettings, AnalysisSettings])
def test_shipped_configs_load(file: str, kind: Any) -> None:
    """Both daemons can read what is shipped."""
    loaded = config.load(kind, ROOT / file, ("deployment.id", "deployment.camera"))

    assert loaded.deployment.id


@pytest.mark.parametrize("kind", [CaptureSettings, AnalysisSettings])
def test_every_key_stands_in_the_shipped_config(kind: Any) -> None:
    """Nobody has to read the code to know what can be set."""
    assert set(keys(kind, "")) <= shipped_keys(ROOT / "config.toml")


@pytest.mark.parametrize("kind", [CaptureSettings, AnalysisSettings])
def test_the_shipped_config_shows_the_defaults(kind: Any, tmp_path: Path) -> None:
    """Leaving a key out is the same as leaving it as it is shipped."""
    bare = tmp_path / "config.toml"
    bare.write_text('[deployment]\nid = "creek-2026"\ncamera = "cam1"\n')

    assert config.load(kind, bare) == config.load(kind, ROOT / "config.toml")


def commands(text: str) -> list[str]:
    """The Weir commands in a text: program and command."""
    return sorted(set(re.findall(r"\bweir-(?:capture|analysis) [a-z]+\b", text)))


@pytest.mark.parametrize("line", commands(README))
def test_commands_of_the_readme_exist(line: str) -> None:
    """What the README tells people to type is there."""
    program, command = line.split()
    package = program.removeprefix("weir-")

    done = subprocess.run(
        [sys.executable, "-m", package, command, "--help"],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()


def make_targets(text: str) -> list[str]:
    """The make targets that a text tells people to type."""
    return sorted(
        set(re.findall(r"(?:^|`|sudo )make ([a-z][a-z-]+)", text, re.MULTILINE))
    )


@pytest.mark.parametrize("target", make_targets(README))
def test_targets_of_the_readme_exist(target: str) -> None:
    """So is what it tells them to make."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
