"""One config file: read whole, and every reason told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.config import AnalysisSettings
from capture.config import CaptureSettings
from weir import ConfigError, config

GOOD = """
[deployment]
id = "creek"
camera = "cam1"
[analysis]
folder = "host"
[analysis.detector]
model = "/models/fish.tflite"
"""


def load(folder: Path, text: str, *required: str) -> AnalysisSettings:
    """The tables of a config that the host reads."""
    file = folder / "config.toml"
    file.write_text(text)
    return config.load(AnalysisSettings, file, required)


def problems(folder: Path, text: str, *required: str) -> list[str]:
    """What is wrong with a config, line by line, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text, *required)
    start = f"{folder / 'config.toml'}: "
    lines = str(caught.value).splitlines()
    assert all(line.startswith(start) for line in lines)
    return [line[len(start) :] for line in lines]


def test_relative_paths_start_from_the_file(tmp_path: Path) -> None:
    """Absolute ones stay."""
    settings = load(tmp_path, GOOD)

    assert settings.analysis.folder == tmp_path / "host"
    assert settings.analysis.detector.model == Path("/models/fish.tflite")
    assert settings.analysis.settle_seconds == 10


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("worker = 2", "analysis.worker = 2: unknown key; did you mean workers?"),
        ("xyz = 2", "analysis.xyz = 2: unknown key; known are folder, settle_seconds"),
        ("workers = -1", "analysis.workers = -1: expected a whole number, 0 or more"),
        ("workers = true", "analysis.workers = true: expected a whole number"),
        ('workers = "2"', 'analysis.workers = "2": expected a whole number'),
        ("rotate = 45", "analysis.rotate = 45: expected one of 0, 90, 180, 270"),
        ("keep_done = 1", "analysis.keep_done = 1: expected true or false"),
        (
            "settle_seconds = -1",
            "analysis.settle_seconds = -1: expected a number, 0 or",
        ),
        ("settle_seconds = nan", "analysis.settle_seconds = nan: expected a number"),
        ("settle_seconds = true", "analysis.settle_seconds = true: expected a number"),
        ("assumed_framerate = -1", "expected a number, 0 or more, at most 1000"),
        ("sample_fps = -1", "analysis.sample_fps = -1: expected a number, 0 or more"),
        (
            'detector = {reuse_below = "Auto"}',
            'reuse_below = "Auto": expected "auto", or',
        ),
        ("detector = {reuse_below = true}", '= true: expected "auto", or grey levels'),
        ("detector = {reuse_below = -0.5}", "a number from 0 (every frame) to 255"),
        ('require_motion = "no"', 'expected "auto", true or false'),
        ("detector = 3", "analysis.detector = 3: expected a table [analysis.detector]"),
        ('folder = ""', 'analysis.folder = "": expected a path in quotes'),
    ],
)
def test_an_error_names_key_value_and_expectation(
    tmp_path: Path, line: str, why: str
) -> None:
    """And the nearest known key."""
    (problem,) = problems(tmp_path, f"[analysis]\n{line}\n")

    assert why in problem


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    """Nobody likes to mend a file line by line."""
    text = "[analyse]\n[analysis]\nworkers = -1\nrotate = 1\n"

    assert [p.split(" ")[0] for p in problems(tmp_path, text, "deployment.id")] == [
        *("analyse:", "analysis.workers", "analysis.rotate", "deployment.id:")
    ]


def test_what_has_no_default_must_be_set(tmp_path: Path) -> None:
    """An empty text is not set."""
    text = '[deployment]\nid = ""\n'

    assert problems(tmp_path, text, "deployment.id") == [
        "deployment.id: missing; it has no default and must be set"
    ]


def test_a_command_reads_the_tables_it_uses(tmp_path: Path) -> None:
    """What is wrong in another daemon's table is that one's affair."""
    file = tmp_path / "config.toml"
    file.write_text("[capture]\nnope = 1\n")
    config.load(AnalysisSettings, file)

    with pytest.raises(ConfigError, match=r"capture\.nope"):
        config.load(CaptureSettings, file)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('[deployment]\ntimezone = "Mars/Olympus"', CaptureSettings),
        ("[capture]\nrotation = 180.0", CaptureSettings),
        ("[capture]\nmin_free_mb = 1" + "0" * 400, CaptureSettings),
        ("[analysis]\nsettle_seconds = inf", AnalysisSettings),
    ],
)
def test_odd_values_are_refused_like_any(tmp_path: Path, line: str, kind: type) -> None:
    """Exit 2 and a line, never a traceback."""
    file = tmp_path / "config.toml"
    file.write_text(line)

    with pytest.raises(ConfigError, match="expected"):
        config.load(kind, file)


def test_a_blank_name_is_no_name(tmp_path: Path) -> None:
    """Spaces do not name a deployment."""
    file = tmp_path / "config.toml"
    file.write_text('[deployment]\nid = "  "\ncamera = "cam1"')

    with pytest.raises(ConfigError, match=r"deployment\.id: missing"):
        config.load(CaptureSettings, file, ("deployment.id", "deployment.camera"))
