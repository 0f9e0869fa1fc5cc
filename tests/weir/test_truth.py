"""The truth of a simulated clip."""

import pytest

from weir import ContractError
from weir.truth import VISIBLE, Sighting, Truth, TruthEncounter, encounters_of

BOX = (0.25, 0.5, 0.125, 0.0625)


def sighting(
    frame: int, fish: int = 1, kind: str = "dace", visibility: float = 0.9
) -> Sighting:
    """A fish in a frame."""
    return Sighting(frame, fish, kind, BOX, visibility)


def truth(*sightings: Sighting) -> Truth:
    """A clip of ten frames."""
    return Truth(7, 1_800_000_000, 1, 10, sightings, encounters_of(sightings))


def test_what_is_written_is_read() -> None:
    """Sightings, encounters and all."""
    written = truth(sighting(1), sighting(2), sighting(2, 2, "eel", 0.1))

    assert written == Truth.from_json(written.to_json(), "truth.json")


def test_consecutive_frames_with_a_fish_are_one_encounter() -> None:
    """Whichever fish it is; a frame without ends it."""
    fish = [sighting(1), sighting(2, 2), sighting(4)]

    assert (
        TruthEncounter(1, 2, "dace", 1),
        TruthEncounter(4, 4, "dace", 1),
    ) == encounters_of(fish)


def test_max_n_is_the_most_visible_fish_in_one_frame() -> None:
    """Not the number of individuals."""
    fish = [sighting(1, 1), sighting(2, 2), sighting(2, 3), sighting(3, 4)]

    assert [encounter.max_n for encounter in encounters_of(fish)] == [2]


def test_an_encounter_has_the_kind_of_most_sightings() -> None:
    """And of equals the first by name."""
    most = [sighting(1, 1, "trout"), sighting(2, 2), sighting(3, 2)]
    equal = [sighting(1, 1, "trout"), sighting(2, 2, "perch")]

    assert [encounter.kind for encounter in encounters_of(most)] == ["dace"]
    assert [encounter.kind for encounter in encounters_of(equal)] == ["perch"]


def test_what_nobody_would_find_makes_no_encounter() -> None:
    """The threshold itself is visible."""
    seen = encounters_of([sighting(1, visibility=VISIBLE)])
    unseen = encounters_of([sighting(1, visibility=VISIBLE - 0.001)])

    assert (len(seen), len(unseen)) == (1, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("frames", "-1"), ("seed", '"x"'), ("sightings", "[1]"), ("format_version", "2")],
)
def test_a_truth_that_is_none_is_refused(field: str, value: str) -> None:
    """The error names file and field."""
    broken = truth().to_json().replace(f'"{field}": ', f'"{field}": {value}, "was": ')

    with pytest.raises(ContractError, match=rf"clip\.truth\.json.*{field}"):
        Truth.from_json(broken, "clip.truth.json")
