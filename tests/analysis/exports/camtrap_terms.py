"""What Camtrap DP 1.0.2 says of its three tables, as far as Weir fills them."""

from __future__ import annotations

from typing import Any

_MOMENT = {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"}
_MUST: dict[str, Any] = {"required": True}
_KEY: dict[str, Any] = {"required": True, "unique": True}
_SHARE = {"minimum": 0, "maximum": 1}
_TYPES = ("animal", "human", "vehicle", "blank", "unknown", "unclassified")

TERMS: dict[str, dict[str, dict[str, Any]]] = {
    "deployments": {
        "deploymentID": {"constraints": _KEY},
        "latitude": {"type": "number", "constraints": {**_MUST, "maximum": 90}},
        "longitude": {"type": "number", "constraints": {**_MUST, "maximum": 180}},
        "coordinateUncertainty": {"type": "integer", "constraints": {"minimum": 1}},
        "deploymentStart": {**_MOMENT, "constraints": _MUST},
        "deploymentEnd": {**_MOMENT, "constraints": _MUST},
        "timestampIssues": {"type": "boolean"},
        "cameraDepth": {"type": "number", "constraints": {"minimum": 0}},
    },
    "media": {
        "mediaID": {"constraints": _KEY},
        "deploymentID": {"constraints": _MUST},
        "captureMethod": {"constraints": {"enum": ["activityDetection", "timeLapse"]}},
        "timestamp": {**_MOMENT, "constraints": _MUST},
        "filePath": {
            "constraints": {
                **_MUST,
                "pattern": r"^(?=^[^./~])(^((?!\.{2}).)*$).*$",
            }
        },
        "filePublic": {"type": "boolean", "constraints": _MUST},
        "fileMediatype": {
            "constraints": {**_MUST, "pattern": "^(image|video|audio)/.*$"}
        },
    },
    "observations": {
        "observationID": {"constraints": _KEY},
        "deploymentID": {"constraints": _MUST},
        "eventStart": {**_MOMENT, "constraints": _MUST},
        "eventEnd": {**_MOMENT, "constraints": _MUST},
        "observationLevel": {"constraints": {**_MUST, "enum": ["media", "event"]}},
        "observationType": {"constraints": {**_MUST, "enum": list(_TYPES)}},
        "count": {"type": "integer", "constraints": {"minimum": 1}},
        **{
            name: {"type": "number", "constraints": _SHARE}
            for name in ("bboxX", "bboxY", "classificationProbability")
        },
        **{
            name: {"type": "number", "constraints": {"minimum": 1e-15, "maximum": 1}}
            for name in ("bboxWidth", "bboxHeight")
        },
        "classificationMethod": {"constraints": {"enum": ["human", "machine"]}},
        "classificationTimestamp": _MOMENT,
    },
}
LINKS = {
    "media": {"deploymentID": "deployments"},
    "observations": {"deploymentID": "deployments", "mediaID": "media"},
}
COLUMNS = {"deployments": 24, "media": 11, "observations": 28}
"""How many columns each table has."""


def schema_of(name: str, columns: list[str]) -> dict[str, Any]:
    """A table schema that frictionless reads without a network."""
    terms = TERMS[name]
    return {
        "fields": [{"name": c, "type": "string", **terms.get(c, {})} for c in columns],
        "missingValues": ["", "NA", "NaN", "nan"],
        "primaryKey": columns[0],
        "foreignKeys": [
            {"fields": key, "reference": {"resource": to, "fields": key}}
            for key, to in LINKS.get(name, {}).items()
        ],
    }
