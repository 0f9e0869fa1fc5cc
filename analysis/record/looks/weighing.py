"""Doubts: what the first clips of a run, together, say against its model.

Whether a model is shown its pictures as it was trained, no single clip tells: in one
without fish a right model says the same of every frame, and a wrong way from pixels to
input now and then separates one frame from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from analysis.values.facts import Choice
from analysis.values.record import Outcome

MOST_CLIPS = 30
"""The clips of a run, at most, on which its model is shown other ways, too."""
_ENOUGH = 3
"""In so many clips a way must separate, or say the same, to be believed."""
_MORE = 2
"""In so many clips more another way must separate."""
_FLAT = 0.02
"""Scores that differ by less are the same; as near to 0, nothing is there."""

_Ways = Sequence[Choice]


class Doubts:
    """Collects what the clips of a run say, until it is clear.

    Attributes:
        is_open: whether another clip is to be asked.
    """

    def __init__(self) -> None:
        self._clips: list[_Ways] = []
        self.is_open = True

    def weighed(self, outcome: Outcome) -> Outcome:
        """Return an outcome with what the clips up to it say, once in a run."""
        findings = outcome.findings
        if findings is None or not findings.ways or not self.is_open:
            return outcome
        self._clips.append(findings.ways)
        doubt, clear = _against(self._clips)
        self.is_open = not clear and len(self._clips) < MOST_CLIPS
        return replace(outcome, findings=replace(findings, model_doubt=doubt))


def _against(clips: Sequence[_Ways]) -> tuple[str, bool]:
    """Say what clips together say against the way that was chosen.

    Returns:
        The words, empty if there are none; and whether it is clear by now.
    """
    chosen, count = clips[0][0], len(clips)
    ours = sum(clip[0].separates for clip in clips)
    theirs = Counter(
        (way.normalise, way.colour)
        for clip in clips
        for way in clip[1:]
        if way.separates
    )
    # Colours differ less than ranges do: another range of the same is named first.
    best = max(theirs, key=lambda e: (theirs[e], e[1] == chosen.colour), default=None)
    most = theirs[best] if best else 0
    if best and most >= max(_ENOUGH, ours + _MORE):
        return (
            f"with {chosen} the scores in {ours} of {count} clips lie clearly on both "
            f"sides of the threshold, with normalise {best[0]} and colour {best[1]} in "
            f"{most}: see how it was trained"
        ), True
    scores = [score for clip in clips for score in clip[0].scores]
    if count >= _ENOUGH and min(scores) > _FLAT > max(scores) - min(scores):
        return (
            f"with {chosen} all scores of {count} clips lie between "
            f"{min(scores):.3f} and {max(scores):.3f}, whatever they show: see how it "
            "was trained"
        ), True
    return "", ours >= max(_ENOUGH, most)
