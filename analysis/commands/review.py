"""``review``: a local page on which people say what is in the footage."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Iterable

from analysis import ReviewError
from analysis.config import AnalysisSettings
from weir import config, owner, service
from weir.clock import SystemClock
from weir.command import DONE, config_file

_NEEDED = ("starlette", "uvicorn", "segno")


def review(arguments: argparse.Namespace) -> int:
    """Answer browsers until told to stop.

    Returns:
        The exit code, 0.

    Raises:
        ReviewError: the page's extra is not installed, or its port is taken.
    """
    settings = config.load(AnalysisSettings, config_file(arguments))
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ReviewError(
            f"{missing[0]} is not installed, which the page needs: pip install"
            " 'weir[review]', or sudo make install-analysis EXTRAS=review"
        )
    from analysis.review.server import serve

    folder = settings.analysis.folder
    owner.become(folder)
    owner.require_own(folder, "weir-analysis review")
    with service.running() as life:
        serve(
            folder,
            port=arguments.port,
            is_lan=arguments.lan,
            letters=dict(settings.analysis.review.keys),
            clock=SystemClock(),
            service=life,
            tell=_tell,
        )
    return DONE


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)
