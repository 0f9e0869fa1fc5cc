"""Colours: a kind's own, wherever it is drawn."""

from __future__ import annotations

import re

from analysis.report.charts.colours import Paint, known_kinds, paints

SOME = ("Brown Trout", "Rainbow Trout", "eel", "fish", "Plains Topminnow")
MANY = tuple(f"species {number}" for number in range(60))


def brightness(paint: Paint) -> float:
    """How bright a colour is, from 0 to 1, as WCAG reckons it."""
    parts = [int(part, 16) / 255 for part in re.findall("..", paint.colour[1:])]
    linear = [((p + 0.055) / 1.055) ** 2.4 if p > 0.04045 else p / 12.92 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear))


def test_a_kind_keeps_its_colour_whoever_is_beside_it() -> None:
    """In every chart and every report; capitals and blanks do not matter."""
    alone = {name: paints([name])[name].colour for name in SOME}

    assert {name: paint.colour for name, paint in paints(SOME).items()} == alone
    assert paints(["brown  trout"])["brown  trout"].colour == alone["Brown Trout"]
    assert alone["Brown Trout"] == "#c87342"


def test_kinds_can_be_told_apart() -> None:
    """Those of like colours by stripes or dots; so no two of a few are drawn alike."""
    assert len(set(paints(SOME).values())) == len(SOME)
    assert {paint.texture for paint in paints(MANY).values()} == {"", "stripes", "dots"}


def test_colours_can_be_seen_on_white_and_on_black() -> None:
    """With a contrast of 3 against white, and against the paper of the dark page."""
    bright = [brightness(paint) for paint in paints(MANY).values()]

    assert 1.05 / (max(bright) + 0.05) >= 3
    assert (min(bright) + 0.05) / (0.0103 + 0.05) >= 3


def test_a_kind_is_drawn_alike_whatever_else_was_seen() -> None:
    """From one report to the next: what the models know is settled first."""
    known = [f"species {number}" for number in range(12)]
    whole = paints(known)
    assert any(paint.texture for paint in whole.values())

    assert {name: paints([name], known)[name] for name in known} == whole
    assert list(paints(["zander", "species 3"], known)) == ["species 3", "zander"]
    assert paints(["zander", *known], known).items() >= whole.items()
    assert set(paints(SOME, MANY)) == set(SOME)
    assert paints(SOME, MANY) == paints(SOME)


def test_the_kinds_of_each_run_are_known() -> None:
    """The detector's targets, and what the classifier may name."""
    first = {"detector": {"targets": ["fish"]}, "classifier": {"labels": ["eel"]}}
    second = {"detector": {"targets": ["cod", "fish"]}, "classifier": None}

    assert known_kinds([first, second]) == {"fish", "eel", "cod"}
