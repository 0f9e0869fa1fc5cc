"""Which clip and which encounter a label speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Optional
from unicodedata import normalize

from analysis.record.file.sqlite import Connection, Row
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labeltable import Fault, Line
from analysis.record.results import Results, SeenEncounter
from analysis.values.label import WATCHED, WITHDRAWN, Label, MachineWord
from weir import ContractError

Found = dict[str, list[SeenEncounter]]
"""The encounters of each clip, by the clip's sha256."""


@dataclass(frozen=True)
class Fit:
    """How the labels that stand fit the newest run of each clip.

    Attributes:
        attached: they belong to an encounter.
        below: those of them whose encounter is below the run's threshold, and so counts
            nowhere; the one that they were said of scored higher, or a run went lower.
        apart: they never did: no run has found anything there, or they are watched
            stretches.
        again: when they were said a run had found something there, and the newest one
            has not; somebody is to look again.
        away: their clip is not in the record.
    """

    attached: tuple[Label, ...]
    below: tuple[Label, ...]
    apart: tuple[Label, ...]
    again: tuple[Label, ...]
    away: tuple[Label, ...]


class Clips:
    """The clips of the record, as a label may name them.

    Args:
        db: the record, open for reading.
        results: the newest run of each clip.
    """

    def __init__(self, db: Connection, results: Results) -> None:
        rows = db.execute(
            "SELECT c.sha256, c.clip, c.camera, c.date, max(coalesce(c.frames_expected,"
            " 0), coalesce(max(a.frames_decoded), 0)) AS frames FROM clips c"
            " LEFT JOIN analyses a USING (sha256) GROUP BY c.sha256"
        )
        self._clips: dict[str, Row] = {row["sha256"]: row for row in rows}
        self._named: dict[str, list[str]] = defaultdict(list)
        for clip in results.clips:
            self._named[clip.clip].append(clip.sha256)
        self._found = encounters_of(results)

    def fit(self, lines: Iterable[Line]) -> tuple[list[Line], list[Fault]]:
        """Find the clip of each line, and what the machine had said there.

        Returns:
            The lines with their clips, and those that fit none.
        """
        fitting: list[Line] = []
        faults: list[Fault] = []
        for line in lines:
            try:
                fitting.append(replace(line, label=self._complete(line.label)))
            except ContractError as exc:
                faults.append(Fault(line.number, str(exc)))
        return fitting, faults

    def _complete(self, label: Label) -> Label:
        clip = self._clip_of(label)
        if clip["frames"] and label.last_frame >= clip["frames"]:
            raise ContractError(
                f"last_frame = {label.last_frame}; {clip['clip']} has {clip['frames']}"
                " frames, from 0"
            )
        label = replace(label, sha256=clip["sha256"], clip=clip["clip"])
        return replace(label, machine=machine_word(label, self._found[label.sha256]))

    def _clip_of(self, label: Label) -> Row:
        if label.sha256:
            if label.sha256 not in self._clips:
                raise ContractError(
                    f"sha256 = {label.sha256}; no clip of the record has these bytes:"
                    " drop the footage into the inbox, then import again"
                )
            return self._clips[label.sha256]
        named = self._of_name(label.clip)
        if not label.clip or not named:
            raise ContractError(
                f"clip = {label.clip!r}; no clip of the record has this name: see"
                " clips.csv of weir-analysis export"
            )
        if len(named) > 1:
            several = "; ".join(_words(self._clips[sha256]) for sha256 in named[:5])
            raise ContractError(
                f"clip = {label.clip!r}; {len(named)} clips have this name, say the"
                f" sha256 of one: {several}"
            )
        return self._clips[named[0]]

    def _of_name(self, name: str) -> list[str]:
        """Return the sha256 of each clip of a name, however its accents are written."""
        normal = normalize("NFC", name), normalize("NFD", name)
        for form in (name, *normal):
            if form in self._named:
                return self._named[form]
        return []


def encounters_of(results: Results) -> Found:
    """Return the encounters of each clip, counted or not."""
    found: Found = defaultdict(list)
    for seen in results.encounters():
        found[seen.clip.sha256].append(seen)
    return found


def machine_word(label: Label, found: Sequence[SeenEncounter]) -> Optional[MachineWord]:
    """Return what the machine says of a label's frames; None if nothing."""
    meeting = [
        seen
        for seen in found
        if label.meets(seen.encounter.first_frame, seen.encounter.last_frame)
    ]
    if not meeting or label.verdict in (WATCHED, WITHDRAWN):
        return None
    best = max(
        meeting,
        key=lambda seen: label.shared(
            seen.encounter.first_frame, seen.encounter.last_frame
        ),
    )
    e = best.encounter
    return MachineWord(
        *(best.clip.run, e.number, e.status, e.label, e.species),
        *(round(e.score, 6), e.max_n),
    )


def fit_of(book: LabelBook, results: Results) -> Fit:
    """Say how the labels that stand fit the newest run of each clip."""
    found, clips = encounters_of(results), {c.sha256: c for c in results.clips}
    lowest: dict[str, list[tuple[int, int]]] = {}
    sorted_: dict[str, list[Label]] = defaultdict(list)
    for label in book:
        if label.sha256 not in clips:
            what = "away"
        elif machine_word(label, found[label.sha256]):
            what = "attached"
        elif not label.machine:
            what = "apart"
        else:
            clip = clips[label.sha256]
            if clip.sha256 not in lowest:
                lowest[clip.sha256] = results.lowest_spans(clip)
            spans = lowest[clip.sha256]
            what = "below" if any(label.meets(*span) for span in spans) else "again"
        sorted_[what].append(label)
        if what == "below":
            sorted_["attached"].append(label)
    names = ("attached", "below", "apart", "again", "away")
    return Fit(*(tuple(sorted_[name]) for name in names))


def _words(clip: Row) -> str:
    where = " ".join(part for part in (clip["camera"], clip["date"]) if part)
    return f"{clip['sha256']} ({where or 'without camera and date'})"
