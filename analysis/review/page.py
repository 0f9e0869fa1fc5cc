"""The page itself, and the files that it loads."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import jinja2

from weir import __version__

_SITE = Path(__file__).parent / "site"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

SCRIPTS = {
    file.name: (file, _KINDS[file.suffix])
    for file in sorted(_SITE.iterdir())
    if file.suffix in _KINDS
}
"""The files that the page may load, by name, each with its path and type."""


def page(word: str) -> str:
    """Return the page.

    Args:
        word: what it sends back with everything that it writes.
    """
    return _template().render(word=word, version=__version__)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_SITE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
