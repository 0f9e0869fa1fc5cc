"""Weir's own tables of the package: effort by day, and the health of each clip."""

from __future__ import annotations

from typing import Any


def _field(
    name: str, kind: str, description: str, **constraints: Any
) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": kind, "description": description}
    if constraints:
        field["constraints"] = constraints
    return field


def resource(name: str, schema: Any) -> dict[str, Any]:
    """Describe a table of the package.

    Args:
        name: the table's, and its file's without the ending.
        schema: its fields, or the address of the standard's own.
    """
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _own(name: str, fields: list[dict[str, Any]], key: str, to: str) -> dict[str, Any]:
    refers = [{"fields": key, "reference": {"resource": to, "fields": key}}]
    return resource(
        name, {"fields": fields, "missingValues": [""], "foreignKeys": refers}
    )


_MINUTES = {"minimum": 0}

OWN = (
    _own(
        "effort",
        [
            _field("deploymentID", "string", "the camera", required=True),
            _field("date", "date", "local date; empty where it is unknown"),
            _field(
                "plannedMinutes", "number", "by the ledger; empty without", **_MINUTES
            ),
            _field(
                "filmedMinutes", "number", "by the ledger; empty without", **_MINUTES
            ),
            _field("deliveredMinutes", "number", "of footage that arrived", **_MINUTES),
            _field("analysedMinutes", "number", "of frames decoded", **_MINUTES),
            _field("visibleMinutes", "number", "a fish could be seen", **_MINUTES),
            _field(
                "blindMinutes", "number", "empty water was called a fish", **_MINUTES
            ),
            _field("missedReason", "string", "why slots were not filmed, and minutes"),
        ],
        *("deploymentID", "deployments"),
    ),
    _own(
        "clip-health",
        [
            _field("mediaID", "string", "the clip", required=True, unique=True),
            _field("status", "string", "analysed, salvaged or failed", required=True),
            _field("reason", "string", "why it is not whole; empty if it is"),
            _field("framesExpected", "integer", "empty where nothing says", **_MINUTES),
            _field("framesDecoded", "integer", "frames analysed", **_MINUTES),
            _field("frameRate", "number", "frames per second", **_MINUTES),
            _field("visibleMinutes", "number", "a fish could be seen", **_MINUTES),
            _field(
                "blindMinutes", "number", "empty water was called a fish", **_MINUTES
            ),
            _field("clockSynchronised", "boolean", "empty where it is unknown"),
            _field("startFrom", "string", "sidecar, times, name, folder or container"),
            _field("health", "object", "of the camera's machine, from the sidecar"),
        ],
        *("mediaID", "media"),
    ),
)
"""What describes these tables in ``datapackage.json``."""
