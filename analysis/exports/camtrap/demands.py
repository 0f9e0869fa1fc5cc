"""What Camtrap DP demands, and what is refused because it is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from analysis.exports.request import Request
from analysis.record.places import Place
from weir import WeirError


def require(request: Request, places: Iterable[Place]) -> None:
    """Make sure that there is footage, and that the config says what is demanded.

    Raises:
        WeirError: something is missing; the text names every key in one sentence.
    """
    clips = request.results.clips
    if not clips:
        raise WeirError("camtrap-dp: there is no footage in the record to export yet")
    if missing := [*_of_study(request), *_of_places(request, places), *_names(request)]:
        raise WeirError(
            f"camtrap-dp: {request.config} does not say what the format demands:"
            f" {', '.join(missing)}"
        )
    undated = [clip.clip for clip in clips if not (clip.start or clip.date)]
    if undated:
        raise WeirError(
            f"camtrap-dp: the format demands dates, and {len(undated)} of the clips"
            f" have none ({', '.join(undated[:5])}): `weir-analysis times --csv FILE`"
            " says when they start"
        )


def scientific_names(request: Request) -> dict[str, str]:
    """Return the scientific name of each name of a fish."""
    return dict(request.settings.species)


def _of_study(request: Request) -> list[str]:
    study = request.settings.deployment
    missing = [
        f"deployment.{key}"
        for key in ("title", "contributors", "sampling_design")
        if not getattr(study, key)
    ]
    if bool(study.data_licence) != bool(study.media_licence):
        missing.append(
            f"deployment.{'media' if study.data_licence else 'data'}_licence"
        )
    return missing


def _of_places(request: Request, places: Iterable[Place]) -> list[str]:
    study = request.settings.deployment
    nowhere = [place for place in places if coordinates(request, place) is None]
    if not nowhere:
        return []
    keys = [
        f"deployment.{key}"
        for key in ("latitude", "longitude")
        if getattr(study, key) is None or all(p.deployment != study.id for p in nowhere)
    ]
    names = ", ".join(f"{place.deployment} {place.camera}" for place in nowhere)
    return [*keys[:-1], f"{keys[-1]} (of {names})"]


def _names(request: Request) -> list[str]:
    known = scientific_names(request)
    used = {species for _, species in request.kinds}
    return [f'species."{name}"' for name in sorted(used - {""} - set(known))]


def coordinates(request: Request, place: Place) -> Optional[tuple[float, float]]:
    """Return where a camera stood, rounded as the config asks; None if nobody says."""
    study = request.settings.deployment
    latitude, longitude = place.latitude, place.longitude
    if latitude is None or longitude is None:
        if place.deployment != study.id:
            return None
        latitude, longitude = study.latitude, study.longitude
    if latitude is None or longitude is None:
        return None
    step = study.coordinate_precision
    if not step:
        return latitude, longitude
    return (
        min(90.0, max(-90.0, round(round(latitude / step) * step, 9))),
        min(180.0, max(-180.0, round(round(longitude / step) * step, 9))),
    )
