"""The tables of what is in the footage: clips, encounters, detections, moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Optional, Union

from analysis.exports.cells import Cell, Table, flag, number
from analysis.record.final.encounters import (
    FinalEncounter,
    final_encounters,
    finals_in,
)
from analysis.record.final.kinds import rows_of
from analysis.record.final.sums import Kind, clip_sums
from analysis.record.looks.detections import SeenDetection
from analysis.record.looks.kinds import SeenKind
from analysis.record.results import Results, time_text
from analysis.values.seen import LOOKED, Detection, Encounter

CLIPS = (
    *("clip", "archive", "deployment", "camera", "date", "start"),
    *("clock_synchronised", "framerate", "frames_expected", "frames_decoded"),
    *("visible_minutes", "status", "reason", "fish_frames", "encounters", "max_n"),
    *("sha256", "start_from", "camera_from", "framerate_from", "blind_minutes"),
    *("run", "verifiable", "verified", "unverified"),
)
ENCOUNTERS = (
    *("clip", "encounter", "start", "end", "first_frame", "last_frame", "best_frame"),
    *("label", "score", "species", "species_score", "max_n", "status", "snapshot"),
    *("sha256", "encounter_id", "deployment", "camera", "date", "local_start"),
    *("duration_s", "uniqueness", "background_score", "zoom_gain", "elongation"),
    *("decided_by", "review", "reviewed_by", "reviewed_at"),
    *("machine_label", "machine_species", "machine_max_n", "run"),
    *("machine_status", "beside"),
)
DETECTIONS = (
    *("clip", "frame", "time", "label", "score", "x", "y", "width", "height"),
    *("species", "species_score", "sha256", "encounter", "status", "run", "track"),
    *("reused", "found_by"),
)
MOMENTS = (
    *("clip", "moment", "first_frame", "last_frame", "best_frame", "time"),
    *("x", "y", "width", "height", "strength", "uniqueness", "elongation"),
    *("zoom_gain", "rank", "snapshot", "sha256", "run", "outline"),
)
SUPERSEDED = (
    *("clip", "archive", "deployment", "camera", "date", "status", "frames_decoded"),
    *("superseded_by", "reason", "sha256", "superseded_by_sha256"),
)
UNREAD = ("delivery", "member", "bytes", "reason", "received")
TIMES = ("clip", "start", "sha256", "scope")


def footage_tables(results: Results) -> dict[str, Table]:
    """Return the tables by the names of their files."""
    return {
        "clips.csv": (CLIPS, _clips(results)),
        "encounters.csv": (ENCOUNTERS, _encounters(results)),
        "detections.csv": (DETECTIONS, _detections(results)),
        "moments.csv": (MOMENTS, _moments(results)),
        "superseded.csv": (SUPERSEDED, _superseded(results)),
        "unread.csv": (UNREAD, map(astuple, results.unread)),
        "times.csv": (TIMES, _times(results)),
    }


def _clips(results: Results) -> Iterator[Sequence[Cell]]:
    for clip in results.clips:
        sums = clip_sums(results, clip)
        yield (
            clip.clip,
            clip.archive,
            clip.deployment,
            clip.camera,
            clip.date,
            time_text(clip.start),
            flag(clip.clock_synchronised),
            number(clip.framerate or None),
            "" if clip.frames_expected is None else clip.frames_expected,
            clip.frames_decoded,
            number(clip.visible_minutes, 2),
            clip.status,
            clip.reason,
            sums.fish_frames,
            sums.counts.encounters,
            sums.counts.max_n,
            clip.sha256,
            clip.start_from,
            clip.camera_from,
            clip.framerate_from,
            number(clip.blind_minutes, 2),
            clip.run,
            clip.verifiable,
            clip.verified,
            clip.unverified,
        )


def _superseded(results: Results) -> Iterator[Sequence[Cell]]:
    for lost in results.superseded:
        clip = lost.clip
        yield (
            *(clip.clip, clip.archive, clip.deployment, clip.camera, clip.date),
            *(clip.status, clip.frames_decoded, lost.by.clip, lost.reason),
            *(clip.sha256, lost.by.sha256),
        )


def _encounters(results: Results) -> Iterator[Sequence[Cell]]:
    for final in rows_of(final_encounters(results)):
        clip = final.clip
        start = clip.time_of(final.first_frame)
        yield (
            clip.clip,
            final.seen.encounter.number if final.seen else "",
            time_text(start),
            time_text(clip.time_of(final.last_frame)),
            final.first_frame,
            final.last_frame,
            final.best_frame,
            final.label,
            number(final.score, 4),
            final.species,
            number(final.species_score, 4),
            final.max_n,
            final.status,
            final.snapshot,
            clip.sha256,
            final.id,
            clip.deployment,
            clip.camera,
            clip.date,
            _local_text(clip.local(start)),
            number(clip.lasts(final.first_frame, final.last_frame), 3),
            *_measures(final.seen.encounter if final.seen else None),
            final.decided_by,
            *_reviewed(final),
            *_machine(final),
            clip.run,
            final.machine_status,
            flag(final.beside is not None),
        )


def _measures(found: Optional[Encounter]) -> Sequence[Cell]:
    """Return what was measured of an encounter that the machine found."""
    if found is None:
        return [""] * 4
    measures = (found.uniqueness, found.background_score, found.zoom_gain)
    return [number(value, 4) for value in (*measures, found.elongation)]


def _reviewed(final: FinalEncounter) -> Sequence[Cell]:
    """Return what people say of an encounter."""
    said = final.decision
    people = "; ".join(said.people) if said else ""
    return final.review, people, time_text(said.at if said else None)


def _machine(final: FinalEncounter) -> Sequence[Cell]:
    """Return what the machine says of an encounter, or of a kind in it."""
    found = final.beside or (final.seen.encounter if final.seen else None)
    return (found.label, found.species, found.max_n) if found else ("", "", "")


def _detections(results: Results) -> Iterator[Sequence[Cell]]:
    for clip in results.clips:
        status = {
            (row.seen.encounter.number, _kind_of(row.beside)): row.status
            for row in rows_of(finals_in(results, clip))
            if row.seen
        }
        for seen in results.detections_in(clip):
            yield _detection(seen, status)


def _kind_of(found: Union[SeenKind, Detection, None]) -> Optional[Kind]:
    return (found.label, found.species) if found else None


def _detection(
    seen: SeenDetection, status: Mapping[tuple[int, Optional[Kind]], str]
) -> Sequence[Cell]:
    clip, detection, box = seen.clip, seen.detection, seen.detection.box
    corners = (box.x, box.y, box.width, box.height) if box else (None,) * 4
    encounter, said = seen.encounter, ""
    if encounter:
        of_all = status[encounter.number, None]
        said = status.get((encounter.number, _kind_of(detection)), of_all)
    return (
        clip.clip,
        seen.frame,
        time_text(clip.time_of(seen.frame)),
        detection.label,
        number(detection.score, 4),
        *(number(value, 5) for value in corners),
        detection.species,
        number(detection.species_score, 4),
        clip.sha256,
        encounter.number if encounter else "",
        said,
        clip.run,
        seen.track,
        flag(seen.reused != LOOKED),
        seen.found_by,
    )


def _moments(results: Results) -> Iterator[Sequence[Cell]]:
    for seen in results.moments():
        clip, moment, box = seen.clip, seen.moment, seen.moment.box
        yield (
            clip.clip,
            moment.number,
            moment.first_frame,
            moment.last_frame,
            moment.best_frame,
            time_text(clip.time_of(moment.best_frame)),
            *(number(edge, 5) for edge in (box.x, box.y, box.width, box.height)),
            number(moment.strength, 4),
            number(moment.uniqueness, 4),
            number(moment.elongation, 4),
            number(moment.zoom_gain, 4),
            seen.rank,
            seen.snapshot,
            clip.sha256,
            clip.run,
            moment.outline,
        )


def _times(results: Results) -> Iterator[Sequence[Cell]]:
    for line, scope in results.told_times():
        yield line.clip, line.start.moment_text, line.sha256, scope


def _local_text(moment: Optional[datetime]) -> str:
    """Write a local time with its offset, to the millisecond where it has any."""
    if moment is None:
        return ""
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "auto")
