"""Which runs the numbers that people see come from, and which of them are older."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from analysis.record.clip import Clip
from analysis.record.results import Results
from analysis.values.seen import METHOD

MEND = "weir-analysis reanalyse"
"""The command that counts again what an older run has counted."""

_MOST_NAMED = 10


@dataclass(frozen=True)
class ShownRun:
    """A run, and the clips that people see as it saw them.

    Attributes:
        started: when it began, as UTC text.
        software: which Weir began it.
        settings: its models, engine, preprocessing and method.
        why_older: why its clips are to be looked at again; empty if they are not.
    """

    run: int
    started: str
    software: str
    settings: dict[str, Any]
    clips: tuple[Clip, ...]
    why_older: str

    @property
    def method(self) -> int:
        """The version of how Weir looked; the first had no number."""
        return int(self.settings.get("method", 1))


def shown_runs(results: Results) -> list[ShownRun]:
    """Return the runs of the clips that are shown, in order."""
    clips: dict[int, list[Clip]] = defaultdict(list)
    for clip in results.clips:
        clips[clip.run].append(clip)
    return [
        ShownRun(run, *results.started(run), settings, tuple(clips[run]), why)
        for run, settings in results.settings.items()
        if run in clips
        for why in [_why_older(results, run)]
    ]


def _why_older(results: Results, run: int) -> str:
    method = int(results.settings[run].get("method", 1))
    if method < METHOD:
        return f"it looked by method {method} of Weir, and today's is {METHOD}"
    if run != results.present_run:
        return f"run {results.present_run} has other models or settings"
    return ""


def words_about_older(results: Results) -> list[str]:
    """Name the clips that are still counted by an older run, and what mends it.

    Returns:
        A line for each such run; an empty list if there is none.
    """
    return [
        f"{_count(shown.clips)} still counted by run {shown.run} ({shown.why_older}):"
        f" {_names(shown.clips)}; `{MEND}` counts again"
        for shown in shown_runs(results)
        if shown.why_older
    ]


def runs_text(runs: Collection[int]) -> str:
    """Return the cell that says from which runs a number comes, like ``1; 2``."""
    return "; ".join(map(str, sorted(runs)))


def _count(clips: Collection[Clip]) -> str:
    return "1 clip is" if len(clips) == 1 else f"{len(clips)} clips are"


def _names(clips: tuple[Clip, ...]) -> str:
    names = ", ".join(clip.clip for clip in clips[:_MOST_NAMED])
    more = len(clips) - _MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names
