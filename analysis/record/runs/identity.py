"""Which run it is: two configs that see the same in footage are one run.

A run's settings are kept in full, so that every number can be traced. They are compared
without what decides nothing: words that explain a decision, and keys at the value at
which Weir sees as it did before it knew them. So an upgrade that brings a key or
rewords a reason continues the run, also in a record that an earlier Weir began.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Optional

from analysis.record.file.sqlite import Connection
from analysis.values.facts import ModelFacts, judges_whole_frames

NEUTRAL: Mapping[str, Any] = {
    "classifier": None,
    "verifier": None,
    "verifier_frames_per_hour": 0,
    "rotate": 0,
    "encounter_gap_s": 0,
    "assumed_framerate": 1,
    "keep_above": 0.3,
    "level_camera": True,
    "reuse_below": 0,
    "sample_fps": 0,
}
"""The value of each key at which Weir sees as it did before the key was there.

A value is never changed once it was released: records of then are compared by it.
"""

_MODELS = frozenset({"detector", "classifier", "verifier"})
_WORDS = frozenset({"why", "labels_source", "normalise_source"})
"""What a model's facts say in words about decisions that stand beside them."""

_OF_MODEL: Mapping[str, Any] = {
    field.name: list(field.default)
    if isinstance(field.default, tuple)
    else field.default
    for field in dataclasses.fields(ModelFacts)
    if field.default is not dataclasses.MISSING
}
"""The neutral values of a model's facts, as values of JSON: the fields' defaults."""


def identity(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a run's settings decides what is seen, as values of JSON."""
    plain = json.loads(json.dumps(settings))
    if not plain.get("encounter_gap_s") and plain.get("assumed_framerate") == 0:
        plain["assumed_framerate"] = NEUTRAL["assumed_framerate"]  # no frame is counted
    return {
        key: _of_model(value) if key in _MODELS else value
        for key, value in plain.items()
        if key not in NEUTRAL or value != NEUTRAL[key]
    }


def find(db: Connection, settings: Mapping[str, Any]) -> Optional[int]:
    """Return the number of the run that sees as these settings do.

    Returns:
        The newest such run; None if there is none.
    """
    wanted = identity(settings)
    rows = db.execute("SELECT id, settings FROM runs ORDER BY id DESC")
    same = (row["id"] for row in rows if identity(json.loads(row[1])) == wanted)
    return next(same, None)


def cannot_count(db: Connection, run: int) -> bool:
    """Whether a run's model judges whole frames, and so cannot count individuals."""
    found = db.execute("SELECT settings FROM runs WHERE id = ?", (run,)).fetchone()
    return judges_whole_frames(json.loads(found[0]))


def _of_model(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in facts.items()
        if name not in _WORDS and (name not in _OF_MODEL or value != _OF_MODEL[name])
    }
