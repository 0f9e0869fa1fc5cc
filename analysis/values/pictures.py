"""The sums of a clip's coded pictures, which are equal in every container."""

from __future__ import annotations

import hashlib

SUM_BYTES = 4
"""How many bytes of a sha256 are kept of each picture."""


def sum_of(coded: bytes) -> bytes:
    """Return the sum of one coded picture."""
    return hashlib.sha256(coded).digest()[:SUM_BYTES]
