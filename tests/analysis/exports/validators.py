"""What says whether a file is of its format: the programs of others, as a rule."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.exports.camtrap_terms import schema_of


def check_megadetector(path: Path) -> None:
    """Hold a file against MegaDetector's validator, which may not even warn."""
    validator = pytest.importorskip(
        "megadetector.postprocessing.validate_batch_results",
        reason="needs Python 3.10",
    )
    options = validator.ValidateBatchResultsOptions()
    options.raise_errors = True
    found = validator.validate_batch_results(str(path), options)["validation_results"]
    assert (found["errors"], found["warnings"]) == ([], [])


def load_coco(path: Path) -> Any:
    """Load a file with the reader of COCO's authors."""
    reader = pytest.importorskip("pycocotools.coco", reason="needs Python 3.10")
    return reader.COCO(str(path))


def check_camtrap(package: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Hold a package against its schemas: keys, types, patterns, links of tables.

    Returns:
        How many rows each table has.
    """
    frictionless = pytest.importorskip("frictionless", reason="needs Python 3.10")
    monkeypatch.chdir(package)
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    del described["profile"]  # an address
    for resource in described["resources"]:
        if isinstance(resource["schema"], str):
            assert resource["schema"].endswith(f"{resource['name']}-table-schema.json")
            header = (package / resource["path"]).read_text("utf-8").splitlines()[0]
            resource["schema"] = schema_of(resource["name"], header.split(","))
    longest = csv.field_size_limit()
    report = frictionless.validate(described)
    csv.field_size_limit(longest)  # frictionless lifts it for the whole process
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    return {task.name: task.stats["rows"] for task in report.tasks}
