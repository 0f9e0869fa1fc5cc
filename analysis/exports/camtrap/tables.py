"""The tables of the package that say where and when: deployments, media, and effort.

A deployment of Camtrap DP is one camera at one place: a camera of Weir's deployment.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from analysis.exports.camtrap.demands import coordinates
from analysis.exports.camtrap.stamps import (
    NO_TIME,
    UNSURE_CLOCK,
    moment_in,
    stamp,
    start_of,
)
from analysis.exports.cells import Cell, flag, number
from analysis.exports.request import Request
from analysis.record.clip import Clip
from analysis.record.days import effort_by_day
from analysis.record.places import Place
from weir.clock import parse_offset

DEPLOYMENTS = (
    *("deploymentID", "locationID", "locationName", "latitude", "longitude"),
    *("coordinateUncertainty", "deploymentStart", "deploymentEnd", "setupBy"),
    *("cameraID", "cameraModel", "cameraDelay", "cameraHeight", "cameraDepth"),
    *("cameraTilt", "cameraHeading", "detectionDistance", "timestampIssues"),
    *("baitUse", "featureType", "habitat", "deploymentGroups", "deploymentTags"),
    "deploymentComments",
)
MEDIA = (
    *("mediaID", "deploymentID", "captureMethod", "timestamp", "filePath"),
    *("filePublic", "fileName", "fileMediatype", "exifData", "favorite"),
    "mediaComments",
)
EFFORT = (
    *("deploymentID", "date", "plannedMinutes", "filmedMinutes", "deliveredMinutes"),
    *("analysedMinutes", "visibleMinutes", "blindMinutes", "missedReason"),
)
HEALTH = (
    *("mediaID", "status", "reason", "framesExpected", "framesDecoded", "frameRate"),
    *("visibleMinutes", "blindMinutes", "clockSynchronised", "startFrom", "health"),
)
_TYPES = {
    **dict.fromkeys((".mp4", ".m4v"), "video/mp4"),
    **dict.fromkeys((".h264", ".264", ".avc"), "video/h264"),
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
}


def deployment_id(deployment: str, camera: str) -> str:
    """Return the name of a camera of a deployment, which no other camera has."""
    parts = (deployment, camera)
    return "/".join(p.replace("%", "%25").replace("/", "%2F") for p in parts)


def deployments(request: Request, places: Sequence[Place]) -> Iterator[Sequence[Cell]]:
    """Yield a row for each camera."""
    study = request.settings.deployment
    clips: dict[tuple[str, str], list[Clip]] = defaultdict(list)
    for clip in request.results.clips:
        clips[clip.deployment, clip.camera].append(clip)
    planned = _planned(request)
    for place in places:
        own = clips[place.deployment, place.camera]
        is_study = place.deployment == study.id
        spans = [_span(clip, request) for clip in own]
        spans += planned.get((place.deployment, place.camera), [])
        where = coordinates(request, place) or (0.0, 0.0)
        issues = _issues(own)
        cells: dict[str, Cell] = {
            "deploymentID": deployment_id(place.deployment, place.camera),
            "locationName": place.site or (study.site if is_study else ""),
            "latitude": number(where[0], 9),
            "longitude": number(where[1], 9),
            "coordinateUncertainty": study.coordinate_uncertainty or "",
            "deploymentStart": stamp(min(start for start, _ in spans)),
            "deploymentEnd": stamp(max(end for _, end in spans)),
            "cameraID": place.camera,
            "cameraDepth": number(study.camera_depth) if is_study else "",
            "timestampIssues": flag(bool(issues)),
            "habitat": study.habitat if is_study else "",
            "deploymentGroups": place.deployment,
            "deploymentComments": "; ".join(issues),
        }
        yield [cells.get(name, "") for name in DEPLOYMENTS]


def _planned(
    request: Request,
) -> dict[tuple[str, str], list[tuple[datetime, datetime]]]:
    """Return the planned slots of each camera, as its ledger has them."""
    slots: dict[tuple[str, str], list[tuple[datetime, datetime]]] = defaultdict(list)
    for entry in request.results.effort:
        line = entry.line
        local = parse_offset(line.utc_offset)
        span = line.planned_start.astimezone(local), line.planned_end.astimezone(local)
        slots[line.deployment, line.camera].append(span)
    return slots


def _span(clip: Clip, request: Request) -> tuple[datetime, datetime]:
    zone = request.settings.deployment.zone
    start = moment_in(clip, 0, zone) if clip.is_usable else start_of(clip, zone)
    if start is None:
        raise ValueError(f"{clip.clip}: has no date")
    if clip.start is None:  # somewhere on that day
        return start, start + timedelta(days=1) - timedelta(seconds=1)
    if not clip.frames_decoded:
        return start, start
    return start, moment_in(clip, clip.frames_decoded - 1, zone)


def _issues(clips: Sequence[Clip]) -> list[str]:
    """Say why times of a camera are doubtful; nothing if they are not."""
    without = sum(clip.start is None for clip in clips)
    unsure = sum(clip.clock_synchronised is False for clip in clips)
    return [
        f"{count} of {len(clips)} clips: {why}"
        for count, why in ((without, NO_TIME), (unsure, UNSURE_CLOCK))
        if count
    ]


def media(request: Request) -> Iterator[Sequence[Cell]]:
    """Yield a row for each clip."""
    zone = request.settings.deployment.zone
    for clip in request.results.clips:
        start = start_of(clip, zone)
        path = request.path(clip)
        ending = "." + path.rpartition(".")[2].lower()
        facts = {
            "sha256": clip.sha256,
            "frameRate": clip.framerate or None,
            "frames": clip.frames_decoded,
            "archive": clip.archive,
        }
        yield (
            clip.sha256,
            deployment_id(clip.deployment, clip.camera),
            "timeLapse",
            stamp(start) if start else "",
            path,
            "false",
            clip.clip,
            _TYPES.get(ending, "video/unknown"),
            json.dumps(facts, ensure_ascii=False),
            "",
            "; ".join(_comments(clip)),
        )


def _comments(clip: Clip) -> Iterator[str]:
    if clip.reason:
        yield f"{clip.status}: {clip.reason}"
    if clip.start is None:
        yield NO_TIME
    elif clip.clock_synchronised is False:
        yield UNSURE_CLOCK


def effort(request: Request) -> Iterator[Sequence[Cell]]:
    """Yield a row for each camera and day with footage or with a plan."""
    known = {(c.deployment, c.camera) for c in request.results.clips}
    for (deployment, camera, day), sums in effort_by_day(request.results).items():
        if (deployment, camera) in known:
            minutes = (sums.planned, sums.filmed, sums.delivered, sums.analysed)
            yield (
                deployment_id(deployment, camera),
                day,
                *(number(value, 2) for value in (*minutes, sums.visible, sums.blind)),
                sums.missed_reason,
            )


def health(request: Request) -> Iterator[Sequence[Cell]]:
    """Yield a row for each clip: whether it is whole, and how its machine was."""
    for clip in request.results.clips:
        state = dict(clip.sidecar.health) if clip.sidecar else {}
        yield (
            clip.sha256,
            clip.status,
            clip.reason,
            "" if clip.frames_expected is None else clip.frames_expected,
            clip.frames_decoded,
            number(clip.framerate or None),
            number(clip.visible_minutes, 2),
            number(clip.blind_minutes, 2),
            flag(clip.clock_synchronised),
            clip.start_from,
            json.dumps(state, ensure_ascii=False) if state else "",
        )
