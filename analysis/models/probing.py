"""Probing: would another way from pixels to input suit a model better?

Whether a model was trained on -1 to 1, 0 to 1 or 0 to 255, or on swapped colours, no
file has to say. On real footage it shows: with the wrong one a model says nearly the
same of every frame. So the scores for the same frames are compared.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from analysis import ModelError, ScoresError
from analysis.config import RANGES, DetectorConfig
from analysis.frames.frames import Frame
from analysis.models.detector import Detector
from analysis.values.facts import Choice, ModelFacts

Scores = npt.NDArray[np.float32]
MOST_FRAMES = 24
_FEWEST_FRAMES = 3
_BUDGET_S = 60.0  # for all choices together
_CHOICES = 6
_PARTS = 3  # of the telling frames: spread, most moved, best scores
_APART = 5  # frames


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


def telling(scores: Scores, motion: Scores, most: int = MOST_FRAMES) -> list[int]:
    """Choose frames of a clip by which ways from pixels to input can be compared.

    Args:
        scores: of its frames, by the way that was chosen.
        motion: how far something stands out in each frame: a fish does so by whatever
            way a model sees it.
        most: how many to choose.

    Returns:
        Their indices: some spread evenly, those where most moved, the best scores.
    """
    part = most // _PARTS
    spread = np.linspace(0, len(scores) - 1, part).astype(int).tolist()
    return sorted({*spread, *_peaks(motion, part), *_peaks(scores, part)})


def _peaks(values: Scores, most: int) -> list[int]:
    """Return where the highest values are, not all beside each other."""
    found: list[int] = []
    for index in np.argsort(-values, kind="stable").tolist():
        if len(found) >= most:
            break
        if all(abs(index - other) >= _APART for other in found):
            found.append(index)
    return found


def chosen_from(frames: Iterable[Frame], indices: Iterable[int]) -> list[Frame]:
    """Keep the frames with these indices."""
    wanted = set(indices)
    return [
        Frame(each.index, each.bgr().copy()) for each in frames if each.index in wanted
    ]


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
    if not patient and each_s * _CHOICES * _FEWEST_FRAMES > _BUDGET_S:
        return [_scored(chosen, config, frames[:1], is_chosen=True)]
    found, tried = [_scored(chosen, config, frames, is_chosen=True)], [chosen.facts]
    for other in _others(config):
        try:
            detector = Detector(other, engine)
            if any(_are_alike(detector.facts, each) for each in tried):
                continue
            found.append(_scored(detector, other, frames, is_chosen=False))
            tried.append(detector.facts)
        except (ModelError, ScoresError):
            continue  # pixels in this way do not even fit into the input
    return found


def judge(choices: Sequence[Choice]) -> str:
    """Say what one clip says against the chosen way; it may have no fish in it.

    Returns:
        A few words; empty if nothing speaks against it.
    """
    chosen, others = choices[0], choices[1:]
    lowest, highest = min(chosen.scores), max(chosen.scores)
    livelier = [each for each in others if each.separates]
    if chosen.separates or not others:
        return ""
    if livelier:
        # Colours differ less than ranges do: another range of the same is named first.
        best = max(livelier, key=lambda e: (e.colour == chosen.colour, max(e.scores)))
        return (
            f"as configured the scores lie between {lowest:.3f} and {highest:.3f}; with"
            f" {best} the model looks more alive ({min(best.scores):.3f} to"
            f" {max(best.scores):.3f}): if there are fish in this clip, see how it was"
            " trained, and try another clip"
        )
    return (
        "the model separates nothing in these frames: all scores lie between"
        f" {lowest:.3f} and {highest:.3f}. That is as it should be where there is no"
        " fish; else see how it was trained"
    )


def _words(config: DetectorConfig) -> str:
    if isinstance(config.normalise, str):
        return config.normalise
    scale, offset = config.normalise
    if isinstance(scale, tuple) or isinstance(offset, tuple):
        return "mean, std"
    return f"[{scale:.4g}, {offset:.4g}]"


def _are_alike(one: ModelFacts, other: ModelFacts) -> bool:
    """Whether two ways from pixels to input are the same, but for rounding."""
    ours, theirs = (
        np.outer((0, 255), each.scale) + each.offset for each in (one, other)
    )
    near = 0.02 * float(np.ptp(theirs))
    return one.colour == other.colour and bool(np.allclose(ours, theirs, atol=near))


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
    config: DetectorConfig,
    frames: Sequence[Frame],
    *,
    is_chosen: bool,
) -> Choice:
    scores = (detector.detect(Frame(each.index, each.bgr())).score for each in frames)
    words, colour = _words(config), config.colour
    return Choice(words, colour, is_chosen, tuple(scores), config.threshold)
