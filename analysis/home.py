"""Where the packages are: child processes are started there.

Python looks for modules first where it is started; a folder there that is named like a
package of ours (``weir/`` with somebody's footage) must not be taken for it.
"""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
