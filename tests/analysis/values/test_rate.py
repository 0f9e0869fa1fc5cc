"""Which rate is believed."""

from __future__ import annotations

from typing import Optional

import pytest

from analysis.values.rate import Rate, are_far, choose


@pytest.mark.parametrize(
    ("sidecar", "container", "stream", "assumed", "rate"),
    [
        (1.5, 25.0, None, 5, Rate(1.5, "sidecar")),
        (1.5, None, 30.0, 5, Rate(1.5, "sidecar", 30)),
        (None, 25.0, None, 5, Rate(25, "container")),
        (None, None, 30.0, 5, Rate(5, "config", 30)),
        (None, None, 30.0, 0, Rate(30, "stream", 30)),
        (None, None, None, 5, Rate(5, "config")),
        (None, None, None, 0, Rate(1, "")),
    ],
)
def test_the_order_of_belief(
    sidecar: Optional[float],
    container: Optional[float],
    stream: Optional[float],
    assumed: float,
    rate: Rate,
) -> None:
    """Who knew the camera goes first; what the config says is of raw streams."""
    assert choose(sidecar, container, stream, assumed) == rate


def test_two_rates_are_far_by_more_than_two_percent() -> None:
    """A camera is never exact."""
    assert (are_far(30, 29.97), are_far(1, 1.03)) == (False, True)
