"""The pipeline beside that of an earlier commit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.parts import against
from benchmarks.parts.against import checkout, round_of, table


def costs(pipeline: float) -> dict[str, float]:
    """What a round measured, where decoding and models take 2 ms."""
    return {"decode": 0.5, "invoke": 1.5, "pipeline": pipeline}


def test_ratios_are_taken_within_a_round() -> None:
    """A round in which the whole machine was slow changes none of them."""
    slow = {name: 9 * cost for name, cost in costs(2.4).items()}
    slower = {name: 9 * cost for name, cost in costs(3.0).items()}
    rounds = [(costs(2.4), costs(3.0)), (slow, slower), (costs(2.4), costs(3.0))]

    lines = [line.split() for line in table(rounds)]

    assert lines[1:] == [
        ["this", "checkout", "2.400", "1.20"],
        ["before", "3.000", "1.50"],
        ["this", "one", "over", "before", "0.80"],
    ]


def test_a_commit_is_checked_out_beside_what_is_there(tmp_path: Path) -> None:
    """Nothing of it is left behind."""

    def git(*words: str) -> str:
        command = [
            "git",
            "-C",
            str(tmp_path),
            "-c",
            "user.name=a",
            "-c",
            "user.email=b",
        ]
        done = subprocess.run([*command, *words], check=True, capture_output=True)
        return done.stdout.decode()

    git("init", "-q")
    for text in ("before", "now"):
        (tmp_path / "file").write_text(text)
        git("add", "file")
        git("commit", "-q", "-m", text)

    with checkout("HEAD~1", tmp_path) as folder:
        assert (folder / "file").read_text() == "before"
        assert (tmp_path / "file").read_text() == "now"

    assert not folder.exists()
    assert len(git("worktree", "list").splitlines()) == 1


def test_an_unknown_commit_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    """By its name, before anything is measured."""
    assert against.run("no-such-commit", None, None, "auto") == 1
    assert "no-such-commit: cannot be measured" in capfd.readouterr().err


def test_what_a_library_prints_is_no_round() -> None:
    """Engines and decoders talk on the standard output, too."""
    talks = 'input(); print("[a]"); print(\'{"pipeline": 2.0}\')'
    with subprocess.Popen(
        [sys.executable, "-c", talks],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert round_of(process) == {"pipeline": 2.0}
