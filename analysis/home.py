"""Names the folder of our packages, in which all child processes are started.

Python looks for modules first in the folder where it is started. If that folder held
one with the name of our package, such as ``weir/`` with somebody's footage, Python
would take it for the package.
"""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
