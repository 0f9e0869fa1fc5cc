"""The geometry of the report's charts: it turns values into SVG rectangles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.report.charts.colours import Paint

WIDTH = 900
_LEFT, _RIGHT, _TOP, _BETWEEN, _LABELS = 48, 10, 24, 34, 74
_MOST_LABELS = 31
_PLAIN = Paint("")
_WIDEST = 96  # the bar of a single day must not look like a wall

SURE, OPEN, WRONG, DOUBT = "sure", "open", "wrong", "doubt"
"""How a part of a bar is drawn: full, pale, as an empty frame, as a dotted one."""


@dataclass(frozen=True)
class Series:
    """The values of one thing in each column.

    Attributes:
        name: what the legend calls it; empty where another series stands for it.
        values: by the column's text; a missing value is 0.
        paint: its colour and texture.
        look: ``SURE``, ``OPEN``, ``WRONG`` or ``DOUBT``.
        words: what it is, for whoever points at it.
    """

    name: str
    values: Mapping[str, float]
    paint: Paint
    look: str = SURE
    words: str = ""


@dataclass(frozen=True)
class Rows:
    """What one panel of a chart stacks.

    Attributes:
        title: what its axis is of.
        unit: the word behind the numbers.
        series: from the bottom up.
        height: of the panel.
        least: the axis goes at least as far as this.
    """

    title: str
    unit: str
    series: Sequence[Series]
    height: int = 190
    least: float = 0.0


@dataclass(frozen=True)
class Bar:
    """A rectangle, and the words that appear when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    title: str
    paint: Paint = _PLAIN
    look: str = SURE


@dataclass(frozen=True)
class Mark:
    """A text and its place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Panel:
    """One of the bar charts that share their columns."""

    title: Mark
    bars: tuple[Bar, ...]
    lines: tuple[Mark, ...]
    gaps: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """Bar charts, one above the other, ready for the template.

    Attributes:
        gaps: whether there are columns without footage. They are shaded, because no
            footage is not no fish.
        legend: name and paint.
    """

    panels: tuple[Panel, ...]
    labels: tuple[Mark, ...]
    legend: tuple[tuple[str, Paint], ...]
    gaps: bool
    height: int
    width: int = WIDTH
    left: int = _LEFT


def stacked(
    columns: Sequence[str],
    rows: Sequence[Rows],
    *,
    without: frozenset[str] = frozenset(),
) -> Chart:
    """Stack the values of several series in one column each, in one panel or more.

    Args:
        columns: the text below each column, in order.
        rows: the panels, from above.
        without: the columns for which there is no footage.
    """
    step = min(_WIDEST, (WIDTH - _LEFT - _RIGHT) / max(1, len(columns)))
    panels, bottom = [], 0
    for part in rows:
        top = bottom + (_BETWEEN if bottom else _TOP)
        bottom = top + part.height
        panels.append(_panel(part, columns, step, bottom, without))
    named = [s for part in rows for s in part.series if s.name]
    return Chart(
        panels=tuple(panels),
        labels=tuple(_labels(columns, step, bottom + 12)),
        legend=tuple({s.name: s.paint for s in named}.items()),
        gaps=any(column in without for column in columns),
        height=bottom + _LABELS,
    )


def _panel(
    part: Rows,
    columns: Sequence[str],
    step: float,
    bottom: int,
    without: frozenset[str],
) -> Panel:
    totals = [sum(s.values.get(c, 0.0) for s in part.series) for c in columns]
    top = _round_up(max([part.least, *totals]))
    scale = part.height / top
    bars = []
    for index, column in enumerate(columns):
        x, base = _LEFT + (index + 0.15) * step, float(bottom)
        for series in part.series:
            value = series.values.get(column, 0.0)
            if value:
                base -= value * scale
                words = series.words or series.name
                title = f"{column or 'no date'}: {value:g} {part.unit}, {words}"
                place = (round(x, 1), round(base, 1))
                size = (round(step * 0.7, 1), round(value * scale, 1))
                bars.append(Bar(*place, *size, title, series.paint, series.look))
    gaps = [
        Bar(
            _LEFT + i * step,
            bottom - part.height,
            step,
            part.height,
            f"{c}: no footage",
        )
        for i, c in enumerate(columns)
        if c in without
    ]
    heading = Mark(_LEFT, bottom - part.height - 8, part.title)
    lines = _lines(top, bottom, part.height)
    return Panel(heading, tuple(bars), tuple(lines), tuple(gaps))


def _round_up(value: float) -> float:
    """Round up to 1, 2, 4, 8 or 10 times a power of ten: four lines are round then."""
    if value <= 0:
        return 4.0
    scale = 10.0 ** math.floor(math.log10(value))
    return float(next(m * scale for m in (1, 2, 4, 8, 10, 20) if m * scale >= value))


def _lines(top: float, bottom: int, height: int) -> list[Mark]:
    parts = 4 if height > 100 else 2
    return [
        Mark(
            _LEFT - 6,
            round(bottom - part / parts * height, 1),
            f"{top * part / parts:g}",
        )
        for part in range(parts + 1)
    ]


def _labels(columns: Sequence[str], step: float, y: int) -> list[Mark]:
    every = max(1, math.ceil(len(columns) / _MOST_LABELS))
    return [
        Mark(round(_LEFT + (i + 0.5) * step, 1), y, column)
        for i, column in enumerate(columns)
        if i % every == 0
    ]
