"""Quiet: what a model's engine writes to standard error while loading is hidden."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what this process writes to standard error while the block runs.

    TFLite's C++ code bypasses ``sys.stderr`` to say that it made a delegate. That would
    be a line in the journal for every worker. What it says of a bad model is in the
    exception too, and what it says in a crash is seen by the trial (``trial.py``).
    """
    aside = os.dup(_STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(aside, _STDERR)
        os.close(aside)
        os.close(nowhere)
