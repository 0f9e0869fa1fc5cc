"""How much of what moved people have looked at, and on which days they have not."""

from __future__ import annotations

from analysis.report.words.judged import Judged, caveat

FIRST, SECOND = ("creek", "cam1", "2026-05-01"), ("creek", "cam1", "2026-05-02")


def test_a_day_at_which_nobody_looked_is_named() -> None:
    """Beside how much was looked at; where all was, or nothing moved, it is silent."""
    days = (FIRST, SECOND)
    words = caveat(days, {FIRST: Judged(16, 0), SECOND: Judged(4, 3)})

    assert "may have had fish: of 20 moments in which something moved" in words
    assert words.endswith("people looked at 3, and on 2026-05-01 at none.")
    assert caveat(days, {FIRST: Judged(2, 1)}).endswith("people looked at 1.")
    assert caveat(days, {FIRST: Judged(2, 0)}).endswith("people looked at 0.")
    assert caveat(days, {FIRST: Judged(2, 2)}) == caveat(days, {}) == ""
