"""The heap of a worker: what glibc is told, and that it listens."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from analysis.work import heap

FREE_AND_ASK_AGAIN = """
import resource
import numpy as np

def pieces():
    return [np.ones(1 << 20, np.uint8) for _ in range(40)]

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

del pieces()[:]
before = faults()
del pieces()[:]
print(faults() - before)
"""


def page_faults(environment: dict[str, str]) -> int:
    """Of forty megabytes that were freed and are asked for again."""
    command = [sys.executable, "-c", FREE_AND_ASK_AGAIN]
    return int(
        subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    )


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_what_is_freed_is_there_when_it_is_asked_for_again() -> None:
    """Of ten thousand pages the system has to give almost none again."""
    plain = {name: os.environ[name] for name in os.environ if name != "GLIBC_TUNABLES"}

    assert page_faults(plain) > 1000
    assert page_faults(heap.environment(plain)) < 100


def test_settings_of_the_operator_stay() -> None:
    """They come last, where they hold, and whatever else is set is left alone."""
    outer = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=0", "LANG": "C"}

    inner = heap.environment(outer)

    assert inner["GLIBC_TUNABLES"].endswith(":glibc.malloc.hugetlb=0")
    assert inner["LANG"] == "C"
    assert not heap.is_set(outer)
    assert heap.is_set(inner)
