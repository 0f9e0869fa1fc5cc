"""Bars: as high as their values, above one another, the panels beneath each other."""

from __future__ import annotations

from analysis.report.charts.colours import Paint
from analysis.report.charts.stacked import OPEN, Rows, Series, stacked

INK = Paint("#000000")


def rows(**series: dict[str, float]) -> Rows:
    """A panel of some series."""
    return Rows("fish", "seen", [Series(n, v, INK) for n, v in series.items()])


def test_bars_stack_to_their_values() -> None:
    """A column's height is the sum of its series, to the panel's own scale."""
    chart = stacked(["a", "b"], [rows(x={"a": 1.0}, y={"a": 1.0, "b": 4.0})])
    heights = [bar.height for bar in chart.panels[0].bars]

    assert heights[0] == heights[1]
    assert heights[2] == 4 * heights[0]


def test_panels_share_their_columns() -> None:
    """The lower one lies beneath the upper, its bars below those of the same column."""
    chart = stacked(["a", "b"], [rows(x={"b": 3.0}), rows(y={"b": 1.0})])
    (upper,), (lower,) = (panel.bars for panel in chart.panels)

    assert upper.x == lower.x
    assert lower.y > upper.y + upper.height
    assert lower.y + lower.height < chart.height


def test_a_bar_says_what_it_is() -> None:
    """To whoever points at it; and a column without a date is one, too."""
    series = Series("", {"": 2.0}, INK, OPEN, "trout, not decided by a person")
    chart = stacked([""], [Rows("fish", "seen", [series])])

    assert chart.panels[0].bars[0].title == (
        "no date: 2 seen, trout, not decided by a person"
    )
    assert chart.legend == ()
