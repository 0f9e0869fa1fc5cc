"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes is the machine's affair; pytest's own limit ends what hangs.
settings.register_profile("weir", deadline=None)
settings.load_profile("weir")
