"""What the page gives and takes, asked as a browser asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.exports.tables import export
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelstore import LabelStore
from analysis.record.results import Results
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen, sidecar
from tests.analysis.review.reviewing import Reviewing, made

MARKUP = "<img src=x onerror=alert(1)>\"'&{{7*7}}</script>"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Reviewing]:
    """The page on a record of five clips with two doubtful encounters each."""
    made(tmp_path, clips=5)
    with Reviewing(tmp_path, letters={"s": "salmon"}) as page:
        yield page


def tables(root: Path) -> dict[str, bytes]:
    """All that an export says."""
    target = root / "out"
    target.mkdir(exist_ok=True)
    book = LabelBook(LabelStore(root / "labels").all())
    with reading(root / "results" / "weir.sqlite") as db:
        files = export(Results(db, book=book), target)
    return {file.name: file.read_bytes() for file in files}


def test_what_a_person_says_is_a_label(page: Reviewing) -> None:
    """With the frames, the machine's word and the person."""
    item = page.next()[0]

    assert page.say(item["id"], "fish", species="trout", count=2, note="big").json == {
        "added": 1
    }

    (label,) = page.labels
    assert (label.sha256, label.first_frame) == (item["sha256"], item["first"])
    assert (label.verdict, label.species, label.count) == ("fish", "trout", 2)
    assert (label.note, label.person) == ("big", "anna")
    assert label.machine is not None and label.machine.label == "fish"


def test_what_was_decided_is_asked_no_more(page: Reviewing) -> None:
    """And the progress says so."""
    item = page.next()[0]
    page.say(item["id"], "not")

    answer = page.post("/next", person="ben", queue="work", count=50).json
    assert item["id"] not in {one["id"] for one in answer["items"]}
    assert (answer["left"], answer["total"]) == (9, 10)


def test_the_same_said_again_adds_nothing(page: Reviewing) -> None:
    """An answer that was lost on its way is asked for again."""
    item = page.next()[0]["id"]
    for _ in range(3):
        page.say(item, "not")

    assert len(page.labels) == 1


def test_two_people_are_not_given_the_same(page: Reviewing) -> None:
    """Until somebody lets go of it."""
    first = {item["id"] for item in page.next("anna", count=4)}
    second = {item["id"] for item in page.next("ben")}

    assert len(first) == 4 and len(second) == 6
    assert not first & second


def test_what_people_say_differently_is_a_queue(page: Reviewing) -> None:
    """With what each of them says; what nobody is sure of is another."""
    one, other = (item["id"] for item in page.next(count=2))
    page.say(one, "fish")
    page.say(one, "not", person="ben")
    page.say(other, "unsure")

    (conflict,) = page.next("cleo", queue="conflicts")
    assert conflict["id"] == one
    assert {s["person"]: s["verdict"] for s in conflict["said"]} == {
        "anna": "fish",
        "ben": "not",
    }
    assert [item["id"] for item in page.next("cleo", queue="again")] == [other]
    page.say(one, "not")
    assert page.next("cleo", queue="conflicts") == []


@pytest.mark.parametrize("steps", [12, pytest.param(50, marks=pytest.mark.slow)])
def test_fifty_steps_are_undone_to_the_same_bytes(page: Reviewing, steps: int) -> None:
    """Each step as one, whether of one item or of a whole clip."""
    before = tables(page.root)
    items = [item["id"] for item in page.next()]
    verdicts = ["fish", "not", "unsure"]
    for step in range(steps):
        which = items[step % 10] if step % 7 else items[:3]
        page.say(which, verdicts[step % 3], note=f"step {step}")
    page.say(items[0], "watched")
    assert tables(page.root) != before

    taken = [page.post("/undo", person="anna").json["taken"] for _ in range(steps + 2)]

    assert taken[-1] == 0 and sum(taken) == len(page.labels) / 2
    assert max(taken) == 3
    assert tables(page.root) == before


def test_an_undo_takes_nothing_of_others(page: Reviewing) -> None:
    """Each person's own last word, and the item comes back with it."""
    one, other = (item["id"] for item in page.next(count=2))
    page.say(one, "fish")
    page.say(other, "fish", person="ben")

    undone = page.post("/undo", person="anna").json

    assert [item["id"] for item in undone["items"]] == [one]
    assert undone["items"][0]["state"] == "open"
    assert [item["state"] for item in page.next("ben", said="decided")] == ["decided"]


def test_a_watched_clip_has_nothing_else(page: Reviewing) -> None:
    """What nobody named in it is no fish."""
    item = page.next()[0]
    page.say(item["id"], "watched")

    label = page.labels[0]
    assert (label.first_frame, label.last_frame, label.verdict) == (0, 9, "watched")
    left = page.next("ben", clip=item["sha256"])
    assert left == []


