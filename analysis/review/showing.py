"""What the page is sent: items and their state, as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from analysis.review.desk import Desk
from analysis.review.items import Item
from analysis.review.queues import QUEUES, Filter
from analysis.review.said import DECIDED
from analysis.values.label import Label
from weir.clock import format_utc
from weir.printable import printable

_LETTERS = "fabcdghijklopqrstvy"


def shown(desk: Desk, item: Item) -> dict[str, Any]:
    """Return an item as the page shows it; no text of it can be invisible."""
    return {
        **{name: getattr(item, name) for name in _PLAIN},
        **{name: printable(getattr(item, name)) for name in _TEXTS},
        "kind": printable(item.kind),
        "called": "fish" if item.is_called_fish else "not",
        "doubts": item.doubts,
        "state": desk.said.state(item),
        "said": [_said(label) for label in desk.said.of_item(item)],
    }


_PLAIN = (
    *("id", "sort", "first", "last", "best", "score", "species_score", "max_n"),
    *("status", "rank", "box", "outline", "day", "frames", "sha256"),
)
_TEXTS = ("clip", "label", "species", "deployment", "camera", "local")


def _said(label: Label) -> dict[str, Any]:
    return {
        "verdict": label.verdict,
        "species": printable(label.species or label.label),
        "count": label.count,
        "note": printable(label.note),
        "person": printable(label.person or "nobody named"),
        "at": format_utc(label.at),
    }


def overview(desk: Desk, wanted: Filter) -> dict[str, Any]:
    """Return the queues with what is left of each, and what can be filtered by."""
    items = desk.work.items.values()
    return {
        "problem": printable(desk.work.problem),
        "queues": [
            {
                "name": queue.name,
                "title": queue.title,
                "words": queue.words,
                "left": left,
                "total": total,
            }
            for queue in QUEUES.values()
            for left, total in (desk.progress(queue, wanted),)
        ],
        "choices": {
            "day": sorted({item.day for item in items if item.day}),
            "camera": sorted({item.camera for item in items if item.camera}),
            "kind": sorted({item.kind for item in items}),
            "status": sorted({item.status or item.sort for item in items}),
            "said": [DECIDED],
        },
    }


def letters(desk: Desk, chosen: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the species, each with the letter that says it; some have none.

    Args:
        desk: what it knows of models and of people.
        chosen: the letters of the config, each with its species.
    """
    taken = {"f": "", **chosen}
    named = set(taken.values())
    for species in _known(desk):
        if species in named:
            continue
        own = (letter for letter in (*species.lower(), *_LETTERS))
        free = (x for x in own if x in _LETTERS[1:] and x not in taken)
        letter = next(free, "")
        taken[letter or f" {len(taken)}"] = species
        named.add(species)
    return [
        {"letter": letter if len(letter) == 1 else "", "species": printable(species)}
        for letter, species in taken.items()
    ]


def _known(desk: Desk) -> Iterable[str]:
    """Return every species: the models' first, then what people say, most often."""
    people = Counter(desk.said.species())
    found = dict.fromkeys(desk.work.species)
    found.update(dict.fromkeys(x.species for x in desk.work.items.values()))
    found.update(dict.fromkeys(species for species, _ in people.most_common(40)))
    return [species for species in found if species]
