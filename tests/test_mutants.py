"""The list of mutants stays true while the code changes; ``make mutants`` runs it."""

from __future__ import annotations

import ast
from pathlib import Path

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


def test_a_line_that_no_test_notices_survives(tmp_path: Path) -> None:
    """One that a test notices is killed; the tree is whole again after each."""
    (tmp_path / "numbers_here.py").write_text("ONE = 1\nTWO = 2\n")
    (tmp_path / "test_it.py").write_text(
        "from numbers_here import ONE\ndef test_one(): assert ONE == 1\n"
    )
    said = [
        mutants.verdict(
            mutants.Mutant(
                "", "numbers_here.py", line, line[:3] + " = 3", "test_it.py"
            ),
            tmp_path,
        )
        for line in ("TWO = 2", "ONE = 1")
    ]

    assert said == [mutants.SURVIVED, mutants.KILLED]
    assert (tmp_path / "numbers_here.py").read_text() == "ONE = 1\nTWO = 2\n"


def test_a_line_that_is_not_there_ends_the_trial(tmp_path: Path) -> None:
    """Or stands there twice: what would be broken is not what is meant."""
    (tmp_path / "numbers_here.py").write_text("ONE = 1\nONE = 1\n")
    mutant = mutants.Mutant("", "numbers_here.py", "ONE = 1", "ONE = 2", "")

    with pytest.raises(SystemExit, match="stands 2 times, not 1"):
        mutant.broken(tmp_path)


def test_words_without_an_entry_run_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a test to run, pytest would run them all."""
    monkeypatch.setattr("sys.argv", ["mutants", "no-such-promise"])
    monkeypatch.setattr(mutants, "run_tests", lambda *_, **__: pytest.fail("ran"))
    with pytest.raises(SystemExit) as ended:
        mutants.main()

    assert ended.value.code == 2
    assert "no entry with one of ['no-such-promise']" in capsys.readouterr().err
