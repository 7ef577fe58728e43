"""A secret by printing, by logging, and in what is kept of a request."""

from __future__ import annotations

import http.client
import inspect
import json
import logging
import pickle

import pytest
from django.urls import reverse

from tests.attacks.steps import found
from trades.gateway.client import ThreeCommas
from trades.gateway.signing import HmacSigner, RsaSigner
from trades.gateway.vault import Secret
from trades.models import Event, Submission

pytestmark = pytest.mark.django_db

PRINTED = {
    "repr": repr,
    "str": str,
    "f-string": lambda it: f"{it} {it!s} {it!r}",
    "percent": lambda it: "%s %r" % (it, it),  # noqa: UP031
    "vars": lambda it: vars(it) if hasattr(it, "__dict__") else "",
    "members": inspect.getmembers,
    "in a list": lambda it: [it, {"key": it}],
    "state": lambda it: it.__getstate__(),
}
TAKEN_OUT = {
    "json": json.dumps,
    "pickle": pickle.dumps,
    "bytes": bytes,
    "list": list,
}


@pytest.fixture(params=["secret", "hmac", "rsa", "client"])
def holder(request, keys) -> object:
    """Everything that holds a secret in memory."""
    kind = request.param
    key = keys["rsa" if kind == "rsa" else "hmac"]
    secret = Secret(key.secret.encode())
    if kind == "secret":
        return secret
    signer = (RsaSigner if kind == "rsa" else HmacSigner)(key.api_key, secret)
    if kind != "client":
        return signer
    times = dict.fromkeys(("connect_s", "read_s", "whole_s"), 1)
    return ThreeCommas("http://127.0.0.1:1", signer, **times)


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
def test_a17_what_holds_a_secret_prints_none(holder, canaries, printed):
    assert found(canaries, str(printed(holder))) == []


@pytest.mark.parametrize("taken_out", TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_a17_what_holds_a_secret_gives_it_to_no_other_form(holder, canaries, taken_out):
    with pytest.raises(TypeError) as refused:
        taken_out(holder)
    assert found(canaries, str(refused.value)) == []


def test_a18_no_log_has_a_secret_however_much_is_logged(
    caplog, capsys, monkeypatch, request, keys, canaries
):
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    caplog.set_level(logging.DEBUG)
    request.getfixturevalue("used")
    printed = capsys.readouterr()
    records = [record.__dict__ for record in caplog.records]
    logged = f"{caplog.text}{records}{printed.out}{printed.err}"
    assert "Starting new HTTP" in logged  # it was listening
    assert found(canaries, logged) == []
    for told in ("apikey", "signature", keys["hmac"].api_key, keys["rsa"].api_key):
        assert told not in logged.lower()


def test_a19_of_a_request_that_is_kept_key_and_signature_are_hidden(
    used, keys, canaries, log_in, trader, root
):
    signed = [*signatures(keys), *(key.api_key for key in keys.values())]
    kept = [*Event.objects.values_list("record", flat=True), *exports(log_in(root))]
    for submission in Submission.objects.all():
        page = log_in(trader).get(submission.get_absolute_url()).content.decode()
        desk = reverse("desk-submission", args=[submission.public_id])
        kept += [page, log_in(root).get(desk).content.decode()]
        assert "Apikey: ••••••" in page
        assert "Signature: ••••••" in page
    kept.append(str(list(Submission.objects.values())))
    for text in kept:
        assert found(canaries, text) == []
        assert [told for told in signed if told in text] == []


def signatures(keys) -> list[str]:
    """Those of the orders that were sent."""
    target = "/public/api/v2/smart_trades"
    made = {"hmac": HmacSigner, "rsa": RsaSigner}
    return [
        made[key.scheme](key.api_key, Secret(key.secret.encode())).headers(
            target, submission.body
        )["Signature"]
        for key in keys.values()
        for submission in Submission.objects.all()
    ]


def exports(browser) -> list[str]:
    texts = []
    for kind in ("csv", "jsonl"):
        answer = browser.post(reverse("desk-export"), {"format": kind})
        texts.append(answer.getvalue().decode())
        assert "USDT_BTC" in texts[-1]
    return texts
