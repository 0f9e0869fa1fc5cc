"""Fills a page's template; what goes into it is made harmless."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from weir.printable import printable

_HERE = Path(__file__).parent
_PERCENT = re.compile(r"(\d) %")
_DATE = re.compile(r"\b\w*\d{4}-\d{2}-\d{2}(?:\.\w+| \d\d:\d\d:\d\d)?\b")


def render(room: str, template: str, content: Mapping[str, Any]) -> str:
    """Return a page.

    Args:
        room: the package below ``analysis`` in which the template lies.
        template: its file; it may include files of the report.
        content: what fills it.
    """
    script = (_HERE / "report.js").read_text("utf-8")
    rooms = [jinja2.PackageLoader("analysis", name) for name in {room, "report"}]
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(rooms),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["pair"] = _pair
    environment.filters["dated"] = _dated
    text = Markup(script)  # noqa: S704 - a file of this package
    return environment.get_template(template).render(
        policy=_policy(script), script=text, **content
    )


def _policy(script: str) -> str:
    """Return what a browser may run and load for a page: this script, its pictures."""
    digest = hashlib.sha256(script.encode()).digest()
    allowed = f"'sha256-{base64.b64encode(digest).decode()}'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _pair(value: str, without: str = "") -> tuple[str, str]:
    """Return what a choice sends, and what it says; an empty choice is that of all."""
    return f"={value}", value or without


def _dated(words: str) -> Markup:
    """Keep dates whole, and names that hold one: lines would end at their hyphens.

    Nor does a line begin with a percent sign.
    """
    safe = _PERCENT.sub("\\1\u00a0%", str(escape(printable(words))))
    whole = _DATE.sub(r'<span class="date">\g<0></span>', safe)
    return Markup(whole)  # noqa: S704 - the words are escaped


def _shown(value: object) -> object:
    """Make a value printable before the template shows it: anyone may choose names."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return value
