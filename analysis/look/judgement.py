"""The judgement: whether an encounter counts, is static, or is doubtful.

A whole-frame model calls a scene a fish for many reasons. What it needs is found out by
asking it about the same water without what moved: a scene that still says "fish" then
is no fish. The limits are round numbers, chosen on 280 encounters in a creek that were
judged by eye; nothing was trained.

- *Uniqueness*: something moved, and the light does not flicker like this everywhere.
- *Gain*: the score, less that of the background.
- *Zoom gain*: the same in a close up of what moved. Where much moves, it is of what the
  model means: see ``Counterfactual.meant``.
- *Elongation*: what moved is longer than high. Fish swim level before a level camera.

A fish that stays for longer than the window is in its own background. So the water
before and after its visit is asked instead, as it is where the model sees no fish: what
stands out from it must alone make a fish of it, and have the close up's measures, too.
Where that does not speak for a fish, there is one background more, of the whole clip.
What is unique or gains against it is not static; where only it speaks for a fish, or
only against it there is anything at all, the encounter is doubtful, and first in line
for a person. A fish that stays for the whole clip cannot be known from the clip alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from analysis.values.seen import COUNTED, DOUBTFUL, STATIC, WHOLE_CLIP, Encounter

UNIQUENESS, BACKGROUND = "uniqueness", "background_score"
ZOOM, ELONGATION = "zoom_gain", "elongation"
"""The words of ``decided_by``, beside ``WHOLE_CLIP``."""

UNIQUE = 1.9
"""What moved is unique from here on."""

GAIN, ZOOM_GAIN = 0.35, 0.1
"""The model needs what moved, in the whole frame and close up, from here on."""

_LEVEL = 1.0


@dataclass(frozen=True)
class Against:
    """How an encounter stands out against one background.

    Attributes:
        uniqueness: the highest of its frames'.
        gain: its score less the background's.
    """

    uniqueness: float
    gain: float

    @property
    def is_unique(self) -> bool:
        """Whether something moved."""
        return self.uniqueness >= UNIQUE

    @property
    def gains(self) -> bool:
        """Whether the model needs what moved."""
        return self.gain >= GAIN

    @property
    def is_fish(self) -> bool:
        """Whether nothing speaks against a fish."""
        return self.is_unique and self.gains

    @property
    def is_news(self) -> bool:
        """Whether anything speaks for a fish."""
        return self.is_unique or self.gains


@dataclass(frozen=True)
class CloseUp:
    """What was measured close to what moved; None where it was not.

    Attributes:
        zoom_gain: the score of a square around it, less the background's.
        elongation: its length over its width, times the cosine of its slant.
    """

    zoom_gain: Optional[float] = None
    elongation: Optional[float] = None


def judge(
    near: Against, close: CloseUp, whole: Optional[Against], *, level_camera: bool
) -> tuple[str, str]:
    """Judge an encounter.

    Args:
        near: against the water around its time.
        close: close up; it is asked only of what passes ``near``.
        whole: against the whole clip; None while that is not known yet.
        level_camera: whether elongation may speak.

    Returns:
        The status, and the measure that decided it; none where it counts.
    """
    if near.is_fish:
        return _close_up(close, level_camera=level_camera)
    if whole and (whole.is_fish or whole.is_news > near.is_news):
        return DOUBTFUL, WHOLE_CLIP
    if not near.is_news:
        return STATIC, UNIQUENESS
    return DOUBTFUL, BACKGROUND if near.is_unique else UNIQUENESS


def needs_what_moved(encounter: Encounter) -> bool:
    """Whether the model says it of what moved, and not of the water."""
    if encounter.uniqueness is None or encounter.background_score is None:
        return False
    gain = encounter.score - encounter.background_score
    return Against(encounter.uniqueness, gain).is_fish


def _close_up(close: CloseUp, *, level_camera: bool) -> tuple[str, str]:
    if close.zoom_gain is not None and close.zoom_gain < ZOOM_GAIN:
        return DOUBTFUL, ZOOM
    is_upright = close.elongation is not None and close.elongation < _LEVEL
    return (DOUBTFUL, ELONGATION) if level_camera and is_upright else (COUNTED, "")
