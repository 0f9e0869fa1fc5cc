"""The package as a whole: its description, and the order in which it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.exports.camtrap.demands import coordinates, require, scientific_names
from analysis.exports.camtrap.observations import OBSERVATIONS, observations
from analysis.exports.camtrap.schemas import OWN, resource
from analysis.exports.camtrap.tables import (
    DEPLOYMENTS,
    EFFORT,
    HEALTH,
    MEDIA,
    deployments,
    effort,
    health,
    media,
)
from analysis.exports.cells import Cell, Table, write_table
from analysis.exports.request import Request
from analysis.record.places import Place, places
from weir import __version__
from weir.clock import format_utc

_STANDARD = "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2"
FILE_NAME = "datapackage.json"


def write(request: Request, folder: Path) -> tuple[Path, ...]:
    """Write ``datapackage.json`` and its tables, and return their paths.

    Raises:
        WeirError: there is no footage, or the config does not say what is demanded.
    """
    cameras = places(request.results.clips)
    require(request, cameras)
    spans: list[str] = []
    tables: dict[str, Table] = {
        "deployments": (DEPLOYMENTS, _noting(deployments(request, cameras), spans)),
        "media": (MEDIA, media(request)),
        "observations": (OBSERVATIONS, observations(request)),
        "effort": (EFFORT, effort(request)),
        "clip-health": (HEALTH, health(request)),
    }
    for name, table in tables.items():
        write_table(folder / f"{name}.csv", table)
    description = _description(request, cameras, spans)
    text = json.dumps(description, ensure_ascii=False, indent=2)
    (folder / FILE_NAME).write_text(text + "\n", "utf-8")
    return tuple(folder / name for name in (FILE_NAME, *(f"{n}.csv" for n in tables)))


def _noting(
    rows: Iterator[Sequence[Cell]], spans: list[str]
) -> Iterator[Sequence[Cell]]:
    """Pass on the rows of deployments, and note the dates that they span."""
    first, last = (
        DEPLOYMENTS.index("deploymentStart"),
        DEPLOYMENTS.index("deploymentEnd"),
    )
    for row in rows:
        spans += [str(row[first])[:10], str(row[last])[:10]]
        yield row


def _description(
    request: Request, cameras: Sequence[Place], spans: Sequence[str]
) -> dict[str, Any]:
    study = request.settings.deployment
    described: dict[str, Any] = {
        "resources": [*map(_official, ("deployments", "media", "observations")), *OWN],
        "profile": f"{_STANDARD}/camtrap-dp-profile.json",
        "name": _slug(study.id),
        "created": format_utc(request.now),
        "title": study.title,
        "contributors": [
            {key: value for key, value in asdict(who).items() if value}
            for who in study.contributors
        ],
        "version": "1.0",
        "sources": [{"title": "Weir", "version": __version__}],
        "project": {
            "title": study.title,
            "samplingDesign": study.sampling_design,
            "captureMethod": ["timeLapse"],
            "individualAnimals": False,
            "observationLevel": ["media", "event"],
        },
        "spatial": _spatial(request, cameras),
        "temporal": {"start": min(spans), "end": max(spans)},
        "taxonomic": _taxonomic(request),
    }
    if study.data_licence and study.media_licence:
        described["licenses"] = [
            {"name": study.data_licence, "scope": "data"},
            {"name": study.media_licence, "scope": "media"},
        ]
    if study.coordinate_precision:
        described["coordinatePrecision"] = study.coordinate_precision
    return described


def _official(name: str) -> dict[str, Any]:
    return resource(name, f"{_STANDARD}/{name}-table-schema.json")


def _spatial(request: Request, cameras: Sequence[Place]) -> dict[str, Any]:
    """Return the places of the cameras as GeoJSON."""
    found = [where for place in cameras if (where := coordinates(request, place))]
    points = [[longitude, latitude] for latitude, longitude in dict.fromkeys(found)]
    return {"type": "MultiPoint", "coordinates": points}


def _taxonomic(request: Request) -> list[dict[str, Any]]:
    """Return the scientific names of what was observed, with their other names."""
    known = scientific_names(request)
    used: dict[str, set[str]] = {}
    for label, species in request.kinds:
        name = species if species in known else label
        if name in known:
            used.setdefault(known[name], set()).add(name)
    return [
        {"scientificName": name, "vernacularNames": {"eng": min(used[name])}}
        for name in sorted(used)
    ]


def _slug(name: str) -> str:
    """Return a name as data packages have it: lower case letters, digits, ``-._``."""
    plain = "".join(
        c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name
    )
    return plain.lower() or "weir"
