"""Makes workers use large memory pages, and keep freed memory for the next frame.

Every frame passes through the same twenty or so blocks of memory of 100 kB to 1 MB, and
a model's weights and tensors take some MB more. By default glibc gives each block back
to the system, which must clear and map its pages again for the next frame, about thirty
times per frame. Also, pages of 4 kB are so many that the processor's address table
cannot hold them all. glibc has settings for both, which it reads from the environment
when a process starts. On an EPYC without AVX-512 large pages make a frame 6 to 8 %
cheaper, decoder and model included, and kept memory halves the cost of measuring the
water in it (``analysis.look.water``). Another C library, or an older glibc, ignores
settings that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping

_VARIABLE = "GLIBC_TUNABLES"
_SETTINGS = {
    "glibc.malloc.hugetlb": 1,  # ask for large pages where the system lends them
    "glibc.malloc.mmap_threshold": 32 << 20,  # the most that glibc takes
    "glibc.malloc.trim_threshold": 256 << 20,
}


def is_set(environment: Mapping[str, str]) -> bool:
    """Whether a process with this environment has these settings."""
    return environment.get(_VARIABLE, "").startswith(_text())


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process, with these settings added.

    The operator's own settings come last, because glibc uses the last of two settings
    with the same name.
    """
    known = outer.get(_VARIABLE, "")
    return {**outer, _VARIABLE: f"{_text()}:{known}" if known else _text()}


def without(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment as it was before ``environment`` added to it."""
    inner = dict(environment)
    inner[_VARIABLE] = inner.get(_VARIABLE, "").replace(_text(), "").lstrip(":")
    return inner


def _text() -> str:
    return ":".join(f"{name}={value}" for name, value in _SETTINGS.items())
