"""Looking trades up: the question word for word, its pages, and what is no answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from time import tzset

import pytest

from tests.gateway.conftest import API_KEY, SECRET
from tests.gateway.servers import answering, pages, sending, silence
from trades.gateway.client import ThreeCommas
from trades.gateway.exchange import Line
from trades.gateway.failures import BadAnswer, Refused
from trades.gateway.fence import Fence
from trades.gateway.signing import HmacSigner
from trades.gateway.vault import Secret

SINCE = datetime(2026, 3, 1, 12, 0, 0, 548_999, tzinfo=UTC)
UNTIL = datetime(2026, 3, 1, 14, 20, tzinfo=timezone(timedelta(hours=2)))
TARGET = (
    "/public/api/v2/smart_trades?account_id=1001&pair=USDT_BTC&status=all"
    "&order_by=created_at&order_direction=desc&per_page=100&page={}"
    "&from=2026-03-01T12:00:00.548Z&to=2026-03-01T12:20:00.000Z"
)


def look(client: ThreeCommas, *, pair: str = "USDT_BTC", since=SINCE, until=UNTIL):
    return client.smart_trades(account_id=1001, pair=pair, since=since, until=until)


def page(ids, *, created: object = "2026-03-01T12:10:00.000Z") -> bytes:
    return json.dumps(
        [{"id": i, "data": {"created_at": created}} for i in ids]
    ).encode()


def targets(server) -> list[str]:
    return [request.split()[1].decode() for request in server.requests]


def test_the_question_is_asked_word_for_word(either):
    server, client = either(pages(page([7])), forced_mode="paper")
    assert [trade["id"] for trade in look(client)] == [7]
    head = server.requests[0].decode()
    target = TARGET.format(1)
    assert head.startswith(f"GET {target} HTTP/1.1\r\n")
    signer = HmacSigner(API_KEY, Secret(SECRET.encode()))
    for name, value in signer.headers(target).items():
        assert f"\r\n{name}: {value}\r\n" in head
    assert "\r\nForced-Mode: paper\r\n" in head


@pytest.mark.parametrize("pair", ["A B_C&page=9", "a%2fb", "é_{page}", "%zz", "#_?"])
def test_what_is_signed_is_what_is_sent_whatever_the_pair(either, pair):
    server, client = either(pages(b"[]"))
    look(client, pair=pair)
    (target,) = targets(server)
    assert target.count("page=") == 2
    signature = HmacSigner(API_KEY, Secret(SECRET.encode())).headers(target)
    assert f"Signature: {signature['Signature']}" in server.requests[0].decode()


def test_a_path_that_the_library_rewrites_is_signed_as_it_is_sent(serve):
    signer = HmacSigner(API_KEY, Secret(SECRET.encode()))
    server = serve(pages(b"[]"))
    line = Line(
        server.url,
        signer,
        forced_mode=None,
        ca_file=None,
        connect_s=1,
        read_s=1,
        whole_s=1,
    )
    line.exchange("GET", "/a/../b c?d=é%7e", Fence(lambda: None), 10)
    (target,) = targets(server)
    assert "é" not in target
    signature = signer.headers(target)["Signature"]
    assert f"Signature: {signature}" in server.requests[0].decode()


def test_a_time_without_its_zone_is_refused(client):
    naive = SINCE.replace(tzinfo=None)
    for times in ({"since": naive}, {"until": naive}):
        with pytest.raises(ValueError, match=r"^a time without its zone$"):
            look(client("http://127.0.0.1:1"), **times)


@pytest.fixture
def elsewhere(monkeypatch) -> Iterator[None]:
    """A machine whose clock shows another zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        tzset()
        yield
    tzset()


@pytest.mark.usefixtures("elsewhere")
def test_the_machines_own_zone_does_not_matter(serve, client):
    server = serve(pages(b"[]"))
    look(client(server.url))
    assert targets(server) == [TARGET.format(1)]


@pytest.mark.parametrize("sizes", [[0], [99], [100, 0], [100, 100, 1]])
def test_pages_are_read_until_one_is_short_and_ask_for_the_same_time(either, sizes):
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    bodies = [
        page(range(end - size + 1, end + 1))
        for size, end in zip(sizes, ends, strict=True)
    ]
    server, client = either(pages(*bodies))
    assert [trade["id"] for trade in look(client)] == list(range(1, sum(sizes) + 1))
    assert targets(server) == [TARGET.format(i + 1) for i in range(len(sizes))]


