"""What the report cannot know, said in it: the limits of the way it was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analysis.record.clip import Clip
from analysis.record.results import Results
from analysis.values.facts import CLASSIFIER
from weir.printable import many

_VISITS = (
    "An encounter is a visit, not an individual: a fish that leaves and comes back"
    " counts twice."
)
_UNCALLED = (
    "What the model does not call a fish is not counted, unless a person called it one."
    " Much of what moved without it is shown under “Moved, not called a fish”; a fish"
    " that neither moved nor was called is nowhere."
)
_STILL = (
    "A fish that holds its place for a whole clip becomes part of the clip's"
    " background, as a stone that looks like one is. From one clip the two cannot be"
    " told apart: neither is counted, and only a person who sees other clips of the"
    " same place can decide."
)
_WHOLE = (
    "The model judges a frame as a whole. It cannot tell how many fish are in it, nor"
    " two species beside each other."
)
_NOT_LEVEL = (
    "What moved may have any shape (level_camera is false), because the camera looks"
    " down or is tilted, or fish come head on: what is not as long and level as a fish"
    " counts too."
)
_LEVEL = (
    "Fish are expected to swim level before a level camera (level_camera is true): one"
    " that swims steeply, or comes head on, may stand under “doubtful”."
)
_SHAPES = ((True, _LEVEL), (False, _NOT_LEVEL))


def limits(results: Results) -> list[str]:
    """Return what cannot be known from the footage and the runs that are shown."""
    clips = [clip for clip in results.clips if clip.is_usable]
    if not clips:
        return []
    runs = [results.settings[run] for run in sorted({clip.run for clip in clips})]
    whole = [run for run in runs if run["detector"].get("kind", "") == CLASSIFIER]
    found = [_VISITS, _UNCALLED, _looked(clips)]
    if any(run.get("require_motion") for run in runs):
        found.append(_STILL)
    if whole:
        found += [_WHOLE, *_cropped(clips, results.settings)]
    asked = {run.get("level_camera") for run in whole if run.get("require_motion")}
    found += [words for said, words in _SHAPES if said in asked]
    return [*found, *_unverified(clips), *_without_time(clips)]


def _unverified(clips: Sequence[Clip]) -> list[str]:
    """Say of how much a verifier was asked, where it was not asked of all."""
    known = [(clip.verifiable, clip.verified or 0) for clip in clips if clip.verifiable]
    every = sum(items or 0 for items, _ in known)
    asked = sum(verified for _, verified in known)
    lost = sum(clip.verifiable or 0 for clip in clips if clip.unverified)
    if asked == every:
        return []
    rest = [f"{every - asked - lost} beyond its budget"] if every - asked > lost else []
    rest += [f"{lost} in clips on which it failed"] if lost else []
    words = (
        f"The verifier was asked about {asked} of {every} encounters and moments;"
        f" {', '.join(rest)} stand as they were found."
    )
    return [words]


def _looked(clips: Iterable[Clip]) -> str:
    """Say at how many frames the model looked, and what the others are."""
    every = [(clip.frames_decoded, clip.looked_frames) for clip in clips]
    frames = sum(decoded for decoded, _ in every)
    looked = sum(decoded if part is None else part for decoded, part in every)
    if looked >= frames:
        return "The model looked at every frame."
    return (
        f"The model looked at {100 * looked / frames:.0f} % of the frames (reuse_below,"
        " sample_fps). Of the others only what it saw beside them is known; each"
        " encounter begins and ends with frames that it looked at."
    )


def _cropped(clips: Iterable[Clip], settings: Mapping[int, Any]) -> list[str]:
    """Say how much of the frame the model sees, where it sees only the middle."""
    shares = {
        min(clip.width, clip.height) / max(clip.width, clip.height)
        for clip in clips
        if settings[clip.run]["detector"].get("fit") == "crop" and clip.width
    }
    if not shares or min(shares) >= 1:
        return []
    words = (
        f"The model sees only the middle square of the frame, {100 * min(shares):.0f} %"
        " of it. A fish that swims outside is not counted; it may be among what moved."
    )
    return [words]


def _without_time(clips: list[Clip]) -> list[str]:
    count = sum(clip.start is None or not clip.utc_offset for clip in clips)
    if not count:
        return []
    it, was = ("it", "it was") if count == 1 else ("them", "they were")
    nothing = f": nothing of {it} stands under “By hour of day”"
    words = (
        f"Of {many(count, 'clip')} it is not known at what time of day {was} filmed"
        f"{nothing if count < len(clips) else ''}."
    )
    return [words]
