"""The names of a model's classes: from a text file, or from the model itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Optional

from analysis import ModelError
from analysis.models.file.metadata import Metadata

UNNAMED = "???"
"""The label that TensorFlow's lists have for a number without a meaning."""

_NUMBERED = re.compile(r"(\d+)[\s:,]+(\S.*)")


def of_model(
    model: Path, labels: Optional[Path], said: Metadata, key: str
) -> tuple[str, ...]:
    """Find a model's labels, in the order of its classes.

    Args:
        model: the model.
        labels: the config's text file; None to use the model's own.
        said: the model's metadata.
        key: the config's table, for messages.

    Raises:
        ModelError: there are none, the file cannot be read, or it has more or fewer
            than the model's metadata.
    """
    own = None
    if "names" in said.ultralytics:
        own = _from_names(said.ultralytics["names"], model)
    if labels is not None:
        return _as_many(_from_file(labels, key), own, labels, key)
    if own is not None:
        return own
    texts = {
        name: content
        for name, content in said.files.items()
        if name.endswith(".txt") and not content.lstrip().startswith("{")
    }
    likely = [name for name in texts if "label" in name.lower()] or list(texts)
    if likely:
        return parse(texts[likely[0]])
    raise ModelError(
        f"{model.name}: carries no labels of its own; name a text file with one label "
        f"a line: {key}.labels"
    )


def parse(content: str) -> tuple[str, ...]:
    """Read labels from a text with one a line.

    Teachable Machine writes ``0 fish``; other lists have no numbers. A number in front
    is that of the class if the numbers of all lines go up.
    """
    lines = [line.strip() for line in content.splitlines()]
    lines = [line for line in lines if line]
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    found = {int(each[1]): each[2] for each in numbered if each}
    rising = list(found) == sorted(found)
    if lines and len(found) == len(lines) and rising and max(found) < 100_000:
        return tuple(found.get(at, UNNAMED) for at in range(max(found) + 1))
    return tuple(lines)


def _from_file(path: Path, key: str) -> tuple[str, ...]:
    try:
        found = parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as exc:
        raise ModelError(f"{key}.labels: {path} cannot be read ({exc})") from exc
    if not found:
        raise ModelError(f"{key}.labels: {path} is empty; expected one label a line")
    return found


def _as_many(
    given: tuple[str, ...], own: Optional[tuple[str, ...]], path: Path, key: str
) -> tuple[str, ...]:
    """Check that a labels file has as many labels as the model's own metadata.

    The file may give the classes other names, but not change how many there are.
    """
    if own is not None and len(given) != len(own):
        raise ModelError(
            f"{key}.labels: {path} has {len(given)} labels, but the model itself names "
            f"{len(own)} ({', '.join(own[:4])}{', ...' if len(own) > 4 else ''}); "
            "leave labels out, or give one line for each of them"
        )
    return given


def _from_names(names: Any, model: Path) -> tuple[str, ...]:
    try:
        if isinstance(names, dict):
            found = {int(number): str(name) for number, name in names.items()}
            return tuple(found[number] for number in range(len(found)))
        return tuple(str(name) for name in names)
    except (TypeError, ValueError, KeyError) as exc:
        raise ModelError(
            f"{model.name}: the names in its metadata are not a list ({names!r})"
        ) from exc
