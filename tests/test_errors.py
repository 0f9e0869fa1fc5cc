"""The trees of errors that are drawn in the packages' docstrings are the real ones."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import analysis
import capture
import weir
from weir import WeirError

PACKAGES = (weir, capture, analysis)
ROOT = Path(__file__).parent.parent
_LINE = re.compile(r"^[ │├└─]*(?:[├└]── )?([a-z_.]*[A-Z]\w+)(?:\((\w+)\))?(?:\s|$)")


def classes(base: type[Exception] = WeirError) -> Iterator[type[Exception]]:
    """Every error class of Weir; all modules that need no camera are imported."""
    yield base
    for child in base.__subclasses__():
        yield from classes(child)


@pytest.fixture(scope="module", autouse=True)
def everything() -> None:
    """Import every module, or its errors are not there to be found."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def drawn(package: str) -> dict[str, tuple[str, str]]:
    """Each class in a docstring's tree: its parent there, and the builtin beside it."""
    text = importlib.import_module(package).__doc__ or ""
    lines = text[text.index("WeirError\n") :].splitlines()
    above: list[tuple[int, str]] = []
    found: dict[str, tuple[str, str]] = {}
    for line in lines:
        match = _LINE.match(line.rstrip())
        if not match:
            break
        depth, name = match.start(1), match[1].rpartition(".")[2]
        above = [(d, n) for d, n in above if d < depth]
        found[name] = (above[-1][1] if above else "", match[2] or "")
        above.append((depth, name))
    return found


def test_every_exception_is_an_error_of_weir() -> None:
    """But for those that only end a loop, which nobody is told of."""
    strangers = {
        error.__name__
        for module in list(sys.modules.values())
        for error in vars(module).values()
        if isinstance(error, type)
        and issubclass(error, BaseException)
        and error.__module__.split(".")[0] in {package.__name__ for package in PACKAGES}
        and not issubclass(error, WeirError)
    }

    assert strangers == {"Stopped", "_Stopped"}


def test_every_error_is_drawn() -> None:
    """In the docstring of the package that it is raised by."""
    trees = {package.__name__: drawn(package.__name__) for package in PACKAGES}
    missing = [
        f"{error.__module__}.{error.__name__}"
        for error in set(classes())
        if error.__module__.split(".")[0] in trees
        and error.__name__ not in trees[error.__module__.split(".")[0]]
    ]

    assert sorted(missing) == []


@pytest.mark.parametrize("package", [package.__name__ for package in PACKAGES])
def test_no_drawn_error_is_dead_or_misplaced(package: str) -> None:
    """Each is a class, below the parent and the builtin that the tree shows."""
    real = {error.__name__: error for error in classes()}
    for name, (parent, builtin) in drawn(package).items():
        names = {base.__name__ for base in real[name].__mro__}
        assert {parent, builtin} - {""} <= names, name


def test_every_error_is_raised() -> None:
    """A class that nobody raises, nor has a child of, is dead."""
    source = "\n".join(
        path.read_text("utf-8")
        for package in PACKAGES
        for path in (ROOT / package.__name__).rglob("*.py")
    )
    used = re.compile(r"\b(?:raise|return|yield|=|\() ?([A-Z]\w+)\(")
    raised = {match[1] for match in used.finditer(source)}
    dead = [
        error.__name__
        for error in classes()
        # Benchmarks have errors of their own, which another test may have imported.
        if error.__module__.split(".")[0] in {package.__name__ for package in PACKAGES}
        and error.__name__ not in raised
        and not error.__subclasses__()
    ]

    assert dead == []
