"""The geometry of the report's charts: it turns values into SVG rectangles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 900, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 12, 58
_MOST_LABELS = 31
_WIDEST = 96  # the bar of a single day must not look like a wall
COLOURS = ("#1b6ca8", "#e07a1f", "#3a8f5c", "#8e5ea2", "#b5433a", "#7f7f7f", "#c9a227")


@dataclass(frozen=True)
class Bar:
    """A rectangle, and the words that appear when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: str


@dataclass(frozen=True)
class Mark:
    """A text and its place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A bar chart, ready for the template.

    Attributes:
        gaps: columns without footage, which are shaded: no footage is not no fish.
    """

    bars: tuple[Bar, ...]
    gaps: tuple[Bar, ...]
    lines: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    legend: tuple[tuple[str, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


def stacked(
    columns: Sequence[str],
    series: Mapping[str, Mapping[str, float]],
    *,
    unit: str,
    without: frozenset[str] = frozenset(),
) -> Chart:
    """Stack the values of several series in one column each.

    Args:
        columns: the text below each column, in order.
        series: by its name, the value of each column; a missing value is 0.
        unit: the word behind the numbers.
        without: the columns for which there is no footage.
    """
    totals = [sum(s.get(column, 0.0) for s in series.values()) for column in columns]
    top = _round_up(max(totals, default=0.0))
    step = min(_WIDEST, (WIDTH - _LEFT - _RIGHT) / max(1, len(columns)))
    bars: list[Bar] = []
    for index, column in enumerate(columns):
        base = 0.0
        for number, (name, values) in enumerate(series.items()):
            value = values.get(column, 0.0)
            if value:
                title = f"{column}: {value:g} {unit}, {name}"
                colour = COLOURS[number % len(COLOURS)]
                bars.append(_bar(index, step, base, value, top, colour, title))
                base += value
    gaps = [
        Bar(_LEFT + i * step, _TOP, step, _span(), "", f"{column}: no footage")
        for i, column in enumerate(columns)
        if column in without
    ]
    return Chart(
        bars=tuple(bars),
        gaps=tuple(gaps),
        lines=tuple(_lines(top)),
        labels=tuple(_labels(columns, step)),
        legend=tuple((n, COLOURS[i % len(COLOURS)]) for i, n in enumerate(series)),
    )


def _span() -> float:
    return HEIGHT - _TOP - _BOTTOM


def _bar(
    index: int,
    step: float,
    base: float,
    value: float,
    top: float,
    colour: str,
    title: str,
) -> Bar:
    height = value / top * _span()
    bottom = HEIGHT - _BOTTOM - base / top * _span()
    x = _LEFT + index * step + step * 0.15
    return Bar(
        round(x, 1),
        round(bottom - height, 1),
        round(step * 0.7, 1),
        round(height, 1),
        colour,
        title,
    )


def _round_up(value: float) -> float:
    """Round up to 1, 2, 4, 8 or 10 times a power of ten: four lines are round then."""
    if value <= 0:
        return 4.0
    scale = 10.0 ** math.floor(math.log10(value))
    return float(next(m * scale for m in (1, 2, 4, 8, 10, 20) if m * scale >= value))


def _lines(top: float) -> list[Mark]:
    marks = []
    for quarter in range(5):
        y = HEIGHT - _BOTTOM - quarter / 4 * _span()
        marks.append(Mark(_LEFT - 6, round(y, 1), f"{top * quarter / 4:g}"))
    return marks


def _labels(columns: Sequence[str], step: float) -> list[Mark]:
    every = max(1, math.ceil(len(columns) / _MOST_LABELS))
    return [
        Mark(round(_LEFT + (i + 0.5) * step, 1), HEIGHT - _BOTTOM + 12, column)
        for i, column in enumerate(columns)
        if i % every == 0
    ]
