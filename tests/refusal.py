"""What was refused, and in which words."""

from __future__ import annotations

from typing import Any, Callable, Union

Kinds = Union[type[Exception], tuple[type[Exception], ...]]


def refusal(kinds: Kinds, act: Callable[..., Any], *arguments: Any) -> str:
    """The words in which something was refused; empty when it was not."""
    try:
        act(*arguments)
    except kinds as exc:
        return str(exc) or "refused without a word"
    return ""
