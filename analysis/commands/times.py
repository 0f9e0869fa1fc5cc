"""``times``: say when clips start, or take that back."""

from __future__ import annotations

import argparse

from analysis import corrections
from analysis.again.publishing import publishing
from analysis.config import AnalysisSettings
from analysis.intake.folders import Folders
from analysis.origin.timestable import read_times
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.store import Store
from weir import config, owner
from weir.clock import SystemClock
from weir.command import DONE, FAILED, aside, config_file

_TYPED = "weir-analysis times --csv FILE"
_OTHERWISE = "drop the table into the inbox as times.csv"
_REQUIRED = ("deployment.id", "deployment.camera")


def times(arguments: argparse.Namespace) -> int:
    """Take a table of times, and print each clip whose start has changed.

    Returns:
        The exit code; 1 when a line could not be used.
    """
    settings = config.load(AnalysisSettings, config_file(arguments), _REQUIRED)
    data = arguments.csv.read_bytes()
    record = Folders(settings.analysis.folder).results / FILE_NAME
    owner.become(settings.analysis.folder)
    owner.require_own(settings.analysis.folder, _TYPED, _OTHERWISE)
    told = read_times(data, arguments.csv.name, settings.deployment)
    clock, store = SystemClock(), Store(record, beside=True)
    with publishing(store, settings.analysis, clock), store:
        now = clock.now()
        corrected, problems = corrections.take(store, told, "", now)
        corrected += corrections.fill(store, settings)
    for clip in corrected:
        print(f"{clip.clip}: {clip.start or 'unknown'} {clip.start_from}".rstrip())
    for problem in problems:
        aside(problem)
    return FAILED if problems else DONE
