"""Break promises one at a time, and see that a test notices: ``make mutants``.

``mutants.toml`` lists lines that carry a promise, what each is broken into, and the
test that must fail then. Each is applied to a copy of the tree, never to the tree.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Optional

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
LIST = Path(__file__).with_name("mutants.toml")
TIMEOUT_S = 180.0
KILLED, SURVIVED, HUNG = "killed", "SURVIVED", "killed (hung)"
_PYTEST = (sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Mutant:
    """One promise, and how to break it.

    Attributes:
        promise: what the line is there for.
        file: below the repository.
        line: text that stands exactly once in the file.
        instead: what replaces it.
        test: what must fail then, as pytest names it.
    """

    promise: str
    file: str
    line: str
    instead: str
    test: str

    def broken(self, root: Path) -> str:
        """Return the file's text with the line broken.

        Raises:
            SystemExit: the line does not stand in the file exactly once.
        """
        text = (root / self.file).read_text("utf-8")
        if (count := text.count(self.line)) != 1:
            raise SystemExit(f"{self.file}: {self.line!r} stands {count} times, not 1")
        return text.replace(self.line, self.instead)

    @contextmanager
    def applied(self, root: Path) -> Iterator[None]:
        """Break the line in a tree, and mend it afterwards."""
        path = root / self.file
        whole = path.read_bytes()
        path.write_text(self.broken(root), "utf-8")
        try:
            yield
        finally:
            path.write_bytes(whole)


def read(path: Path = LIST) -> list[Mutant]:
    """Read the list."""
    with path.open("rb") as file:
        return [Mutant(**fields) for fields in tomllib.load(file)["mutant"]]


def copy_tree(target: Path) -> None:
    """Copy what git knows of or would take, as it lies in the working tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def run_tests(
    root: Path, tests: Sequence[str], *, keep_bytecode: bool
) -> Optional[subprocess.CompletedProcess[str]]:
    """Run tests in a tree.

    Args:
        keep_bytecode: never that of a broken file, which could pass for the whole one.

    Returns:
        How it ended: 0, 1 or by a signal; None when it took too long.

    Raises:
        SystemExit: pytest could not run them.
    """
    # The tree's own packages come first, as python -m puts the current folder there.
    unkept = {} if keep_bytecode else {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*_PYTEST, f"--basetemp={root.with_name(root.name + '-tmp')}", *tests],
            cwd=root,
            env={**os.environ, **unkept},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S * (1 if len(tests) == 1 else 10),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    # 4: no such test; 5: none was run. Below 0 a signal ended it, which is a test that
    # fails: the broken line may be one that keeps a signal away.
    if done.returncode > 1:
        raise SystemExit(f"{' '.join(tests)}:\n{done.stdout}")
    return done


def verdict(mutant: Mutant, root: Path) -> str:
    """Apply a mutant to a tree, and see what its test says."""
    with mutant.applied(root):
        done = run_tests(root, [mutant.test], keep_bytecode=False)
    return HUNG if done is None else KILLED if done.returncode else SURVIVED


def verdicts(mutants: Sequence[Mutant], whole: Path, trees: int) -> Iterator[str]:
    """What becomes of each mutant, in order; so many are tried at a time."""
    free: SimpleQueue[Path] = SimpleQueue()
    for number in range(trees):
        free.put(shutil.copytree(whole, whole.with_name(f"broken-{number}")))

    def judge(mutant: Mutant) -> str:
        root = free.get()
        try:
            return verdict(mutant, root)
        finally:
            free.put(root)

    with ThreadPoolExecutor(trees) as pool:
        yield from pool.map(judge, mutants)


def main() -> int:
    """Apply all mutants, or those whose file or promise has a word in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only mutants with one of these")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    words = arguments.words or [""]
    mutants = [m for m in read() if any(w in f"{m.file} {m.promise}" for w in words)]
    if not mutants:  # without a test, pytest would run them all
        parser.error(f"{LIST.name} has no entry with one of {words}")
    started, survivors = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="weir-mutants-") as folder:
        whole = Path(folder, "whole")
        copy_tree(whole)
        for mutant in mutants:
            mutant.broken(whole)
        tests = sorted({m.test for m in mutants})
        done = run_tests(whole, tests, keep_bytecode=True)
        if done is None or done.returncode:
            said = done.stdout if done else "they take too long"
            raise SystemExit(f"{said}\nthese tests must pass before a line is broken")
        each = verdicts(mutants, whole, arguments.at_once)
        for mutant, said in zip(mutants, each):
            survivors += said == SURVIVED
            print(f"{said:14} {mutant.file}: {mutant.promise}", flush=True)
    minutes = (time.monotonic() - started) / 60
    print(f"{len(mutants)} mutants, {survivors} survived, {minutes:.1f} minutes")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
