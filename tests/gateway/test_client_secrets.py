"""Of key, secret and signature nothing shows, wherever an exchange is looked at."""

from __future__ import annotations

import http.client
import logging
import pickle
import traceback
from collections.abc import Callable
from functools import partial

import pytest

from tests.gateway.conftest import API_KEY, SECRET
from tests.gateway.servers import answering, reset, silence
from trades.gateway.client import ThreeCommas
from trades.gateway.failures import BadAnswer, CommitFailed
from trades.gateway.signing import HmacSigner
from trades.gateway.vault import Secret

BODY = '{"account_id":1001}'
SIGNER = HmacSigner(API_KEY, Secret(SECRET.encode()))
SIGNATURES = [
    SIGNER.headers(target, body)["Signature"]
    for target, body in [
        ("/public/api/v2/smart_trades", BODY),
        ("/public/api/ver1/validate", ""),
        ("/public/api/ver1/accounts?page=1&per_page=100", ""),
        ("/public/api/ver1/accounts/1/leverage_data?pair=USDT_BTC", ""),
    ]
]


def shown(text: str) -> list[str]:
    return [s for s in (API_KEY, SECRET, *SIGNATURES) if s in text]


def told(exc: BaseException) -> str:
    """What a crash report could show, local variables of our frames included."""
    ours = exc.__traceback__.tb_next if exc.__traceback__ else None
    parts = traceback.TracebackException(type(exc), exc, ours, capture_locals=True)
    return "".join(parts.format())


def questions(client: ThreeCommas) -> list[Callable[[], object]]:
    leverage = partial(client.leverage, 1, "USDT_BTC")
    return [client.validate, client.accounts, leverage]


def nothing() -> None:
    return None


def test_the_search_finds_what_is_there(serve, client):
    server = serve(answering(201, b'{"id": 7}'))
    client(server.url).place(BODY, commit=nothing)
    assert shown(server.requests[0].decode()) == [API_KEY, SIGNATURES[0]]


@pytest.mark.parametrize(
    "script", [answering(201, b"{}"), reset, answering(401, b"{}")]
)
def test_no_log_shows_any(either, script, caplog, capsys, monkeypatch):
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    _, client = either(script)
    with caplog.at_level(logging.DEBUG):
        client.place(BODY, commit=nothing)
        for question in questions(client):
            with pytest.raises(BadAnswer):
                question()
    printed = capsys.readouterr()
    assert "Starting new HTTP" in caplog.text  # it was listening
    assert shown(caplog.text + printed.out + printed.err) == []


def test_a_failed_commit_shows_none(either):
    _, client = either(silence)

    def commit() -> None:
        raise RuntimeError("no row changed")

    with pytest.raises(CommitFailed) as failed:
        client.place(BODY, commit=commit)
    assert failed.value.__context__ is None
    text = told(failed.value)
    assert "no row changed" in text
    assert shown(text) == []


@pytest.mark.parametrize("script", [reset, answering(401, b"{}"), answering(200, b"<")])
def test_a_failed_question_shows_none(either, script):
    _, client = either(script)
    for question in questions(client):
        with pytest.raises(BadAnswer) as failed:
            question()
        assert failed.value.__cause__ is None
        assert shown(told(failed.value)) == []
        assert shown(str(failed.value) + repr(failed.value)) == []


def test_a_printed_client_shows_none(client):
    made = client("http://127.0.0.1:1")
    assert shown(f"{made} {made!r} {vars(made)} {vars(made._line)}") == []
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        pickle.dumps(made)


def test_an_outcome_shows_none(either):
    for script in (answering(201, b"{}"), reset, answering(401, b"{}")):
        _, client = either(script)
        assert shown(repr(client.place(BODY, commit=nothing))) == []


def test_an_unusable_header_is_not_quoted(client):
    made: ThreeCommas = client("http://127.0.0.1:1", forced_mode=f"{SECRET}\n")
    assert shown(repr(made.place(BODY, commit=nothing))) == []
    with pytest.raises(BadAnswer) as failed:
        made.validate()
    assert shown(str(failed.value)) == []
