"""What the models learn from."""

from random import Random

from training.scenes import CROP, FIRST_SEED, INPUT, parameters


def test_training_has_seeds_of_its_own() -> None:
    """Scores are worth nothing on rivers that were learnt by heart."""
    from benchmarks import river

    last = river.FIRST_SEED + river.CLIPS

    assert last < FIRST_SEED


def test_rivers_of_all_sorts_are_drawn() -> None:
    """Clear and murky, dark and bright, with fish and without."""
    rivers = [parameters(Random(seed), seed) for seed in range(200)]

    assert min(r.turbidity for r in rivers) < 0.05
    assert max(r.turbidity for r in rivers) > 0.95
    assert 20 < sum(r.fish_per_hour == 0 for r in rivers) < 80


def test_inputs_are_what_the_networks_grid_divides() -> None:
    """By eight, and by thirty-two."""
    assert [side % 32 for side in (*INPUT, *CROP)] == [0, 0, 0, 0]
