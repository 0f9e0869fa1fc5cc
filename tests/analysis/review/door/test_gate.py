"""Who is let in, and what is written for whom."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.analysis.review.reviewing import Reviewing, made

HOSTS_OF_OTHERS = [
    *(
        "evil.example",
        "evil.example:8471",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
    ),
    *("", "10.0.0.7", "127.0.0.2", "user@127.0.0.1", "[::1].evil.example", "127.1"),
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewing]:
    """The page for this machine alone."""
    root = tmp_path_factory.mktemp("here")
    made(root)
    with Reviewing(root) as page:
        yield page


@pytest.fixture(scope="module")
def lan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewing]:
    """The page for a network."""
    root = tmp_path_factory.mktemp("lan")
    made(root)
    with Reviewing(root, lan=True) as page:
        yield page


@pytest.mark.parametrize("host", HOSTS_OF_OTHERS)
@pytest.mark.parametrize("path", ["/", "/overview", "/site/review.js", "/nothing"])
def test_another_host_is_refused(here: Reviewing, host: str, path: str) -> None:
    """A name that somebody else points at this machine opens nothing."""
    assert here.ask("GET", path, headers={**here.headers, "Host": host}).status == 403


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "LOCALHOST:9000", "[::1]:1"]
)
def test_its_own_names_open_it(here: Reviewing, host: str) -> None:
    """By whatever port it was forwarded to."""
    assert here.ask("GET", "/", headers={"Host": host}).status == 200


def test_two_hosts_are_none(here: Reviewing) -> None:
    """And so is a request without one."""
    assert here.ask("GET", "/", headers={"X": "y"}).status in (400, 403)


@pytest.mark.parametrize("path", ["/", "/overview", "/site/review.js", "/strip/x"])
@pytest.mark.parametrize("token", ["", "0" * 32, "é", "token"])
def test_without_the_token_nothing_is_told(
    lan: Reviewing, path: str, token: str
) -> None:
    """Not even which paths there are."""
    asked = f"{path}?token={token.encode('utf-8').hex() if token == 'é' else token}"

    assert lan.ask("GET", asked, headers=lan.own).status == 401


def test_the_token_opens_it_and_gives_a_cookie(lan: Reviewing) -> None:
    """One that no script reads and no other site sends."""
    assert len(lan.token) == 32
    answer = lan.ask("GET", f"/?token={lan.token}", headers=lan.own)

    assert answer.status == 200
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=Strict" in answer.headers["set-cookie"]
    assert lan.token not in answer.headers["set-cookie"]
    assert lan.get("/overview").status == 200
    assert lan.ask("GET", "/", headers={**lan.headers, "Host": "evil"}).status == 403


@pytest.mark.parametrize(
    "change",
    [
        {"X-Weir-Word": ""},
        {"X-Weir-Word": "0" * 32},
        {"Cookie": ""},
        {"Cookie": "weir-review-1=x; a"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://{host}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize("path", ["/say", "/undo", "/next"])
def test_what_another_site_sends_is_not_written(
    here: Reviewing, path: str, change: dict[str, str]
) -> None:
    """Whatever it lacks of what the page itself sends."""
    host = here.own["Host"]
    headers = {**here.headers, **{k: v.format(host=host) for k, v in change.items()}}
    item = here.next()[0]["id"]
    step = {"items": [item], "verdict": "fish"}
    body = json.dumps({"person": "eve", "queue": "work", "steps": [step]}).encode()

    assert here.ask("POST", path, body, headers).status == 403
    assert here.labels == []


def test_the_page_itself_is_let_through(here: Reviewing) -> None:
    """With its origin, its cookie and its word."""
    own = {"Origin": f"http://{here.own['Host']}", "Sec-Fetch-Site": "same-origin"}
    body = json.dumps({"person": "anna", "queue": "work", "count": 1}).encode()

    assert here.ask("POST", "/next", body, {**here.headers, **own}).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_do_nothing(here: Reviewing, method: str) -> None:
    """There is nothing that they could mean."""
    assert here.ask(method, "/say").status == 405


@pytest.mark.parametrize("path", ["/", "/site/review.js", "/overview", "/none"])
def test_every_answer_forbids_what_is_not_its_own(here: Reviewing, path: str) -> None:
    """Script and style of this origin only; no frame, no type that is guessed."""
    headers = here.get(path).headers

    policy = dict(
        part.strip().partition(" ")[::2]
        for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_the_page_holds_no_script_of_its_own(here: Reviewing) -> None:
    """The policy would not run it."""
    page = here.get("/").body.decode()

    assert "onclick" not in page and "style=" not in page
    assert "<script>" not in page
