"""The names of a model's classes: from a text file, or from the model itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from analysis import ModelError
from analysis.models.file.labeltext import UNNAMED, decoded, parse
from analysis.models.file.metadata import Metadata
from weir.printable import many

_USUAL = ("labels", "labelmap", "label_map", "classes", "class_names", "names", "dict")
_WORDS = ("label", "class", "names", "categor", "dict", "taxonom", "species")
_OTHER = ("readme", "licen", "notice", "changelog", "changes", "descri", "about")
_LARGEST_BYTES = 8 << 20


@dataclass(frozen=True)
class Labels:
    """The names of a model's classes.

    Attributes:
        names: in the order of the classes.
        are_own: whether the model itself brings them.
    """

    names: tuple[str, ...]
    are_own: bool


def of_model(model: Path, labels: Optional[Path], said: Metadata, key: str) -> Labels:
    """Find a model's labels, in the order of its classes.

    Args:
        model: the model.
        labels: the config's text file; None to use the model's own.
        said: the model's metadata.
        key: the config's table, for messages.

    Raises:
        ModelError: there are none, the file cannot be read, or it contradicts the
            model's own.
    """
    named = None
    if "names" in said.ultralytics:
        named = _from_names(said.ultralytics["names"], model)
    if labels is not None:
        given = _from_file(labels, key)
        if named is not None:
            _require_as_many(given, named, labels, key)
        own = named or _of_zip(model, said, key, ask=False)
        _require_agreement(given, own or (), labels, key)
        return Labels(given, are_own=False)
    own = named or _of_zip(model, said, key, ask=True)
    if own:
        return Labels(own, are_own=True)
    raise ModelError(
        f"{model.name}: carries no labels of its own; name a text file with one label "
        f"a line: {key}.labels"
    )


def are_in(said: Metadata) -> bool:
    """Whether a model seems to bring labels."""
    return "names" in said.ultralytics or bool(_candidates(said))


def fitted(labels: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Leave out class 0 of a list that is numbered from 1, where it is one too many."""
    one_too_many = len(labels) == count + 1 and labels[0] == UNNAMED
    return labels[1:] if one_too_many else labels


def _of_zip(model: Path, said: Metadata, key: str, *, ask: bool) -> tuple[str, ...]:
    """Read the list in the zip that is appended to the model; empty if there is none.

    Raises:
        ModelError: it cannot be read, or there are several and none is the usual one.
    """
    try:
        found = {name: parse(text) for name, text in _candidates(said).items()}
    except ModelError as exc:
        if not ask:
            return ()
        raise ModelError(
            f"{model.name}: a list of labels in it {exc}; name a text file with one "
            f"label a line: {key}.labels"
        ) from exc
    lists = list(dict.fromkeys(found.values()))
    if len(lists) > 1 and ask:
        raise ModelError(
            f"{model.name}: carries several lists of labels ({', '.join(found)}); "
            f"unzip it, and name the one that is meant: {key}.labels"
        )
    return lists[0] if len(lists) == 1 else ()


def _candidates(said: Metadata) -> dict[str, str]:
    """Find the files that are lists of labels: said to be, usually called so, or so."""
    texts = {
        name: text
        for name, text in said.files.items()
        if not any(word in _stem(name) for word in _OTHER)
        and not (name.lower().endswith(".json") and "names" in text[:4000])
        and not (name.lower().endswith(".txt") and text.lstrip().startswith("{"))
    }
    for chosen in (
        [name for name in texts if name in said.label_files],
        [name for name in texts if _stem(name) in _USUAL],
        [name for name in texts if any(word in _stem(name) for word in _WORDS)],
    ):
        if chosen:
            return {name: texts[name] for name in chosen}
    return {}


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0].lower()


def _from_file(path: Path, key: str) -> tuple[str, ...]:
    try:
        with path.open("rb") as file:
            found = parse(decoded(file.read(_LARGEST_BYTES)))
    except OSError as exc:
        raise ModelError(f"{key}.labels: {path} cannot be read ({exc})") from exc
    except ModelError as exc:
        raise ModelError(f"{key}.labels: {path} {exc}") from exc
    if not found:
        raise ModelError(f"{key}.labels: {path} is empty; expected one label a line")
    return found


def _require_as_many(
    given: tuple[str, ...], own: tuple[str, ...], path: Path, key: str
) -> None:
    """Check that a labels file has as many labels as the model's own metadata.

    The file may give the classes other names, but not change how many there are.
    """
    if len(fitted(given, len(own))) != len(own):
        raise ModelError(
            f"{key}.labels: {path} has {many(len(given), 'label')}, but the model "
            f"itself names {len(own)} ({', '.join(own[:4])}"
            f"{', ...' if len(own) > 4 else ''}); leave labels out, or give one line"
            " for each of them"
        )


def _require_agreement(
    given: tuple[str, ...], own: tuple[str, ...], path: Path, key: str
) -> None:
    """Check that no name stands at another class than the model itself gives it."""
    given = fitted(given, len(own))
    if len(given) != len(own):
        return
    places = {_plain(name): at for at, name in reversed(list(enumerate(own)))}
    for at, name in enumerate(given):
        there = places.get(_plain(name), at)
        if there != at and _plain(own[at]) != _plain(name):
            raise ModelError(
                f'{key}.labels: {path} calls class {at} "{name}", which the model '
                f'itself calls "{own[at]}"; its "{name}" is class {there}: leave '
                "labels out, or put the lines in the model's order"
            )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


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
