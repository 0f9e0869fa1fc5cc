"""The house: rooms that are the flow, arrows that run one way, short files.

``FLOORS`` is the one table of who may import whom: a room imports rooms of lower floors
only. ``NEVER`` forbids arrows that would run down and are still wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = {
    "capture": (
        {"__main__"},
        {"commands"},
        {"checks", "daemon"},
        {"idlework"},
        {"archives", "drivework", "drivelog"},
        {"film", "clock"},
        {"effort"},
        {"drive"},
        {"slots", "cameras", "growth", "health"},
        {"config", "events", "finding", "troubles", "systemtools"},
    ),
    "analysis": (
        {"__main__"},
        {"commands"},
        {"again", "comparison"},
        {"report", "exports", "review", "startup"},
        {"daemon"},
        {"backlog", "work", "look"},
        {"corrections", "earlier", "verification"},
        {"intake", "record"},
        {"models", "origin"},
        {"frames"},
        {"values"},
        {"config", "events", "progress", "home"},
    ),
}
NEVER = {
    ("analysis", "record"): {"models", "frames"},
    ("analysis", "intake"): {"models"},
    ("analysis", "report"): {"intake", "work", "look", "models", "startup", "daemon"},
    ("analysis", "exports"): {"intake", "work", "look", "models", "startup", "daemon"},
    ("analysis", "review"): {"intake", "work", "look", "models", "startup", "daemon"},
    ("analysis", "look"): {"intake", "record"},
    ("analysis", "work"): {"models"},
}
FILES = [f for package in FLOORS for f in sorted((ROOT / package).rglob("*.py"))]
LONGEST = 300  # lines; then a file has more than one noun
MOST_MODULES = 14
SOURCES = ("weir", "capture", "analysis", "systemd", "demo", "benchmarks", "training")


def name(file: Path) -> str:
    """A file's path below the repository, with slashes."""
    return file.relative_to(ROOT).as_posix()


def room_of(file: Path) -> str:
    """The room of a file: its wing, or the file itself at the top of a package."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return parts[1]


def rooms_imported(file: Path) -> Iterator[str]:
    """The rooms of its own package that a file imports, anywhere in it."""
    package = file.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == package:
            modules = [f"{package}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        for parts in (module.split(".") for module in modules):
            if parts[0] == package and len(parts) > 1 and parts[1].islower():
                yield parts[1]


def floor_of(package: str, room: str) -> int:
    """How deep a room lies; 0 is the top."""
    return next(n for n, rooms in enumerate(FLOORS[package]) if room in rooms)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_arrows_run_down(file: Path) -> None:
    """A room imports rooms of lower floors only, and none that it never may."""
    package, own = file.relative_to(ROOT).parts[0], room_of(file)
    if own == "__init__":
        return
    others = set(rooms_imported(file)) - {own}
    wrong = {r for r in others if floor_of(package, r) <= floor_of(package, own)}

    assert wrong | (others & NEVER.get((package, own), set())) == set()


@pytest.mark.parametrize("package", FLOORS)
def test_every_room_is_in_the_table(package: str) -> None:
    """And none is there that does not exist."""
    there = {room_of(f) for f in FILES if name(f).startswith(package + "/")}

    assert there - {"__init__"} == set().union(*FLOORS[package])


@pytest.mark.parametrize("package", FLOORS)
def test_modules_form_no_circle(package: str) -> None:
    """Within a room, too: a module can be read after those that it imports."""
    modules = {
        ".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f
        for f in FILES
        if name(f).startswith(package + "/")
    }
    arrows = {
        module: {
            found
            for imported in _imported(file)
            if (found := _longest(imported, modules))
            and found != module
            # A package's own page is imported by its modules, and imports them late.
            and not module.startswith(found + ".")
        }
        for module, file in modules.items()
    }
    while ready := {module for module, to in arrows.items() if not to}:
        arrows = {m: to - ready for m, to in arrows.items() if m not in ready}

    assert arrows == {}


def _imported(file: Path) -> Iterator[str]:
    """What a file imports when it is itself imported, names included."""
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _longest(imported: str, modules: dict[str, Path]) -> str:
    while imported and imported not in modules:
        imported = imported.rpartition(".")[0]
    return imported


def test_no_file_hides_behind_a_vague_name() -> None:
    """A file is named for its noun."""
    vague = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
    files = [f for s in (*SOURCES, "tests") for f in (ROOT / s).rglob("*.py")]

    assert [name(f) for f in files if f.stem in vague] == []


@pytest.mark.parametrize("package", FLOORS)
def test_no_folder_is_too_full(package: str) -> None:
    """What one cannot survey is two rooms; a folder's own page does not count."""
    folders = {f.parent for f in FILES if name(f).startswith(package + "/")}
    full = {
        name(folder): count
        for folder in folders
        if (count := len(set(folder.glob("*.py")) - {folder / "__init__.py"}))
        > MOST_MODULES
    }

    assert full == {}


def test_no_file_is_too_long_to_be_read_in_one_sitting() -> None:
    """One that grows is split by subject, tests too."""
    files = [f for s in (*SOURCES, "tests") for f in (ROOT / s).rglob("*.py")]
    lines = {f: len(f.read_text("utf-8").splitlines()) for f in files}

    assert [name(file) for file, count in lines.items() if count > LONGEST] == []
