"""Who comes by, and along which way."""

import pytest

from capture.cameras.scene.behaviour import Visits, pose

MIX = (("dace", 1.0), ("perch", 1.0), ("trout", 1.0), ("eel", 1.0))


def visits(
    key: str = "1 2", rate: float = 60, mix: tuple[tuple[str, float], ...] = MIX
) -> Visits:
    """Visits with a sight of a metre and a half, in a frame of three to two."""
    return Visits(key, rate, mix, 1.5, 2 / 3)


def seen(river: Visits, seconds: int) -> list[tuple[int, str]]:
    """Every fish that is in the water in these seconds: number and kind."""
    fish = {
        f.number: f.species.name for second in range(seconds) for f in river.at(second)
    }
    return sorted(fish.items())


def test_the_same_key_brings_the_same_fish() -> None:
    """And another brings others."""
    assert seen(visits(), 900) == seen(visits(), 900) != seen(visits("1 3"), 900)


def test_it_does_not_matter_how_often_one_looks() -> None:
    """A fish's way is its own."""
    often, seldom = visits(), visits()
    for second in range(600):
        often.at(second / 2)

    assert often.at(300) == seldom.at(300)


def test_no_fish_an_hour_are_no_fish() -> None:
    """Nor are species that never come."""
    assert not seen(visits(rate=0), 3600)
    assert not seen(visits(mix=(("dace", 0.0),)), 3600)


def test_only_species_of_the_mix_come() -> None:
    """By their weights."""
    mix = (("dace", 0.0), ("eel", 2.0))

    assert {"eel"} == {kind for _, kind in seen(visits(rate=200, mix=mix), 900)}


def test_visits_are_as_frequent_as_asked() -> None:
    """Over ten hours of eels, who come alone: 300, give or take."""
    fish = seen(visits(rate=30, mix=(("eel", 1.0),)), 36_000)

    assert len(fish) == pytest.approx(300, rel=0.2)


def test_there_are_long_empty_stretches() -> None:
    """At twenty visits an hour most frames hold nobody."""
    river = visits(rate=20)
    empty = sum(not river.at(second) for second in range(3600))

    assert empty > 1800


def test_a_fish_enters_and_leaves_through_the_frames_edge() -> None:
    """At both ends of its way its middle is outside."""
    river = visits(rate=300)
    fish = {f.number: f for second in range(900) for f in river.at(second)}
    ends = [pose(f, f.way[end][0]) for f in fish.values() for end in (0, -1)]

    outside = [not (0 < p.x < 1 and 0 < p.y < 2 / 3) for p in ends]
    assert len(fish) > 50
    assert sum(outside) > 0.95 * len(outside)
