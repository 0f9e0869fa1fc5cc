"""What the page sends, read and checked: questions, decisions, and who says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Optional

from analysis import ReviewError
from analysis.review.desk import Asked, Desk
from analysis.review.items import Item
from analysis.review.queues import QUEUES, Filter, Queue
from analysis.values.cells import seen, unmarked
from analysis.values.label import FISH, NOT, UNSURE, WATCHED, Label

_LONGEST, _LONGEST_NOTE = 200, 1000
_MOST = 500
_MOST_COUNT = 999
_FILTERS = ("day", "camera", "kind", "status", "clip", "said")

Body = Mapping[str, Any]


def queue_of(body: Body) -> Queue:
    """Return the queue that is asked for.

    Raises:
        ReviewError: there is none of this name.
    """
    name = text(body, "queue")
    if name not in QUEUES:
        raise ReviewError(f"queue = {name!r}; expected one of {', '.join(QUEUES)}")
    return QUEUES[name]


def filter_of(body: Body) -> Filter:
    """Return what is wanted of a queue."""
    return Filter(**{name: text(body, name) for name in _FILTERS})


def asked_of(body: Body) -> Asked:
    """Return what is asked to be given next."""
    holding = _list(body, "holding")
    return Asked(
        queue=queue_of(body),
        filter=filter_of(body),
        person=person_of(body),
        after=text(body, "after"),
        count=_whole(body, "count", _MOST) or 0,
        holding=tuple(name for name in holding if isinstance(name, str)),
    )


def person_of(body: Body) -> str:
    """Return who asks.

    Raises:
        ReviewError: nobody is named.
    """
    person = _clean(text(body, "person"))
    if not person:
        raise ReviewError("person: nobody is named; say who decides")
    return person


def steps_of(body: Body, desk: Desk, now: datetime) -> list[list[Label]]:
    """Return the decisions that a person made, step by step.

    Raises:
        ReviewError: one of them is about nothing, or says what nobody can say.
    """
    person = person_of(body)
    return [_step(one, person, desk, now) for one in _list(body, "steps")]


def _step(said: object, person: str, desk: Desk, now: datetime) -> list[Label]:
    if not isinstance(said, dict):
        raise ReviewError("steps: expected a list of decisions")
    items = [desk.item(name) for name in _list(said, "items")]
    if text(said, "verdict") == WATCHED:
        clips = {item.sha256: item for item in items}
        return [_watched(item, said, person, now) for item in clips.values()]
    return [_label(item, said, person, now) for item in items]


def _label(item: Item, said: Body, person: str, now: datetime) -> Label:
    verdict = text(said, "verdict")
    if verdict not in (FISH, NOT, UNSURE):
        expected = ", ".join((FISH, NOT, UNSURE, WATCHED))
        raise ReviewError(f"verdict = {verdict!r}; expected one of {expected}")
    is_fish = verdict == FISH
    species = said.get("species")
    return Label(
        *(item.sha256, item.clip, item.first, item.last, verdict, person, now),
        label=item.label if is_fish else "",
        species=_species(item, species) if is_fish else "",
        count=_count(item, said) if is_fish else None,
        note=_clean(text(said, "note", _LONGEST_NOTE)),
        machine=item.machine,
    )


def _species(item: Item, said: object) -> str:
    """Return the species that is said; None means as it is called."""
    return item.species if said is None else _clean(str(said)[:_LONGEST])


def _count(item: Item, said: Body) -> Optional[int]:
    """Return the count that is said; none means as many as the machine counted."""
    count = _whole(said, "count", _MOST_COUNT)
    return count or item.max_n or None


def _watched(item: Item, said: Body, person: str, now: datetime) -> Label:
    return Label(
        *(item.sha256, item.clip, 0, max(item.frames - 1, item.last), WATCHED),
        *(person, now),
        note=_clean(text(said, "note", _LONGEST_NOTE)),
    )


def text(body: Body, name: str, longest: int = _LONGEST) -> str:
    """Return a text that was sent; an empty one if it was not.

    Raises:
        ReviewError: it is no text, or too long.
    """
    value = body.get(name, "")
    if not isinstance(value, str):
        raise ReviewError(f"{name}: expected a text")
    if len(value) > longest:
        raise ReviewError(f"{name} has {len(value)} letters; at most {longest}")
    return value


def _list(body: Body, name: str) -> Sequence[Any]:
    value = body.get(name, [])
    if not isinstance(value, list) or len(value) > _MOST:
        raise ReviewError(f"{name}: expected a list of at most {_MOST}")
    return value


def _whole(body: Body, name: str, most: int) -> Optional[int]:
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise ReviewError(f"{name}: expected a whole number, 0 to {most}")
    return value


def _clean(words: str) -> str:
    """Return a text on one line, as a table of labels gives it back."""
    encodable = words.encode("utf-8", "replace").decode("utf-8")
    return unmarked(seen(" ".join(encodable.split())))
