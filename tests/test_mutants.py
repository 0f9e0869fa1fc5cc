"""The list of mutants stays true while the code changes; ``make mutants`` runs it."""

from __future__ import annotations

import ast

import pytest

from tests import mutants

MUTANTS = mutants.read()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.file}: {m.promise}")
def test_each_promise_is_where_the_list_says(mutant: mutants.Mutant) -> None:
    """Its line stands once in its file, and its test is there."""
    file, _, name = mutant.test.partition("::")
    tests = (mutants.ROOT / file).read_text("utf-8")

    assert mutant.broken(mutants.ROOT)
    assert mutant.instead != mutant.line
    assert f"def {name.partition('[')[0]}(" in tests


@pytest.mark.parametrize(
    "mutant", [m for m in MUTANTS if m.file.endswith(".py")], ids=lambda m: m.promise
)
def test_a_broken_line_is_still_python(mutant: mutants.Mutant) -> None:
    """Any test would notice one that is not."""
    ast.parse(mutant.broken(mutants.ROOT))


def test_no_promise_is_listed_twice() -> None:
    """One line, one mutant."""
    lines = [(mutant.file, mutant.line, mutant.instead) for mutant in MUTANTS]

    assert len(lines) == len(set(lines))
