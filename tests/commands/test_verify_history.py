"""``verify_history``: the chain of events from the command line."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from tests.tampering import drop_guards
from tests.web.pages import text_of
from trades.models import Alarm, ChainHead, Event
from trades.services import audit, sending

pytestmark = pytest.mark.django_db


def verify(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify_history", *arguments, stdout=out)
    return out.getvalue()


def test_a_whole_history_is_told_with_its_head(confirmed):
    confirmed()
    head = ChainHead.objects.get()
    assert verify() == f"1 events hold.\n{head}\n"


def test_what_it_printed_can_be_compared_later(confirmed, tmp_path):
    confirmed()
    head = tmp_path / "head"
    head.write_text(verify().splitlines()[-1] + "\n")
    confirmed()
    assert verify("--head", str(head)).startswith("3 events hold.")
    ChainHead.objects.update(hash="0" * 64)
    with pytest.raises(CommandError, match="Event 5 of the history"):
        verify("--head", str(head))


def test_the_history_tells_when_it_was_verified_last(confirmed, reviewer, client):
    confirmed()
    assert audit.last_verified() is None
    client.force_login(reviewer)
    assert "was never verified yet" in text_of(client.get("/desk/"))
    verify()
    last = audit.last_verified()
    assert (last.by, last.details) == ("the command line", {"events": 1})
    page = text_of(client.get("/desk/"))
    assert f"{last.at:%Y-%m-%d %H:%M:%S} UTC by the command line: every event" in page
    ChainHead.objects.update(number=9)
    with pytest.raises(CommandError):
        verify()
    assert "event 3 is wrong" in text_of(client.get("/desk/"))


def test_a_broken_chain_raises_the_alarm(confirmed):
    confirmed()
    ChainHead.objects.update(number=9)
    with pytest.raises(CommandError, match="Event 2"):
        verify()
    assert Alarm.objects.get().kind == Alarm.Kind.CHAIN


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"no head"])
def test_a_file_without_a_head_is_refused(tmp_path, content):
    file = tmp_path / "head"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match="holds no head"):
        verify("--head", str(file))


def test_what_the_journal_remembers_is_compared(confirmed, sandbox):
    sending.send(confirmed().pk)
    sending.send(confirmed().pk)
    assert verify().startswith("8 events hold.")
    drop_guards()
    Event.objects.filter(number__gt=4).delete()
    last = Event.objects.get(number=4)
    ChainHead.objects.update(number=4, hash=last.hash)
    with pytest.raises(CommandError, match="Event 5 of the history"):
        verify()
