"""When a clip without a sidecar starts: what is asked, in which order.

Weir's own name says it best. Then comes what the container says of its making, where
the config tells how to read that: cameras write UTC or local time there, and none says
which. Then come the names of other recorders. What is certain wins over what is not;
where nothing is, the day remains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Optional

from analysis.config import START_FROM_CONTAINER, START_FROM_NONE
from analysis.origin.datefolders import day_of
from analysis.origin.localtime import start_from_local, start_from_moment
from analysis.origin.recordernames import day_in, is_letter, times_in
from analysis.values.start import CONTAINER, NAME, Start
from weir import ContractError
from weir.clip import CLIP_SUFFIX, ClipName, date_in
from weir.clock import UTC
from weir.deployment import DeploymentConfig

_EARLIEST = 2000  # a container that does not know says 1904 or 1970


def start_of(
    name: str,
    folders: Sequence[str],
    deployment: DeploymentConfig,
    start_from: str,
    made: str = "",
) -> Start:
    """Return when a clip starts, as far as name, folders and container say it.

    Args:
        name: the clip's base name.
        folders: the folders that it lies in, the outermost first.
        deployment: the config's, which may name the zone.
        start_from: ``analysis.start_from`` of the config.
        made: when the container was made, as it says; empty if it does not.
    """
    sent = is_letter(name)
    day = (None if sent else date_in(name) or day_in(name)) or day_of(folders)
    if start_from == START_FROM_NONE:
        return Start(day)
    doubted: Optional[Start] = None
    for told, source in _told(name, folders, start_from, made):
        read = start_from_local if told.tzinfo is None else start_from_moment
        start = read(told, deployment, source)
        if start.moment:
            return start
        doubted = doubted or start
    return doubted or Start(day)


def _told(
    name: str, folders: Sequence[str], start_from: str, made: str
) -> Iterator[tuple[datetime, str]]:
    if own := _own(name):
        yield own, NAME
    if start_from in START_FROM_CONTAINER and (found := _made(made)):
        is_utc = start_from == START_FROM_CONTAINER[0]
        yield found.replace(tzinfo=UTC if is_utc else None), CONTAINER
    for told in times_in(name, folders):
        yield told, NAME


def _own(name: str) -> Optional[datetime]:
    """Return the time in a name of Weir's own, whatever container it is in now."""
    try:
        parsed = ClipName.parse(PurePosixPath(name).stem + CLIP_SUFFIX)
    except ContractError:
        return None
    return datetime.combine(parsed.date, parsed.time) if parsed.time else None


def _made(text: str) -> Optional[datetime]:
    """Read the digits of what a container says of its making, without a zone."""
    try:
        made = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return made.replace(tzinfo=None) if made.year >= _EARLIEST else None
