"""The config file: which one a command reads, and the tables in it.

An installed command reads ``/etc/weir/config.toml``, wherever it is typed: that is the
daemon's config, and the current folder may be a clone with a ``config.toml`` of its
own. A checkout's command reads the ``config.toml`` of the current folder, so that one
can try things out. ``is_checkout`` tells the two apart by where the program lies.
"""

from __future__ import annotations

import codecs
import stat
import sys
from pathlib import Path
from typing import Any, Optional

from weir import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = "config.toml"
SYSTEM_CONFIG = Path("/etc/weir") / NAME

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PACKAGE = Path(__file__).resolve().parent


def is_checkout(package: Path = _PACKAGE, prefix: Optional[Path] = None) -> bool:
    """Whether this program belongs to a checkout, and is not an installed one.

    A checkout's package has the project's ``pyproject.toml`` beside it. That holds for
    ``python -m capture`` in the clone, and for the commands of its virtual environment,
    into which the clone is only linked. A package that ``pip install .`` copied there
    counts too, because the environment lies in the checkout.

    Args:
        package: the folder of this package.
        prefix: the folder of the virtual environment; None for the running one.
    """
    environment = Path(sys.prefix) if prefix is None else prefix
    return _is_project(package.parent) or _is_project(environment.resolve().parent)


def _is_project(folder: Path) -> bool:
    parts = ("pyproject.toml", "weir/tomlfile.py", "capture", "analysis")
    return all((folder / part).exists() for part in parts)


def default() -> Path:
    """Return the file that is read if ``--config`` names none."""
    return Path(NAME) if is_checkout() else SYSTEM_CONFIG


def find(explicit: Optional[Path]) -> Path:
    """Return the config file: the one that was asked for, else the default.

    Raises:
        ConfigError: there is no such file.
    """
    file = explicit or default()
    try:
        if stat.S_ISREG(file.stat().st_mode):
            return file
        why = "no plain file"
    except OSError as exc:
        why = str(exc.strerror)
    rule = "" if explicit else f"; {_rule()}, or the one that --config FILE names"
    raise ConfigError(f"no config file {file} ({why}){rule}")


def _rule() -> str:
    if is_checkout():
        return "a checkout's command reads the one in the current folder"
    return "an installed command reads this one"


def parse(file: Path) -> dict[str, Any]:
    """Read the tables of a TOML file.

    A byte order mark, which editors on Windows put in front, is skipped.

    Raises:
        ConfigError: the file cannot be read, or is no TOML.
    """
    try:
        data = file.read_bytes()
        if data.startswith(_UTF_16):
            raise ConfigError(f"{file}: is not TOML: it is UTF-16; save it as UTF-8")
        tables: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as exc:
        raise ConfigError(f"{file}: cannot be read ({exc.strerror})") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ConfigError(f"{file}: is not TOML: {exc}") from exc
    return tables
