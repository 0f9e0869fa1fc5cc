"""How well a run agrees with what people said, as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

from analysis.commands.output import results_of
from analysis.record.days import Day
from analysis.record.labels.labelscore import LabelScore, Share, Tally, rate
from weir.printable import many, printable_lines


def print_label_score(record: Path, run: Optional[int], *, as_json: bool) -> None:
    """Print how well a run agrees with the labels.

    Args:
        record: the record's file.
        run: the number of the run; None for the newest run of each clip.
        as_json: whether to print one JSON object instead of a text.

    Raises:
        StoreError: there are no results, or no such run.
    """
    with results_of(record, run) as results:
        score = rate(results)
    print(as_object(score) if as_json else printable_lines("\n".join(as_text(score))))


def as_object(score: LabelScore) -> str:
    """Return the score as JSON. A share is 0 to 1, and null where it is of nothing."""
    fields: dict[str, Any] = {
        **_of_tally(score.tally),
        "encounters": score.encounters,
        "unseen": score.unseen,
        "fish_said": score.said,
        "fish_missed": score.missed,
        "watched_frames": score.watched_frames,
        "watched_fish": score.recall.whole,
        "watched_found": score.recall.part,
        **_of_share("recall", score.recall),
        "species": [
            {"person": person, "machine": machine, "encounters": count}
            for (person, machine), count in score.names.items()
        ],
        "by_day": [
            {"deployment": day[0], "camera": day[1], "date": day[2], **_of_tally(tally)}
            for day, tally in score.by_day.items()
        ],
        "clips": score.clips,
        "days": score.days,
    }
    return json.dumps(fields, ensure_ascii=False)


def as_text(score: LabelScore) -> Iterator[str]:
    """Yield the lines that a person reads."""
    yield f"counted     {score.tally.in_words}"
    precision = _percent(score.tally.precision)
    yield f"precision   {precision} of what was counted and decided"
    watched = f"fish in {score.watched_frames} watched frames"
    yield f"recall      {_percent(score.recall)} of the {watched}"
    yield f"missed      {score.missed} of {score.said} fish that people saw"
    encounters = many(score.encounters, "encounter")
    yield f"not seen    {score.unseen} of {encounters}, counted or not"
    yield f"it rests on {many(score.clips, 'clip')} of {many(score.days, 'day')}"
    if score.names:
        yield from ("", *_names(score.names))
    if score.by_day:
        yield from ("", *_days(score.by_day))


def _of_tally(tally: Tally) -> dict[str, Any]:
    return {
        "counted": tally.counted,
        "fish": tally.fish,
        "not": tally.wrong,
        "unsure": tally.unsure,
        "disputed": tally.disputed,
        "open": tally.open,
        **_of_share("precision", tally.precision),
    }


def _of_share(name: str, share: Share) -> dict[str, Optional[float]]:
    low, high = share.interval or (None, None)
    return {name: share.value, f"{name}_low": low, f"{name}_high": high}


def _names(names: dict[tuple[str, str], int]) -> Iterator[str]:
    """Yield a matrix: a row for each name of people, a column for each of machines."""
    machines = sorted({machine for _, machine in names})
    yield "  ".join([f"{'people say':<20}", *machines])
    for person in sorted({person for person, _ in names}):
        cells = [f"{names.get((person, m), 0):>{len(m)}}" for m in machines]
        yield "  ".join([f"{person:<20}", *cells])


def _days(by_day: dict[Day, Tally]) -> Iterator[str]:
    heads = ("counted", "fish", "not", "unsure", "disputed", "open")
    yield "  ".join([f"{'day':<40}", *heads, "precision"])
    for day, tally in by_day.items():
        cells = (
            *(tally.counted, tally.fish, tally.wrong),
            *(tally.unsure, tally.disputed, tally.open),
        )
        shown = [f"{cell:>{len(head)}}" for cell, head in zip(cells, heads)]
        where = " ".join((*day[:2], day[2] or "without date"))
        yield "  ".join([f"{where:<40}", *shown, _percent(tally.precision)])


def _percent(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "-"
    low, high = share.interval
    return f"{100 * share.value:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