def test_labels_of_others_are_seen(page: Reviewing) -> None:
    """A command may import some while the page is open."""
    item = page.next()[0]
    page.say(item["id"], "not")
    store = LabelStore(page.root / "labels")
    store.undo(NOW)

    assert item["id"] in {one["id"] for one in page.next()}


def test_filters_leave_out_the_rest(page: Reviewing) -> None:
    """By day, camera, kind and status; what no item has leaves none."""
    wanted = {"day": "2026-05-01", "camera": "cam1", "kind": "fish"}

    assert len(page.next(**wanted, status="counted")) == 10
    for name in (*wanted, "status"):
        assert page.next(**{name: "other"}) == []


NONSENSE: list[dict[str, object]] = [
    {},
    {"person": "anna", "steps": [{"items": ["no such"], "verdict": "fish"}]},
    {"person": "anna", "steps": [{"items": [], "verdict": "fish"}, 7]},
    {"person": "anna", "steps": "x"},
    {"person": " \n", "steps": []},
    {"person": "x" * 201, "steps": []},
    {"person": 7, "steps": []},
    {"person": "anna", "steps": [{"items": [1], "verdict": "fish"}]},
    {"person": "anna", "steps": [{"items": "all", "verdict": "fish"}]},
]


def test_nonsense_is_named_and_keeps_nothing(page: Reviewing) -> None:
    """It says what was expected."""
    answers = [page.post("/say", **body) for body in NONSENSE]

    assert [answer.status for answer in answers] == [400] * len(NONSENSE)
    assert all(answer.json["problem"] for answer in answers)
    assert page.labels == []


def test_what_nobody_can_say_is_refused(page: Reviewing) -> None:
    """Every decision of the step, with it."""
    first, other = (item["id"] for item in page.next(count=2))
    for wrong in ({"verdict": "yes"}, {"count": -1}, {"count": 1.5}, {"count": "1"}):
        steps = [
            {"items": [first], "verdict": "not"},
            {"items": [other], "verdict": "fish", **wrong},
        ]
        assert page.post("/say", person="anna", steps=steps).status == 400
    assert page.say(first, "fish", note="x" * 1001).status == 400
    assert page.labels == []


def test_a_body_without_end_is_refused(page: Reviewing) -> None:
    """And so is one that is no JSON."""
    assert page.ask("POST", "/say", b"[" * 100_000).status == 400
    assert page.ask("POST", "/say", b" " * (1 << 21)).status == 400


PATHS = [
    "/strip/..%2f..%2fresults%2fweir.sqlite",
    "/strip/../../etc/passwd",
    "/picture/%2e%2e/%2e%2e/weir.sqlite",
    "/picture/..%5c..%5cweir.sqlite",
    "/site/../page.html",
    "/site/%2e%2e%2fserver.py",
    "/site/page.html",
    "//etc/passwd",
    "/results/weir.sqlite",
]


def test_no_path_leads_out(page: Reviewing) -> None:
    """Names in addresses are looked up, never opened."""
    assert {page.get(path).status for path in PATHS} <= {400, 404}


def test_markup_stays_text(tmp_path: Path) -> None:
    """In names of clips, cameras, species, people and notes; paths lead nowhere."""
    name = f"../../{MARKUP}.h264"
    store, run = open_record(tmp_path / "results")
    with store:
        beside = sidecar(name, 1, camera=MARKUP, deployment=MARKUP)
        known = replace(clip(1, beside=beside, camera=MARKUP), clip=name)
        store.commit(known, run, seen([encounter(1, 2, 3, species=MARKUP)]), NOW)
    with Reviewing(tmp_path) as page:
        item = page.next(queue="all", person=MARKUP)[0]
        assert (
            page.say(item["id"], "fish", MARKUP, note=MARKUP, species=MARKUP).status
            == 200
        )
        answers = [page.get(p) for p in ("/", "/overview", f"/picture/{item['id']}")]
        answers.append(
            page.post("/next", person=MARKUP, queue="all", said="decided", count=9)
        )

    assert item["clip"] == name and item["camera"] == MARKUP
    assert MARKUP.encode() not in answers[0].body
    kinds = {answer.headers["content-type"] for answer in answers[1:]}
    assert kinds <= {"application/json", "image/jpeg"}
    (label,) = page.labels
    assert label.person == label.species == label.note == MARKUP
    assert json.dumps(MARKUP)[1:-1] in answers[3].body.decode()


def test_letters_are_the_configs_and_then_free_ones(page: Reviewing) -> None:
    """What somebody adds gets one, too; F is a fish without a name."""
    item = page.next()[0]["id"]
    page.say(item, "fish", species="salt trout")

    letters = {x["species"]: x["letter"] for x in page.get("/overview").json["letters"]}
    assert letters == {"": "f", "salmon": "s", "salt trout": "a"}
