"""``reanalyse``: look again at the footage in done/ with the present config."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Optional

from analysis import events
from analysis.again.looking import Looked
from analysis.again.opening import Opened, looking_again
from analysis.config import DETECTOR_MODEL, AnalysisSettings
from analysis.record.runs.wanted import Chosen
from weir import WeirError, config, journal, owner, service
from weir.clock import SystemClock
from weir.command import DONE, FAILED, config_file
from weir.journal import tell
from weir.printable import many, printable

logger = logging.getLogger(__name__)

_REQUIRED = ("deployment.id", "deployment.camera", DETECTOR_MODEL)
_POLITE = 10
"""So much nicer than the daemon: new footage goes first where cores are short."""

_MOST_NAMED = 20


def reanalyse(arguments: argparse.Namespace) -> int:
    """Look at every chosen clip that the run of the present config lacks.

    Returns:
        The exit code; 1 if a clip failed, is missing, or is left after a stop.

    Raises:
        WeirError: no day lies between the dates.
    """
    chosen = Chosen(_iso(arguments.first), _iso(arguments.last), arguments.camera)
    if chosen.is_none:
        raise WeirError(
            f"--from {chosen.first} is after --to {chosen.last}; exchange the dates"
        )
    settings = config.load(AnalysisSettings, config_file(arguments), _REQUIRED)
    owner.become(settings.analysis.folder)
    owner.require_own(settings.analysis.folder, "weir-analysis reanalyse")
    journal.set_up("weir-analysis")
    os.nice(_POLITE)
    with (
        service.running() as life,
        looking_again(settings, chosen, clock=SystemClock(), service=life) as opened,
    ):
        looked = opened.looking.run()
        tell(
            logger,
            events.AGAIN_ENDED,
            run=opened.run,
            clips=looked.clips,
            failed=len(looked.failed),
            missing=len(looked.missing),
            left=looked.left,
        )
    for line in lines(opened, looked):
        print(printable(line))
    return DONE if looked.is_whole else FAILED


def lines(opened: Opened, looked: Looked) -> Iterator[str]:
    """Yield in plain words what became of the clips."""
    state, run = opened.state, opened.run
    yield f"run {run}: {many(looked.clips, 'clip')} looked at, {state.has} known before"
    if not (state.lacks or state.has):
        yield "no clip of the record is from these days and this camera"
    elif not state.lacks:
        yield "the present config has looked at all of them: nothing was to be done"
    if state.outshone:
        yield (
            f"another run looked later at {many(state.outshone, 'clip')} of these, and"
            f" is what people see; --run {run} shows this one"
        )
    yield from _named(looked.failed, "failed; their counts stay")
    gone = [f"{clip.clip} (sha256 {clip.sha256[:12]})" for clip in looked.missing]
    yield from _named(
        gone,
        "no longer in done/, or not whole; their counts stay (drop copies into inbox/,"
        " then give this command again)",
    )
    if looked.left:
        yield f"{many(looked.left, 'clip')} left; the same command goes on with them"


def _named(names: Sequence[str], what: str) -> Iterator[str]:
    if names:
        yield f"{many(len(names), 'clip')} {what}:"
        yield from (f"  {name}" for name in names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        yield f"  and {len(names) - _MOST_NAMED} more"


def _iso(day: Optional[date]) -> Optional[str]:
    return day.isoformat() if day else None
