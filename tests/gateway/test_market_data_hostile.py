"""Whatever stands in the place of a market's answer is no answer, and no crash."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from tests.gateway.servers import answering, drip, reset, sending, silence
from tests.gateway.test_market_data import TARGETS, ask
from trades.gateway.failures import BadAnswer, Refused

KINDS = tuple(TARGETS)
GOOD = {
    "pairs": b'["USDT_BTC"]',
    "rates": b'{"bid": "1.5"}',
    "leverage": b'[{"code": "none"}]',
}
NEVER = [
    *(b"", b"<html>sorry</html>", b"null", b"true", b"7", b'"text"', b"NaN"),
    *(b'{"error": "sorry"}', b"[[]]", b"[7]", b"[null]", b'["A", 7]', b'["A", null]'),
    *(b'{"bid": "1"', b'["USDT_BTC"', b'{"bid": "1"}{"bid": "2"}', b"\xff\xfe"),
    *(b'{"bid": "1", "bid": "2"}', b'[{"code": "a", "code": "b"}]'),
    *(b'{"x": {"bid": 1, "bid": 1}}', b'{"a\\u0000": 1, "a": 2}'),
    *(b"[" * 500_000, b'{"x":' * 500_000),
    b'{"x": ' + b"[" * 200 + b"]" * 200 + b"}",
    b'[{"x": ' + b"[" * 900 + b"]" * 900 + b"}]",
]
MOST = {"pairs": 1024 * 1024, "rates": 64 * 1024, "leverage": 64 * 1024}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", NEVER, ids=lambda body: str(body)[:30])
def test_what_is_no_answer_is_unclear(serve, client, kind, body):
    server = serve(answering(200, body))
    with pytest.raises(BadAnswer) as failed:
        ask(client(server.url), kind)
    assert (type(failed.value), failed.value.reason) == (BadAnswer, "unclear")
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_answer_of_one_kind_is_none_of_another(serve, client, kind):
    for other, body in GOOD.items():
        made = client(serve(answering(200, body)).url)
        if other == kind:
            assert ask(made, kind) == json.loads(body)
        else:
            with pytest.raises(BadAnswer, match=r"^unclear 200$"):
                ask(made, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [201, 204, 302, 408, 409, 500, 502, 503, 522])
def test_no_status_but_200_is_an_answer(serve, client, kind, status):
    with pytest.raises(BadAnswer) as failed:
        ask(client(serve(answering(status, GOOD[kind])).url), kind)
    assert (failed.value.reason, failed.value.status) == ("unclear", status)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("status", "reason"),
    [(400, "refused"), (401, "key"), (403, "key"), (418, "ban"), (429, "rate")],
)
@pytest.mark.parametrize("body", [b"<html>", b'{"error": 7}', b"[]", b""])
def test_a_refusal_counts_whatever_stands_in_it(
    serve, client, kind, status, reason, body
):
    with pytest.raises(Refused) as refused:
        ask(client(serve(answering(status, body)).url), kind)
    assert (refused.value.reason, refused.value.text) == (reason, "")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_was_cut_is_broken(serve, client, kind):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
    for script in (sending(head + GOOD[kind]), sending(b"HTTP/1.1 2"), reset):
        with pytest.raises(BadAnswer) as failed:
            ask(client(serve(script).url), kind)
        assert failed.value.reason in ("broken", "network")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [silence, drip], ids=["silence", "drip"])
def test_an_answer_that_never_ends_is_given_up(serve, client, kind, body):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
    server = serve(sending(head, body))
    with pytest.raises(BadAnswer, match="broken"):
        ask(client(server.url, whole_s=1), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_has_its_size_at_most(serve, client, kind):
    blank, fits = GOOD[kind], MOST[kind] - len(GOOD[kind])
    padded = blank + b" " * fits
    assert ask(client(serve(answering(200, padded)).url), kind)
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        ask(client(serve(answering(200, padded + b" ")).url), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_fifty_megabytes_are_neither_read_nor_kept(serve, client, kind):
    sent = []

    def flood(peer) -> None:
        for _ in range(800):
            peer.send(b" " * 65536)
            sent.append(65536)

    head = b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n"
    server = serve(sending(head, flood))
    made = client(server.url)
    tracemalloc.start()
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        ask(made, kind)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * MOST[kind] + 2_000_000
    assert sum(sent) < 30_000_000  # the rest found nobody any more


def test_the_list_of_accounts_has_its_size_too(serve, client):
    padded = b"[]" + b" " * 4 * 1024 * 1024
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        client(serve(answering(200, padded)).url).accounts()
