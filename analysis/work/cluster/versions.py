"""Says which Weir and which libraries run here, by which two machines are compared.

Frames, scores and rows differ with the decoder, the model engine and Weir itself, and
one run must not mix them. So a worker with others is refused.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from collections.abc import Mapping
from functools import lru_cache

from analysis.home import HOME
from weir import __version__

_CODE = ("weir", "analysis")
_LIBRARIES = (
    *("numpy", "opencv-python-headless", "av", "pillow"),
    *("tflite-runtime", "ai-edge-litert"),
)
_NONE = "none"


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the version of each part that decides what is seen."""
    found = {
        "weir": f"{__version__} (code {code_sum()})",
        "python": ".".join(map(str, sys.version_info[:2])),
    }
    return {**found, **{name: _version(name) for name in _LIBRARIES}}


def code_sum() -> str:
    """Return a sum of Weir's own code, which changes more often than its version."""
    total = hashlib.sha256()
    for package in _CODE:
        for file in sorted((HOME / package).rglob("*.py")):
            total.update(file.relative_to(HOME).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:12]


def difference(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Say in words what another machine has otherwise.

    Returns:
        The differences; an empty text if there are none.
    """
    return "; ".join(
        f"it has {name} {theirs.get(name, _NONE)}, and the daemon {ours[name]}"
        for name in ours
        if ours[name] != theirs.get(name, _NONE)
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return _NONE
