"""Publishes what a command writes to the record, where no daemon does that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from analysis.config import AnalysisConfig
from analysis.intake.folders import LOCK_NAME
from analysis.record.file.publication import Publication
from analysis.record.store import Store
from weir.clock import Clock
from weir.service import holder_of


@contextmanager
def publishing(store: Store, config: AnalysisConfig, clock: Clock) -> Iterator[None]:
    """Publish the record at the end, if it has changed and no daemon runs.

    Args:
        store: the record, which is closed before the end.
        config: where everything is, and how much is to stay free there.
        clock: measures how long the copy takes.
    """
    before = store.changes
    try:
        yield
    finally:
        daemon = holder_of(config.folder / LOCK_NAME)
        if store.changes != before and daemon is None:
            publication = Publication(store.path, clock, config.min_free_mb * 1e6)
            publication.finish(store.changes, lambda: None)
