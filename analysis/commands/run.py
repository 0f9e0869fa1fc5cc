"""``run``: take what is dropped into the inbox, for ever or once."""

from __future__ import annotations

import argparse

from analysis.config import DETECTOR_MODEL, AnalysisSettings
from analysis.startup import working
from weir import config, journal, owner, service
from weir.clock import SystemClock
from weir.command import DONE, FAILED, config_file

_REQUIRED = ("deployment.id", "deployment.camera", DETECTOR_MODEL)


def run(arguments: argparse.Namespace) -> int:
    """Run the daemon until it is told to stop, or with ``--once`` until all is done.

    Returns:
        The exit code; with ``--once`` it is 1 when anything did not end in ``done/``.
    """
    settings = config.load(AnalysisSettings, config_file(arguments), _REQUIRED)
    owner.become(settings.analysis.folder)
    journal.set_up("weir-analysis")
    with (
        service.running() as life,
        working(settings, clock=SystemClock(), service=life) as daemon,
    ):
        if arguments.once:
            return DONE if daemon.run_once() else FAILED
        daemon.run()
    return DONE
