"""Corrections: the starts of clips that are known later than the clips themselves.

A person tells them in a table of times, or the config lets a name be read that could
not be read before. Counts never change by it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath

from analysis import events
from analysis.config import AnalysisSettings
from analysis.intake.delivery import Delivery
from analysis.origin.identity import dated
from analysis.origin.timestable import ToldTimes, of_contents, read_times
from analysis.record.store import Store
from analysis.record.times import Corrected
from weir.clip import composed
from weir.journal import tell

logger = logging.getLogger(__name__)


def take_times(
    store: Store, delivery: Delivery, settings: AnalysisSettings, now: datetime
) -> None:
    """Take the tables of times that a delivery brought, and log what they changed.

    A table in an archive is about the archive's clips. One that lies in the inbox is
    about the clips of its folder, and at the top about all. What cannot be used is
    noted in the delivery, which is kept for it: somebody wrote it down.
    """
    delivery.unused = 0  # a delivery may be ended a second time
    for path, data, damage in delivery.contents.times:
        if damage:
            delivery.unused += 1
            reason = f"{path}: {damage}; mend it, and drop it again"
            tell(logger, events.TIMES_UNUSED, archive=delivery.name, reason=reason)
            continue
        told = read_times(data, path, settings.deployment)
        scope = composed(delivery.dropped.parent.as_posix())
        if delivery.is_zip:
            folder = path[: -len(PurePath(path).name)]
            told = of_contents(told, folder, delivery.contents.clips)
            scope = composed(delivery.name)
        corrected, problems = take(store, told, "" if scope == "." else scope, now)
        delivery.unused += bool(problems)
        for reason in problems:
            tell(logger, events.TIMES_UNUSED, archive=delivery.name, reason=reason)
        _log((*corrected, *fill(store, settings)))


def take(
    store: Store, told: ToldTimes, scope: str, now: datetime
) -> tuple[list[Corrected], list[str]]:
    """Write what a table of times says to the record.

    Returns:
        The clips whose start has changed, and what could not be used.
    """
    corrected, problems = store.times.tell(told.lines, scope, now)
    return corrected, [*told.problems, *problems]


def fill(store: Store, settings: AnalysisSettings) -> list[Corrected]:
    """Look again for starts that are not known, by name, folder and container.

    Only clips of the config's deployment are looked at: another one may have been
    filmed in another zone.

    Returns:
        The clips whose start is known now.
    """
    return store.times.fill(
        lambda path, made: dated(path, settings)(made), settings.deployment.id
    )


def fill_and_log(store: Store, settings: AnalysisSettings) -> None:
    """Look again for starts that are not known, and log those that are found."""
    _log(fill(store, settings))


def _log(corrected: Iterable[Corrected]) -> None:
    for clip in corrected:
        tell(
            logger,
            events.START_CORRECTED,
            clip=clip.clip,
            start=clip.start or "unknown",
            source=clip.start_from or "nothing",
        )
