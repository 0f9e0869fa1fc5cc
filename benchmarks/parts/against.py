"""Against: the pipeline of this checkout beside that of an earlier commit, in one run.

The commit is checked out into a folder of its own. A process for each of the two
measures the same clips with the same models; they take turns, round by round, so that
both meet the same disturbances, and ratios are taken within a round.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from subprocess import PIPE
from typing import Optional

from analysis.work import heap

ROUNDS = 5
HERE = Path(__file__).parents[2]

# It runs in the checkout that it measures, with that one's benchmarks: with nothing of
# this file, and with what the benchmarks have had for long.
_MEASURE = """
import json, sys, tempfile
from pathlib import Path
from analysis.models.interpreter import choose
from benchmarks import speed
from benchmarks.material import from_folder, generated
from benchmarks.measure import best_of

footage, config, engine = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    file = Path(config) if config else None
    if footage:
        material = from_folder(Path(footage), file, engine)
    else:
        material = generated(Path(folder), file, engine)
    chosen = material.clips[:: max(1, len(material.clips) // 4)][:4]
    asked = {clip: speed.questions(material.analysis, clip) for clip in chosen}
    works = {
        "decode": speed.decode,
        "invoke": speed.Invocations(material.analysis, choose(engine), asked).run,
        "pipeline": speed.Pipeline(material.analysis, "area", folder).run,
    }
    for _ in sys.stdin:
        costs = best_of(works, chosen, 1)
        print(json.dumps({name: costs[name].cpu_ms for name in works}), flush=True)
"""
Round = Mapping[str, float]
"""The processor time of a frame, in ms, for each work."""


def run(
    revision: str, footage: Optional[Path], config: Optional[Path], engine: str
) -> int:
    """Measure both, and print the table.

    Returns:
        1 if the revision cannot be checked out or measured, else 0.
    """
    words = [str(each.resolve()) if each else "" for each in (footage, config)]
    try:
        with checkout(revision) as before:
            rounds = _measured((HERE, before), [*words, engine])
    except (OSError, subprocess.CalledProcessError, json.JSONDecodeError) as exc:
        sys.stderr.write(f"{revision}: cannot be measured ({exc})\n")
        return 1
    print(f"\nAgainst {revision}: {engine}, the median of {len(rounds)} rounds")
    print("\n".join(table(rounds)))
    return 0


@contextmanager
def checkout(revision: str, repository: Path = HERE) -> Iterator[Path]:
    """Check a revision out into a folder of its own, for the time of ``with``.

    Raises:
        CalledProcessError: git does not know it, or there is no repository.
    """
    git = ["git", "-C", str(repository), "worktree"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "before")
        add = [*git, "add", "--quiet", "--detach", str(path), revision]
        subprocess.run(add, check=True)
        try:
            yield path
        finally:
            subprocess.run([*git, "remove", "--force", str(path)], check=True)


def _measured(
    checkouts: Sequence[Path], words: Sequence[str]
) -> list[tuple[Round, Round]]:
    """Let a process of each checkout measure, in turns."""
    command = [sys.executable, "-c", _MEASURE, *words]
    plain = heap.environment(os.environ)
    with ExitStack() as stack:
        now, before = (
            stack.enter_context(
                subprocess.Popen(
                    command, cwd=each, env=plain, text=True, stdin=PIPE, stdout=PIPE
                )
            )
            for each in checkouts
        )
        return [(round_of(now), round_of(before)) for _ in range(ROUNDS)]


def round_of(process: subprocess.Popen[str]) -> Round:
    """Let a process measure one round."""
    assert process.stdin and process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    # What is no object was printed by a library.
    line = next((line for line in process.stdout if line.startswith("{")), "")
    measured: Round = json.loads(line)
    return measured


def table(rounds: Sequence[tuple[Round, Round]]) -> Iterator[str]:
    """Yield the lines of the table: costs, the ratios to the limit, and their ratio."""
    yield f"{'':<28}{'CPU ms':>8}{'of limit':>10}"
    for place, name in enumerate(("this checkout", "before")):
        own = [each[place] for each in rounds]
        cost = median(each["pipeline"] for each in own)
        yield f"{name:<28}{cost:>8.3f}{median(map(_of_limit, own)):>10.2f}"
    ratio = median(now["pipeline"] / before["pipeline"] for now, before in rounds)
    yield f"{'this one over before':<28}{ratio:>8.2f}"


def _of_limit(costs: Round) -> float:
    return costs["pipeline"] / (costs["decode"] + costs["invoke"])
