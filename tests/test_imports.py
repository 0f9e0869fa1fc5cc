"""Who may import whom, and where the outside is met: the house rules, walked."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("weir", "capture", "analysis")
FILES = sorted(f for p in PACKAGES for f in (ROOT / p).rglob("*.py"))
CAMERAS = "capture/cameras/"

ONLY_IN = {
    "picamera2": ("capture/cameras/picamera2.py",),
    "libcamera": ("capture/cameras/picamera2.py",),
    "picamera": ("capture/cameras/picamera.py",),
    "av": (
        "analysis/frames/pyav.py",
        CAMERAS,
        "analysis/frames/beyond.py",
        "analysis/frames/cut.py",
        "analysis/frames/files/",
        "analysis/frames/tracks/",
    ),
    "cv2": (
        "analysis/frames/beyond.py",
        "analysis/frames/decoder.py",
        "analysis/frames/frames.py",
        "analysis/frames/grabs.py",
        "analysis/frames/halving.py",
        "analysis/frames/pictures.py",
        "analysis/models/",
        "analysis/look/moved/",
        "analysis/look/snapshots.py",
        "analysis/look/water.py",
        "analysis/report/thumbnails.py",
        "analysis/review/strips/making.py",
    ),
    "tflite_runtime": ("analysis/models/",),
    "ai_edge_litert": ("analysis/models/",),
    "tflite": ("analysis/models/",),
    "flatbuffers": ("analysis/models/",),
    "sqlite3": ("analysis/record/file/sqlite.py",),
    "zipfile": ("weir/", "analysis/models/"),  # a model's labels are a zip behind it
    "socket": ("weir/service.py", "weir/journal.py", "analysis/review/door/"),
    "signal": ("weir/service.py", "analysis/models/trial.py"),
    "jinja2": ("analysis/report/", "analysis/review/page.py"),
    "starlette": ("analysis/review/",),
    "uvicorn": ("analysis/review/",),
    "distributed": ("analysis/work/cluster/",),
    "segno": ("analysis/review/",),
}
STANDARD: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
CLOCK_CALLS = {"now", "utcnow", "today", "monotonic"}


def imports(file: Path) -> Iterator[str]:
    """The modules that a file imports, anywhere in it, by their whole names."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name(file: Path) -> str:
    """A file's path below the repository, with slashes."""
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", FILES, ids=name)
def test_packages_keep_apart(file: Path) -> None:
    """The daemons never import each other, and weir imports neither."""
    forbidden = {
        "weir": {"capture", "analysis"},
        "capture": {"analysis"},
        "analysis": {"capture"},
    }[name(file).split("/")[0]]

    assert not forbidden & {module.split(".")[0] for module in imports(file)}


@pytest.mark.parametrize("library", ONLY_IN)
def test_libraries_stay_where_they_belong(library: str) -> None:
    """Each library that meets the outside is imported in its own place only."""
    places = ONLY_IN[library]
    users = [name(f) for f in FILES if library in {m.split(".")[0] for m in imports(f)}]

    assert [user for user in users if not user.startswith(places)] == []


@pytest.mark.skipif(
    sys.version_info < (3, 10), reason="before 3.10 Python does not list its library"
)
@pytest.mark.parametrize(
    "file",
    [f for f in FILES if name(f).startswith(("weir/", "capture/"))],
    ids=name,
)
def test_the_pi_needs_the_standard_library_only(file: Path) -> None:
    """Beside cameras, and astral for the sun, nothing needs to be installed."""
    own = {*PACKAGES, "tomli", "__future__"}
    foreign = {
        module.split(".")[0]
        for module in imports(file)
        if module.split(".")[0] not in STANDARD | own
    }
    allowed = {"capture/slots/sun.py": {"astral"}}.get(name(file), set())
    if name(file).startswith(CAMERAS):
        allowed = {"av", "numpy", "picamera", "picamera2", "libcamera"}

    assert foreign <= allowed


@pytest.mark.parametrize("file", FILES, ids=name)
def test_the_clock_is_passed_in(file: Path) -> None:
    """Only weir/clock.py asks the machine for the time."""
    calls = {
        f"{ast.unparse(node.func)}:{node.lineno}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_CALLS
        and ast.unparse(node.func.value) in {"time", "datetime", "datetime.datetime"}
    }

    assert name(file) == "weir/clock.py" or not calls


def test_nobody_imports_a_command_line() -> None:
    """Arrows run one way: ``__main__`` is imported by nobody."""
    users = [name(f) for f in FILES for m in imports(f) if m.endswith("__main__")]

    assert users == []


def test_what_was_seen_knows_no_stage() -> None:
    """The values at the bottom import nothing but the standard library."""
    found = set(imports(ROOT / "analysis" / "values" / "seen.py"))

    assert not {module for module in found if module.split(".")[0] in PACKAGES}
