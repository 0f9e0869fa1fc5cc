"""The table of runs: by which model, method and settings each number came to be.

Every other table has a column ``run`` with numbers of this one; where a sum rests on
clips of several runs, it names them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from analysis.exports.cells import Cell, Table, flag, number
from analysis.record.results import Results
from analysis.record.runs.shown import shown_runs

_OF_MODEL = (
    *("file", "sha256", "kind", "engine", "engine_version", "threshold", "targets"),
    *("resize", "fit", "colour", "scale", "offset"),
)
_ROLES = ("detector", "classifier")
RUNS = (
    *("run", "started", "software", "method", "clips", "older"),
    *(f"{role}_{fact}" for role in _ROLES for fact in _OF_MODEL),
    *("rotate", "encounter_gap_s", "require_motion", "assumed_framerate", "settings"),
    *(f"verifier_{fact}" for fact in _OF_MODEL),
    *("verifier_frames_per_hour", "level_camera"),
)


def run_tables(results: Results) -> dict[str, Table]:
    """Return the table by the name of its file."""
    return {"runs.csv": (RUNS, _runs(results))}


def _runs(results: Results) -> Iterator[Sequence[Cell]]:
    for shown in shown_runs(results):
        settings = shown.settings
        yield (
            shown.run,
            shown.started,
            shown.software,
            shown.method,
            len(shown.clips),
            flag(bool(shown.why_older)),
            *(cell for role in _ROLES for cell in _model(settings.get(role))),
            settings.get("rotate", ""),
            settings.get("encounter_gap_s", ""),
            flag(settings.get("require_motion")),
            settings.get("assumed_framerate", ""),
            json.dumps(settings, sort_keys=True, ensure_ascii=False),
            *_model(settings.get("verifier")),
            settings.get("verifier_frames_per_hour") or "",
            flag(settings.get("level_camera")),
        )


def _model(facts: Optional[Mapping[str, Any]]) -> Iterator[Cell]:
    """Yield what a run has recorded of a model; empty cells where it had none."""
    for name in _OF_MODEL:
        value = (facts or {}).get(name, "")
        if isinstance(value, list):
            value = "; ".join(v if isinstance(v, str) else number(v, 9) for v in value)
        yield value
