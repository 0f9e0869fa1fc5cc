"""Loading a model without what its engine says of itself on standard error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2


@contextmanager
def quiet() -> Iterator[None]:
    """Send this process's standard error nowhere while the block runs.

    TFLite tells from C++, past ``sys.stderr``, that it made a delegate: a line in the
    journal for every worker. What it says of a bad model is in the exception as well;
    what it says when it crashes is seen by the trial (``trial.py``), which listens.
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
