"""Which run a config belongs to, in a new record and in one of an earlier Weir."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Union

import pytest

from analysis.config import AnalysisConfig, AnalysisSettings, DetectorConfig
from analysis.record.runs.identity import NEUTRAL, identity
from analysis.record.store import Store
from analysis.startup import run_settings
from analysis.values.facts import ModelFacts
from tests.analysis.made_record import NOW
from weir.deployment import DeploymentConfig

WRITTEN = {
    "assumed_framerate": 1,
    "classifier": None,
    "detector": {
        "bytes": 1059,
        "colour": "rgb",
        "engine": "ai-edge-litert",
        "engine_version": "2.3.0",
        "file": "model.tflite",
        "fit": "crop",
        "inputs": ["image [1, 32, 32, 3] float32"],
        "kind": "classifier",
        "labels": ["fish", "no_fish"],
        "labels_source": "the model itself",
        "normalise_source": 'config "0..1"',
        "offset": [0.0],
        "outputs": ["probabilities [1, 2] float32"],
        "resize": "area",
        "scale": [0.00392156862745098],
        "sha256": "1eef543c3918477aca27b401e9544b60125cd248902c0438e3a12024258ba399",
        "targets": ["fish"],
        "threshold": 0.5,
        "why": "one output of 2 scores; softmax in the model",
    },
    "encounter_gap_s": 0,
    "method": 2,
    "require_motion": False,
    "rotate": 0,
}
"""The run that the commit 87f78c3 began for ``tests.footage.model_bytes``."""

KEY = "135f8f485a60540a907d82c7b3d97ab58dacafe2eec2cff2b2598ed5f28836a5"


def now(**options: Any) -> dict[str, Any]:
    """What this Weir says of the same models and the shipped config, by one method."""
    facts = ModelFacts.from_json(WRITTEN["detector"])  # type: ignore[arg-type]
    config = replace(AnalysisConfig(), **options)
    settings = AnalysisSettings(DeploymentConfig(id="creek", camera="cam1"), config)
    today = run_settings(settings, (facts, None, None), require_motion=False)
    return {**today, "method": WRITTEN["method"]}


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A record with a run as it was written then."""
    record = tmp_path / "weir.sqlite"
    Store(record).close()
    text = json.dumps(WRITTEN, sort_keys=True, ensure_ascii=False)
    with closing(sqlite3.connect(record)) as db, db:
        db.execute(
            "INSERT INTO runs (id, key, started, software, settings)"
            " VALUES (1, ?, '2026-11-26T04:05:47Z', 'weir 0.1.0', ?)",
            (KEY, text),
        )
    return record


def test_an_upgrade_continues_the_run(earlier: Path) -> None:
    """With the same config, whatever keys were added since."""
    with Store(earlier) as store:
        assert store.run(now(), NOW) == 1


def test_what_is_seen_otherwise_is_another_run(earlier: Path) -> None:
    """Another method, or a key that is not at its default."""
    with Store(earlier) as store:
        assert store.run({**now(), "method": 99}, NOW) == 2
        assert store.run(now(rotate=90), NOW) == 3
        assert store.run({**now(), "a_new_key": 1}, NOW) == 4
        assert store.run({**now(), "keep_above": 0.2}, NOW) == 5
        assert store.run(now(sample_fps=5), NOW) == 6
        limits: list[Union[str, float]] = [2, 3, "auto"]
        for number, below in enumerate(limits, 7):
            detector = DetectorConfig(reuse_below=below)
            assert store.run(now(detector=detector), NOW) == number
        assert store.run(now(), NOW) == 1


def test_words_and_defaults_are_not_part_of_it() -> None:
    """A reason in other words, or a key that is not there yet, changes nothing."""
    less = {key: value for key, value in WRITTEN.items() if key not in NEUTRAL}
    reworded: dict[str, Any] = {**less, "detector": {**WRITTEN["detector"], "why": "x"}}  # type: ignore[dict-item]

    assert identity(reworded) == identity(WRITTEN)
    assert identity({**less, "rotate": 0.0}) == identity(WRITTEN)


def test_every_shipped_key_is_neutral_or_always_there() -> None:
    """Whoever adds a key decides at which value Weir sees as it did before."""
    always = {"detector", "require_motion", "method"}

    assert set(identity(now())) == always
