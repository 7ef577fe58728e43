"""Around each exchange: who lets it go, how long to stay away, whose clock is off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.gateway.servers import answering, pages, sending, silence
from trades.gateway.client import ThreeCommas
from trades.gateway.failures import BadAnswer


def look(client: ThreeCommas) -> list[dict]:
    now = datetime.now(UTC)
    return client.smart_trades(account_id=1, pair="A_B", since=now, until=now)


FULL = b"[" + b",".join(b'{"id": %d}' % i for i in range(1, 101)) + b"]"


class Stop(Exception):
    """What the one who admits may raise."""


def test_each_page_is_admitted_before_it_is_asked_for(serve, client):
    seen = []
    server = serve(pages(FULL, b"[]", b"[]", b'{"id": 1}'))
    made = client(server.url, admit=lambda: seen.append(len(server.requests)))
    look(made)
    made.accounts()
    made.smart_trade(1)
    assert seen == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "ask",
    [look, ThreeCommas.accounts, ThreeCommas.validate, lambda c: c.smart_trade(1)],
)
def test_what_is_not_admitted_does_not_leave(serve, client, ask):
    stop = Stop()

    def admit() -> None:
        raise stop

    server = serve(silence)
    with pytest.raises(Stop) as stopped:
        ask(client(server.url, admit=admit))
    assert stopped.value is stop
    assert server.connections == 0


def test_placing_asks_nobody_else(serve, client, commit):
    asked = []
    server = serve(answering(201, b'{"id": 7}'))
    made = client(server.url, admit=lambda: asked.append(1))
    assert made.place("{}", commit=commit).remote_id == 7
    assert asked == []


@pytest.mark.parametrize("status", [418, 429, 503])
def test_a_question_tells_how_long_to_stay_away(either, status):
    _, client = either(answering(status, b"{}", "Retry-After: 77"))
    with pytest.raises(BadAnswer) as bad:
        look(client)
    assert (bad.value.status, bad.value.retry_after_s) == (status, 77)


def test_a_question_cut_short_tells_how_long_to_stay_away(either):
    head = b"HTTP/1.1 429 X\r\nRetry-After: 77\r\nContent-Length: 9\r\n\r\n"
    _, client = either(sending(head))
    with pytest.raises(BadAnswer) as bad:
        look(client)
    assert (bad.value.reason, bad.value.retry_after_s) == ("broken", 77)


def test_a_question_without_a_wait_tells_none(either):
    for script in (
        answering(429, b"{}"),
        answering(404, b"", "Retry-After: 7"),
        silence,
    ):
        _, client = either(script, read_s=0.2)
        with pytest.raises(BadAnswer) as bad:
            look(client)
        assert bad.value.retry_after_s is None


@pytest.mark.parametrize("status", [418, 429, 503])
def test_an_outcome_tells_how_long_to_stay_away(either, commit, status):
    _, client = either(answering(status, b"{}", "Retry-After: 77"))
    assert client.place("{}", commit=commit).retry_after_s == 77


def date(minutes: int) -> str:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    return moment.strftime("Date: %a, %d %b %Y %H:%M:%S GMT")


def test_the_clock_of_the_latest_answer_is_known(serve, client, commit):
    answers = iter(
        [
            (200, b"[]", date(-10)),
            (500, b"<html>", date(5)),
            (201, b'{"id": 7}', date(60)),
            (200, b"[]", "Date: never"),
        ]
    )
    server = serve(lambda peer: (peer.read_request(), peer.answer(*next(answers))))
    made = client(server.url)
    assert made.skew_s is None
    look(made)
    assert 599 <= made.skew_s <= 615
    with pytest.raises(BadAnswer):
        made.accounts()
    assert 285 <= made.skew_s <= 301
    outcome = made.place("{}", commit=commit)
    assert outcome.skew_s == made.skew_s == 900
    look(made)
    assert made.skew_s is None


def test_the_clock_is_read_even_where_the_body_is_cut(either, commit):
    cut = f"HTTP/1.1 201 X\r\n{date(2)}\r\nContent-Length: 99\r\n\r\n".encode()
    _, client = either(sending(cut))
    outcome = client.place("{}", commit=commit)
    assert outcome.reason == "broken"
    assert 105 <= outcome.skew_s <= 121


def test_no_answer_leaves_the_last_known_clock_alone(serve, client, commit):
    answers = iter([date(5), None])

    def script(peer) -> None:
        peer.read_request()
        if header := next(answers):
            peer.answer(200, b"[]", header)

    server = serve(script)
    made = client(server.url)
    look(made)
    known = made.skew_s
    assert known
    outcome = made.place("{}", commit=commit)
    assert (outcome.reason, outcome.skew_s, made.skew_s) == ("broken", None, known)