def test_a_trade_on_two_pages_is_there_once(either):
    _, client = either(pages(page(range(1, 101)), page(range(51, 141))))
    assert [trade["id"] for trade in look(client)] == list(range(1, 141))


def test_a_page_that_ends_before_the_time_is_the_last(serve, client):
    old = page(range(1, 101), created="2026-03-01T12:00:00.548Z")
    server = serve(answering(200, old))
    assert len(look(client(server.url))) == 100
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "created",
    [
        *("2026-03-01T12:00:00.549Z", "2026-03-01T12:00:00.548999Z"),
        *("2026-03-01T12:00:00", None, 7, "yesterday"),
    ],
)
def test_where_a_page_may_go_on_it_is_read_on(either, created):
    server, client = either(pages(page(range(1, 101), created=created), b"[]"))
    assert len(look(client)) == 100
    assert len(server.requests) == 2


@pytest.mark.parametrize("data", ["{}", "null", "[]", '"text"'])
def test_a_trade_without_its_time_ends_no_list(either, data):
    one = ",".join(f'{{"id": {i}, "data": {data}}}' for i in range(1, 101))
    server, client = either(pages(f"[{one}]".encode(), b"[]"))
    assert len(look(client)) == 100
    assert len(server.requests) == 2


def test_a_list_without_end_is_unclear(serve, client):
    server = serve(answering(200, page(range(1, 101))))
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        look(client(server.url))
    assert len(server.requests) == 50


def test_a_list_that_ends_on_page_50_is_whole(serve, client):
    full = [page(range(100 * n + 1, 100 * n + 101)) for n in range(49)]
    for last in (page([9999]), page(range(9000, 9100), created="2026-03-01T11:00Z")):
        server = serve(pages(*full, last))
        assert look(client(server.url))
        assert len(server.requests) == 50


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b""),
        (200, b"{}"),
        (200, b'{"id": 7}'),
        (200, b'{"smart_trades": []}'),
        (200, b"null"),
        (200, b"[7]"),
        (200, b'[{"id": 7}, null]'),
        (200, b"[{}]"),
        (200, b'[{"id": true}]'),
        (200, b'[{"id": "7"}]'),
        (200, b'[{"id": 7.0}]'),
        (200, b'[{"id": 0}]'),
        (200, b'[{"id": 7}'),
        (201, b"[]"),
        (204, b""),
        (302, b"[]"),
        (500, b"[]"),
        (503, b"[]"),
    ],
)
def test_what_is_no_list_of_trades_is_no_answer(either, status, body):
    _, client = either(answering(status, body, "Location: /elsewhere"))
    with pytest.raises(BadAnswer) as bad:
        look(client)
    assert (bad.value.status, bad.value.reason) == (status, "unclear")
    assert not isinstance(bad.value, Refused)


def test_a_bad_second_page_spoils_the_first(either):
    _, client = either(pages(page(range(1, 101)), b"{}"))
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        look(client)


@pytest.mark.parametrize("script", [sending(b""), sending(b"", silence)])
def test_without_an_answer_nothing_is_known(either, script):
    _, client = either(script, read_s=0.2)
    with pytest.raises(BadAnswer) as bad:
        look(client)
    assert (bad.value.reason, bad.value.status) == ("broken", None)


def test_one_trade_is_asked_for_by_its_number(either):
    body = b'{"id": 30350494, "profit": {"percent": 0.10}}'
    server, client = either(pages(body))
    assert str(client.smart_trade(30350494)["profit"]["percent"]) == "0.10"
    assert targets(server) == ["/public/api/v2/smart_trades/30350494"]


@pytest.mark.parametrize(
    "body",
    [
        *(b"{}", b"[]", b'[{"id": 1}]', b"1", b"null", b"<html>", b""),
        *(b'{"id": 2}', b'{"id": "1"}', b'{"id": true}', b'{"id": 1.0}'),
    ],
)
def test_another_trade_or_none_is_no_answer(either, body):
    _, client = either(answering(200, body))
    with pytest.raises(BadAnswer, match=r"^unclear 200$") as bad:
        client.smart_trade(1)
    assert bad.value.status == 200


def test_a_trade_that_is_not_there_is_refused(either):
    _, client = either(answering(404, b'{"error": "Not found"}'))
    with pytest.raises(Refused) as refused:
        client.smart_trade(1)
    assert (refused.value.status, refused.value.text) == (404, "Not found")
