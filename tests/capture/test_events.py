"""The catalogue: what is told is in it, and what is in it is told."""

from __future__ import annotations

import re
import string
from pathlib import Path

import capture
from capture import events
from weir.journal import Event

SOURCES = [
    path.read_text("utf-8")
    for path in Path(capture.__file__).parent.rglob("*.py")
    if path.name != "events.py"
]


def test_every_event_is_told_somewhere() -> None:
    """None is left over."""
    for name, value in vars(events).items():
        if isinstance(value, Event):
            assert any(re.search(rf"\b{name}\b", source) for source in SOURCES), name


def test_names_are_unique_and_phrases_begin_alike() -> None:
    """Lower case, and fields by name."""
    names = [event.name for event in events.CATALOGUE]

    assert len(names) == len(set(names))
    for event in events.CATALOGUE:
        fields = [field for _, field, _, _ in string.Formatter().parse(event.words)]
        assert event.words[0].islower()
        assert all(field is None or field.isidentifier() for field in fields)
        assert event.meaning.endswith(".")
