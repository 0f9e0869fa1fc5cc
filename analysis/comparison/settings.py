"""In what the settings of two runs differ, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.record.runs.identity import identity

_MOST_LETTERS = 60
_FOLLOWS = frozenset({"bytes", "inputs", "outputs"})
"""Facts that go with a model's file, and tell a person nothing more."""


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a line for each setting that decides what is seen, and has changed.

    Args:
        first, second: the settings of the runs.
    """
    before, after = dict(_flat(identity(first))), dict(_flat(identity(second)))
    changed = {name for name in {**before, **after} if _differ(name, before, after)}
    shown = dict(_flat(first)), dict(_flat(second))
    return tuple(
        f"{name}: {_value(name, shown[0])} -> {_value(name, shown[1])}"
        for name in sorted(changed)
    )


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each setting, a model's as ``detector.threshold``."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{key}", value[key]) for key in value)
        elif value is not None:
            yield name, value


def _differ(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    is_own = name.rpartition(".")[2] not in _FOLLOWS
    return is_own and before.get(name) != after.get(name)


def _value(name: str, settings: Mapping[str, Any]) -> str:
    if name not in settings:
        return "none"
    value = settings[name]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if name.endswith("sha256"):
        return text[:12]
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 3] + "..."
