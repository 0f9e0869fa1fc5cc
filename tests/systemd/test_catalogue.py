"""The catalogue of events, which a person looks up in systemd/README.md."""

from __future__ import annotations

import re
import runpy
import string

import pytest

import analysis.events
import capture.events
import weir.events
from tests.systemd.conftest import ROOT
from weir.journal import Event

EVENTS = (
    *weir.events.CATALOGUE,
    *capture.events.CATALOGUE,
    *analysis.events.CATALOGUE,
)


def test_the_readme_holds_every_event() -> None:
    """`make catalogue` writes it there."""
    readme = ROOT / "systemd" / "README.md"
    with_catalogue = runpy.run_path(str(readme.with_name("catalogue.py")))[
        "with_catalogue"
    ]

    assert with_catalogue(readme.read_text("utf-8")) == readme.read_text("utf-8")


def test_no_two_events_have_a_name_in_common() -> None:
    """Nor, so, a MESSAGE_ID."""
    assert len({event.name for event in EVENTS}) == len(EVENTS)


def test_a_message_id_stays_what_it_was() -> None:
    """People filter by it; it is made of the name alone."""
    assert capture.events.CLIP_SEALED.message_id == "62a9a3b7d7065c8ea5c2b630a88d1fb0"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_words_on_one_line(event: Event) -> None:
    """With a name and fields that the journal takes."""
    fields = [field for _, field, _, _ in string.Formatter().parse(event.words)]

    assert "\n" not in event.words
    assert re.fullmatch("[a-z_]+", event.name)
    assert all(re.fullmatch("[a-z_0-9]+", field) for field in fields if field)
    assert event.meaning.endswith(".")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_one_of_anything_is_not_told_as_many(event: Event) -> None:
    """A count stands behind its name: "1 clips" is nobody's word."""
    assert not re.search(
        r"\{\w+\} (more )?(clips|files|members|lines|frames)\b(?!=| a second)",
        event.words,
    )
