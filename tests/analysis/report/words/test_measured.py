"""What was measured is said with no more precision than it has."""

from __future__ import annotations

from typing import Optional

import pytest

from analysis.report.words.measured import shape


@pytest.mark.parametrize(
    ("elongation", "zoom_gain", "words"),
    [
        (25.7, 0.636, "more than 10 times as long as high, close up 0.64 more"),
        (6.04, -0.07, "6.0 times as long as high, close up 0.07 less"),
        (0.0, -0.001, "not longer than high, close up no more"),
        (1.04, None, "not longer than high"),
        (None, None, ""),
    ],
)
def test_what_cannot_be_is_not_said(
    elongation: Optional[float], zoom_gain: Optional[float], words: str
) -> None:
    """No shape of a line, no 0.0 times as long, no -0.00."""
    assert ", ".join(shape(elongation, zoom_gain, "")) == words
