"""Write the catalogue of events into README.md beside this file: ``make catalogue``.

A test fails if this was forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import analysis.events
import capture.events
import weir.events
from weir.journal import Event

README = Path(__file__).with_name("README.md")
_BEGIN, _END = "<!-- catalogue -->\n", "<!-- /catalogue -->\n"
_LEVELS = {logging.INFO: "info", logging.WARNING: "warning", logging.ERROR: "error"}
_PARTS = (
    ("The camera's daemon, `weir-capture`", capture.events.CATALOGUE),
    ("The host's daemon, `weir-analysis`", analysis.events.CATALOGUE),
    ("Both", weir.events.CATALOGUE),
)


def main() -> None:
    """Replace the catalogue in README.md by the present one."""
    text = README.read_text("utf-8")
    README.write_text(with_catalogue(text), "utf-8")


def with_catalogue(text: str) -> str:
    """Put the catalogue between its two marks in a README's text."""
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    parts = "\n".join(part(title, events) for title, events in _PARTS)
    return f"{before}{_BEGIN}{parts}{_END}{after}"


def part(title: str, events: Iterable[Event]) -> str:
    """Write one daemon's events as a Markdown table."""
    head = f"### {title}\n\n| event, `MESSAGE_ID` | priority | says | means |\n"
    return head + "|---|---|---|---|\n" + "".join(row(event) for event in events) + "\n"


def row(event: Event) -> str:
    """Write one event as a line of the table."""
    name = f"`{event.name}` <br> {event.message_id}"
    level = _LEVELS[event.level]
    return f"| {name} | {level} | {event.words} | {event.meaning} |\n"


if __name__ == "__main__":
    main()
