"""Logs a lasting trouble only once; every two seconds it would hide all others."""

from __future__ import annotations

import logging

from weir.journal import Event, Value, tell

_MOST_KNOWN = 500


class Troubles:
    """Logs events, but the same event with the same fields only once.

    Args:
        logger: where they are logged.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._known: set[tuple[str, str]] = set()

    def tell(self, event: Event, **fields: Value) -> None:
        """Log an event, unless it was logged with these fields already."""
        key = event.name, repr(sorted(fields.items()))
        if key in self._known:
            return
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        tell(self._logger, event, **fields)

    def over(self, event: Event) -> None:
        """Note that a trouble is over, so that it is logged when it comes again."""
        self._known = {key for key in self._known if key[0] != event.name}


def why(exc: Exception) -> str:
    """Return what an error says, without the internal path of the open drive."""
    return str(getattr(exc, "strerror", None) or exc)
