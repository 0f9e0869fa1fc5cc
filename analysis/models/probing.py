"""Probing: would another way from pixels to input suit a model better?

Whether a model was trained on -1 to 1, 0 to 1 or 0 to 255, or on swapped colours, no
file has to say. On real footage it shows: with the wrong one a model says nearly the
same of every frame. So the scores for frames spread through a clip are compared.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis import ModelError, ScoresError
from analysis.config import RANGES, DetectorConfig
from analysis.frames.frames import Frame
from analysis.models.detector import Detector

MOST_FRAMES = 24
_FEWEST_FRAMES = 3
_BUDGET_S = 60.0  # for all choices together
_CHOICES = 6
_FLAT = 0.02
"""A model whose scores differ by less never separates anything."""
_ALIVE, _TIMES = 0.05, 4.0
"""Another choice looks more alive if its spread is at least this, and so many times
the chosen one's."""


@dataclass(frozen=True)
class Choice:
    """A way from pixels to input, and the scores that come of it.

    Attributes:
        normalise, colour: as in the config; ``normalise`` is in words.
        is_chosen: whether the config says so, or leaves it to the model that does.
        lowest, low, middle, high, highest: of all frames, the lowest score, that of a
            tenth, a half, nine tenths, and the highest.
    """

    normalise: str
    colour: str
    is_chosen: bool
    lowest: float
    low: float
    middle: float
    high: float
    highest: float

    @property
    def spread(self) -> float:
        """How far the scores of most frames lie apart."""
        return self.high - self.low


def spread_through(frames: Iterable[Frame], most: int = MOST_FRAMES) -> list[Frame]:
    """Keep frames that are spread evenly through a clip, however long it is.

    Returns:
        Between half of ``most`` and ``most`` frames, or all of a shorter clip.
    """
    kept: list[Frame] = []
    every = 1
    for frame in frames:
        if frame.index % every:
            continue
        kept.append(Frame(frame.index, frame.bgr().copy()))
        if len(kept) > most:
            every *= 2
            kept = [each for each in kept if each.index % every == 0]
    return kept


def probe(
    config: DetectorConfig,
    engine: str,
    frames: Sequence[Frame],
    *,
    patient: bool = True,
) -> list[Choice]:
    """Score frames in each plausible way, the chosen one first.

    A slow model is shown fewer frames.

    Args:
        config: the detector.
        engine: the config's ``engine``.
        frames: as ``spread_through`` gives them.
        patient: False to leave out the other ways for a model that is too slow.

    Raises:
        ModelError: the model cannot be used as the config says.
    """
    started = time.perf_counter()
    chosen = Detector(config, engine)
    chosen.detect(frames[0])
    each_s = max(time.perf_counter() - started, 1e-3)
    most = int(max(_FEWEST_FRAMES, _BUDGET_S / each_s / _CHOICES))
    frames = frames[:: -(-len(frames) // most)] if len(frames) > most else frames
    words = config.normalise if isinstance(config.normalise, str) else "numbers"
    if not patient and each_s * _CHOICES * _FEWEST_FRAMES > _BUDGET_S:
        return [_scored(chosen, frames[:1], words, config.colour, is_chosen=True)]
    found = [_scored(chosen, frames, words, config.colour, is_chosen=True)]
    for other in _others(config):
        try:
            detector = Detector(other, engine)
            if other.colour == config.colour and _are_alike(detector, chosen):
                continue
            found.append(
                _scored(
                    detector,
                    frames,
                    str(other.normalise),
                    other.colour,
                    is_chosen=False,
                )
            )
        except (ModelError, ScoresError):
            continue  # pixels in this way do not even fit into the input
    return found


def judge(choices: Sequence[Choice]) -> str:
    """Say what speaks against the chosen way.

    Returns:
        The warning; empty if nothing does.
    """
    chosen, others = choices[0], choices[1:]
    alive = max(_ALIVE, _TIMES * chosen.spread)
    livelier = [each for each in others if each.spread >= alive]
    if livelier:
        # Colours differ less than ranges do: another range of the same is named first.
        best = max(livelier, key=lambda e: (e.colour == chosen.colour, e.spread))
        return (
            f"with normalise {chosen.normalise} and colour {chosen.colour} the scores"
            f" lie between {chosen.low:.3f} and {chosen.high:.3f}; with normalise"
            f" {best.normalise} and colour {best.colour} the model looks more alive"
            f" ({best.low:.3f} to {best.high:.3f}): see how it was trained"
        )
    if others and chosen.highest - chosen.lowest < _FLAT:
        return (
            f"the model never separates anything in these frames: all scores lie"
            f" between {chosen.lowest:.3f} and {chosen.highest:.3f}; try a clip with a"
            " fish, and see how it was trained"
        )
    return ""


def _are_alike(one: Detector, other: Detector) -> bool:
    """Whether two ways from pixels to input are the same, but for rounding."""
    ours, theirs = (
        np.outer((0, 255), each.facts.scale) + each.facts.offset
        for each in (one, other)
    )
    return bool(np.allclose(ours, theirs, atol=0.02 * float(np.ptp(theirs))))


def _others(config: DetectorConfig) -> Iterator[DetectorConfig]:
    for words in RANGES:
        for colour in ("rgb", "bgr"):
            if (words, colour) != (config.normalise, config.colour):
                yield dataclasses.replace(config, normalise=words, colour=colour)
    if config.normalise not in RANGES:
        other = "bgr" if config.colour == "rgb" else "rgb"
        yield dataclasses.replace(config, colour=other)


def _scored(
    detector: Detector,
    frames: Sequence[Frame],
    normalise: str,
    colour: str,
    *,
    is_chosen: bool,
) -> Choice:
    scores = [detector.detect(Frame(each.index, each.bgr())).score for each in frames]
    lowest, low, middle, high, highest = np.quantile(scores, (0, 0.1, 0.5, 0.9, 1))
    return Choice(
        normalise,
        colour,
        is_chosen,
        *map(float, (lowest, low, middle, high, highest)),
    )
