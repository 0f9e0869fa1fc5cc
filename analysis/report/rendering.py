"""Fills a page's template; what goes into it is made harmless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from weir.printable import printable


def render(room: str, template: str, content: Mapping[str, Any]) -> str:
    """Return a page.

    Args:
        room: the package below ``analysis`` in which the template lies.
        template: its file; it may include files of the report.
        content: what fills it.
    """
    rooms = [jinja2.PackageLoader("analysis", name) for name in {room, "report"}]
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(rooms),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**content)


def _shown(value: object) -> object:
    """Make a value printable before the template shows it: anyone may choose names."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return value
