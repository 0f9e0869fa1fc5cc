"""The folder of the packages, in which child processes are started.

Python looks for modules first in the folder where it is started. A folder there that
has the name of one of our packages (``weir/`` with somebody's footage) must not be
taken for the package.
"""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
