"""Troubles that last are told once: told every two seconds they hide all others."""

from __future__ import annotations

import logging

from weir.journal import Event, Value, tell

_MOST_KNOWN = 500


class Troubles:
    """Tells events to a logger, each with the same fields once.

    Args:
        logger: where they go.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._known: set[tuple[str, str]] = set()

    def tell(self, event: Event, **fields: Value) -> None:
        """Tell an event, unless it was told with these fields already."""
        key = event.name, repr(sorted(fields.items()))
        if key in self._known:
            return
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        tell(self._logger, event, **fields)

    def over(self, event: Event) -> None:
        """Tell it anew when it comes again: it is over for now."""
        self._known = {key for key in self._known if key[0] != event.name}


def why(exc: Exception) -> str:
    """Return what an error says, without the path by which the drive is open."""
    return str(getattr(exc, "strerror", None) or exc)
