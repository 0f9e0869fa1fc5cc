"""Which items a person is asked about, and in which order."""

from __future__ import annotations

from analysis.review.items import Item
from analysis.review.queues import QUEUES, Filter, drawn, in_order
from analysis.review.said import AGAIN, CONFLICT, DECIDED, OPEN
from tests.analysis.made_record import sha
from tests.analysis.review.made_item import made_item, made_moment


def names(queue: str, items: list[Item]) -> list[str]:
    """The items of a queue, in order."""
    return [item.id for item in in_order(QUEUES[queue], items)]


def test_what_is_doubtful() -> None:
    """Near the threshold, between species, in one frame, or by its status."""
    sure = made_item()
    doubtful = [
        made_item(score=0.6),
        made_item(species="chub", species_score=0.5),
        made_item(3, 3),
        made_item(status="doubtful"),
    ]

    assert not sure.doubts and sure.is_sure
    assert all(len(item.doubts) == 1 and not item.is_sure for item in doubtful)
    assert not made_item(3, 3, status="static").doubts
    assert not made_moment(1).doubts


def test_the_doubtful_come_first_and_the_static_last() -> None:
    """Between them a tenth of the sure ones, and moments by rank."""
    sure = [made_item(n, n + 5) for n in range(100)]
    one, two = made_moment(1, 50), made_moment(2, 40)
    static = made_item(7, 9, status="static", sha256=sha(2))
    doubtful = made_item(8, 8, sha256=sha(3), score=0.55)
    order = names("work", [static, two, *sure, one, doubtful])

    share = [item.id for item in sure if drawn(item)]
    assert order[0] == doubtful.id
    assert set(order[1:-3]) == set(share)
    assert order[-3:] == [one.id, two.id, static.id]


def test_where_the_backgrounds_disagree_a_person_looks_first() -> None:
    """Before what is doubtful for more reasons, and nearer to the threshold."""
    told = made_item(1, 9, status="doubtful", decided_by="whole_clip", score=0.99)
    near = made_item(3, 3, status="doubtful", decided_by="zoom_gain", score=0.51)

    for queue in ("work", "doubtful"):
        assert names(queue, [near, told]) == [told.id, near.id]
    assert told.doubts == ("may be a fish that holds its place",)


def test_a_tenth_is_drawn_by_lot_and_always_the_same() -> None:
    """By the frames alone, so that a new run does not choose anew."""
    many = [made_item(n, n + 5, sha256=sha(n % 50)) for n in range(5000)]
    found = [item for item in many if drawn(item)]

    assert 400 < len(found) < 600
    again = [item._replace(run=9, number=7, score=0.99) for item in many]
    assert [item.id for item in again if drawn(item)] == [item.id for item in found]
    assert 0.3 < sum(item.first < 2500 for item in found) / len(found) < 0.7


def test_each_queue_has_its_own() -> None:
    """What was decided stays in its total, but not where people must look again."""
    item = made_item(3, 3)

    assert QUEUES["doubtful"].has(item, OPEN) and QUEUES["doubtful"].has(item, DECIDED)
    assert not QUEUES["moments"].has(item, OPEN)
    assert QUEUES["again"].has(item, AGAIN) and not QUEUES["again"].has(item, OPEN)
    assert QUEUES["conflicts"].has(item, CONFLICT)
    assert not QUEUES["conflicts"].has(item, DECIDED)
    assert QUEUES["static"].has(made_item(status="static"), OPEN)


def test_a_filter_takes_what_has_all_of_it() -> None:
    """A moment has no species; its kind and status are its own."""
    item = made_item(species="chub")

    assert Filter(day="2026-05-01", camera="cam1", kind="chub").takes(item)
    assert not Filter(kind="fish").takes(item)
    assert Filter(kind="moment", status="moment").takes(made_moment(1))
    assert not Filter(clip=sha(2)).takes(item)
