"""The events that both programs have: the config they read, and why they cannot run."""

from __future__ import annotations

from logging import ERROR, INFO

from weir.journal import Event

CONFIG_READ = Event(
    "config_read",
    INFO,
    "config {file}",
    "The config file that is used, once for each start. Nothing to do.",
)
CONFIG_REFUSED = Event(
    "config_refused",
    ERROR,
    "{reason}",
    "The config is wrong, and nothing was begun. Correct it, and start the unit again; "
    "that does not happen by itself.",
)
COMMAND_FAILED = Event(
    "command_failed",
    ERROR,
    "{reason}",
    "The daemon could not go on, for this reason. It is started again after a pause.",
)
CRASHED = Event(
    "command_crashed",
    ERROR,
    "crashed: {reason}",
    "A mistake in Weir itself; the lines after this one show where. It is started "
    "again after a pause. Please report it.",
)

CATALOGUE = tuple(value for value in list(vars().values()) if isinstance(value, Event))
