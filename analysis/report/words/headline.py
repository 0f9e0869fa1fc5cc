"""The head of the report: what was counted, who checked it, and where it is blind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from analysis.record.final.sums import Counts
from analysis.record.labels.labelscore import Tally, rate
from analysis.record.results import Results
from analysis.values.facts import CLASSIFIER
from weir.printable import many

_UNCHECKED = (
    "How many of them are fish is not known: nobody has looked at the pictures below."
    " Judge some of them before you use these numbers."
)


@dataclass(frozen=True)
class Blindness:
    """In how much of the footage the model calls the empty background a target.

    Attributes:
        blind, asked: minutes in which it does, and for which this is known.
        unknown: how many clips were looked at before Weir asked.
    """

    blind: float
    asked: float
    unknown: int

    @property
    def in_words(self) -> Optional[str]:
        """Say it in a sentence; None where there is nothing to say it of."""
        if not self.asked and not self.unknown:
            return None
        known = self._known if self.asked else ""
        if not self.unknown:
            return known
        earlier = many(self.unknown, "clip")
        return (
            f"{known} An earlier Weir looked at {earlier}, and did not ask whether the"
            " model calls the empty background a fish."
        ).strip()

    @property
    def _known(self) -> str:
        if not self.blind:
            return (
                f"In none of {self.asked:.0f} minutes does the model call the empty"
                " background a fish."
            )
        share = 100 * self.blind / self.asked
        return (
            f"In {self.blind:.0f} of {self.asked:.0f} minutes ({share:.0f} %) the model"
            " calls the empty background a fish: it says fish there, swims one or not."
            " These minutes are blind: footage in which a fish cannot be told."
        )


def blindness(results: Results) -> Blindness:
    """Sum up where the model is blind; models that find boxes are not asked."""
    asked, unknown = [], 0
    for clip in results.clips:
        kind = results.settings[clip.run]["detector"].get("kind", CLASSIFIER)
        if not clip.is_usable or kind != CLASSIFIER:
            continue
        if clip.blind_minutes is None:
            unknown += 1
        else:
            asked.append((clip.blind_minutes, clip.minutes(clip.frames_decoded)))
    return Blindness(
        sum(blind for blind, _ in asked), sum(all_ for _, all_ in asked), unknown
    )


def how_sure(tally: Tally) -> str:
    """Say what share of the counted encounters are fish, as far as people looked."""
    share = tally.precision
    if not tally.counted:
        return ""
    if share.value is None or share.interval is None:
        return _UNCHECKED
    low, high = (100 * end for end in share.interval)
    return (
        f"Of {share.whole} that the model counts and a person decided, {share.part}"
        f" {'is' if share.part == 1 else 'are'} fish: {100 * share.value:.0f} %"
        f". Were very many such counts judged, the share would lie between {low:.0f}"
        f" and {high:.0f} %, with a certainty of 95 %."
    )


def result(
    counts: Counts,
    most: str,
    added: int = 0,
    by_model: int = 0,
    *,
    in_parts: bool = False,
) -> str:
    """Say what people confirmed; an empty text where nobody decided anything.

    Args:
        counts: those of all encounters.
        added: how many of the confirmed the model does not count.
        by_model: how many it counts.
        most: a sentence that names the day with the most.
        in_parts: whether one fish that a person saw is in several encounters.
    """
    if not counts.confirmed and not counts.rejected:
        return ""
    what = "encounters confirmed as fish" if in_parts else "fish confirmed"
    fish = f"{counts.confirmed or 'No'} {what} by people"
    if added:
        fish += (
            f": {counts.confirmed - added} of the {by_model} that the model counts,"
            f" and {added} that it does not count"
        )
    if counts.machine_only:
        fish += f"; {counts.machine_only} more counted by the model and not checked"
    return f"{fish}. {most}".strip()


@dataclass(frozen=True)
class Missed:
    """What fish people saw in the clips.

    Attributes:
        said: how many different ones; 0 if nobody saw any.
        missed: those of them that the model does not count.
    """

    said: int = 0
    missed: int = 0

    def is_in_parts(self, confirmed: int) -> bool:
        """Whether so many confirmed encounters are of fewer fish."""
        return 0 < self.said < confirmed

    def in_words(self, confirmed: int) -> str:
        """Say it beside the number of confirmed encounters; nothing without fish."""
        if not self.said:
            return ""
        it_is = "it is" if self.missed == 1 else "they are"
        parts = " Some of them are in several of the encounters that are confirmed."
        return (
            f"In these clips people saw {self.said} fish."
            f"{parts if self.is_in_parts(confirmed) else ''}"
        ) + (
            f" {self.missed} of them the model does not count: here {it_is} counted."
            if self.missed
            else " The model counts them all."
        )


def missed(results: Results) -> Missed:
    """Return what fish people saw, and how many of them are not counted."""
    if not any(True for _ in results.book):
        return Missed()
    score = rate(results)
    return Missed(score.said, score.missed)


def final_words(counts: Counts) -> str:
    """Say what counts in the end, where a person's word goes first."""
    every = many(counts.encounters, "encounter")
    count = "counts" if counts.encounters == 1 else "count"
    return (
        f"A person's word goes first: so {every} {count},"
        f" {counts.confirmed} confirmed by a person and {counts.machine_only} not"
        f" checked; of what is doubtful, {counts.open}"
        f" {'is' if counts.open == 1 else 'are'} open."
    )
