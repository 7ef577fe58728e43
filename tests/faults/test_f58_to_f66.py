"""F58 to F66: refusing to start, what looks find, and starting again."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.faults.scripts import EDGE_PAGE, answer, create, hang, lie, reset
from tests.faults.trader import (
    BY_CHECKING,
    MAY_BE_YOURS,
    OFFER,
    WAITING,
    Pages,
    assert_accepted,
    assert_unknown,
    be_patient,
    look_for_a_while,
    open_the_gates,
    until,
)
from tests.services.steps import age, look_again, state_of
from tests.test_checks import FORGETFUL, LONG, PATIENT
from trades.domain import payload
from trades.models import Alarm, Submission
from trades.services import sending, settling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("assert_safe")]

BUSY = {"error": "too_many_requests", "error_description": "Too many requests"}


@pytest.fixture
def pages(trader, fault_server, settings) -> Pages:
    be_patient(settings)
    return Pages(trader)


@pytest.fixture
def lost(fault_server, pages, confirmed) -> Submission:
    """An order that came to nothing, and nobody knows."""
    fault_server.on_post(reset)
    submission = confirmed()
    sending.send(submission.pk)
    assert state_of(submission) == "unknown broken"
    return submission


def like(submission: Submission, note: str = "by hand") -> str:
    """The body of a trade that is the same but for its note."""
    return payload.encode(payload.decode(submission.body) | {"note": note})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (FORGETFUL, r"must run with synchronous(=FULL|_commit=on)\."),
        (LONG, r"ATOMIC_REQUESTS must be off\."),
        (PATIENT, r"The POST could be sent again: Retry\(total=3,"),
    ],
    ids=["commits not on disk", "requests as transactions", "a POST sent again"],
)
def test_f58_a_sender_that_could_break_a_promise_does_not_start(
    assert_safe, fault_server, pages, confirmed, process, tmp_path, statements, reason
):
    strange = tmp_path / "strange.py"
    strange.write_text(f"from smarttrade_ui.settings import *\n{statements}")
    submission = confirmed()
    told = {"DJANGO_SETTINGS_MODULE": strange.stem, "PYTHONPATH": str(tmp_path)}
    sender = process("sender", **told)
    assert sender.wait() == 1
    assert re.search(reason, sender.output), sender.output
    assert "at work" not in sender.output
    assert state_of(submission) == "queued"
    assert pages.reads(submission)[0] == WAITING
    assert (fault_server.connections, len(fault_server.trades)) == (0, 0)
    assert_safe()


def test_f59_a_twin_that_somebody_made_by_hand_is_only_shown(
    fault_server, pages, lost, safe_in_the_end
):
    theirs = fault_server.add_trade(like(lost))
    look_for_a_while(lost)
    assert_unknown(pages, lost)
    assert [c["id"] for c in settling.standing(lost).candidates] == [theirs]
    _, text = pages.reads(lost)
    assert MAY_BE_YOURS in text
    assert f"Trade {theirs}" in text
    assert OFFER not in text
    assert list(fault_server.trades) == [theirs]


def test_f60_ours_is_found_on_the_third_page_of_the_list(
    fault_server, pages, confirmed, safe_in_the_end
):
    fault_server.on_post(create, reset)
    submission = confirmed()
    sending.send(submission.pk)
    [ours] = fault_server.trades
    add_newer_trades(fault_server, 250, like(submission))
    assert_unknown(pages, submission)
    look_again(submission)
    assert (state_of(submission), submission.remote_id) == ("accepted found", ours)
    assert (fault_server.listed.times, submission.looks.get().listed) == (3, 251)
    first, text = pages.reads(submission)
    assert first == f"3Commas created trade {ours}."
    assert BY_CHECKING in text


def add_newer_trades(server, count: int, body: str) -> None:
    """Of somebody else, on the same account and pair, after the one in the book."""
    columns = "owner, account_id, mode, pair, kind, body, created_ms, seen_price"
    others = "owner, account_id, mode, pair, kind, ?, created_ms + i, seen_price"
    with closing(sqlite3.connect(server.trades.path)) as book, book:
        book.execute(
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
            " WHERE i < ?)"
            f"INSERT INTO trades ({columns}, settles_as)"
            f" SELECT {others}, settles_as FROM trades, n",
            (count, body.encode()),
        )


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(answer(500, {"error": "unknown_error"}), id="500"),
        pytest.param(answer(429, BUSY), id="429"),
        pytest.param(hang, id="timeout"),
        pytest.param(answer(200, EDGE_PAGE), id="html"),
    ],
)
def test_f61_a_look_without_a_list_does_not_count(
    fault_server, pages, lost, settings, script, safe_in_the_end
):
    settings.READ_S = 0.1 if script is hang else settings.READ_S
    fault_server.on_list(script, always=True)
    age(lost, minutes=16)
    for _ in range(6):
        open_the_gates()
        look_again(lost)
    assert [look.clean for look in lost.looks.all()] == [False] * 6
    assert not settling.standing(lost).absence_offered
    assert_unknown(pages, lost)
    open_the_gates()
    _, text = pages.reads(lost)
    assert "Next look at" in text
    assert "Does not count" in text
    assert OFFER not in text
    assert len(fault_server.trades) == 0


def test_f62_a_trade_that_is_anothers_is_not_used_again(
    fault_server, pages, lost, confirmed, safe_in_the_end
):
    other = confirmed()
    theirs = fault_server.add_trade(like(lost))
    fault_server.on_post(lie(id=theirs))
    sending.send(other.pk)
    assert (state_of(other), other.remote_id) == ("accepted", theirs)
    look_for_a_while(lost)
    assert OFFER in assert_still_checking(pages, lost)  # ours is not there
    assert list(fault_server.trades) == [theirs]


def test_f62_not_even_where_it_carries_our_reference(
    fault_server, pages, confirmed, safe_in_the_end
):
    fault_server.on_post(create, reset)
    submission, other = confirmed(), confirmed()
    sending.send(submission.pk)
    [made] = fault_server.trades
    fault_server.on_post(lie(id=made))
    sending.send(other.pk)
    assert (state_of(other), other.remote_id) == ("accepted", made)
    look_for_a_while(submission)
    text = assert_still_checking(pages, submission)
    assert f"Trade {made} has our token, but is another submission's." in text
    assert OFFER not in text
    assert list(fault_server.trades) == [made]


def assert_still_checking(pages: Pages, submission: Submission) -> str:
    """What else its page says."""
    assert_unknown(pages, submission)
    assert submission.remote_id is None
    _, text = pages.reads(submission)
    assert "What is being checked" in text
    assert MAY_BE_YOURS not in text
    return text


@pytest.fixture
def again(fault_server, pages, lost) -> Submission:
    """Sent anew, after its trader had looked and found nothing."""
    look_for_a_while(lost)
    assert OFFER in pages.reads(lost)[1]
    absent = reverse("submission-absent", args=[lost.public_id])
    assert pages.client.post(absent, {"pair": "USDT_BTC"}).status_code == 303
    assert state_of(lost) == "absent"
    pages.confirms(lost.draft, pages.reviews(lost.draft))
    again = Submission.objects.exclude(pk=lost.pk).get()
    assert again.token != lost.token
    sending.send(again.pk)
    return again


def test_f63_what_was_declared_absent_can_be_sent_again(
    fault_server, pages, lost, again, safe_in_the_end
):
    assert_accepted(pages, again, fault_server)
    look_again(lost)
    assert state_of(lost) == "absent"
    assert pages.reads(lost)[0].startswith("Declared absent")


def test_f64_a_trade_that_appears_after_all_is_an_alarm_on_both(
    fault_server, pages, lost, again, safe_in_the_end
):
    assert_accepted(pages, again, fault_server)
    late = fault_server.create_late(fault_server.posts[0])
    look_again(lost)
    assert (state_of(lost), lost.remote_id) == ("accepted found", late)
    assert lost.events.last().old == "absent"
    numbers = f"{late} and {again.remote_id}"
    for submission in (lost, again):
        alarm = Alarm.objects.get(submission=submission)
        assert alarm.kind == Alarm.Kind.DOUBLE
        assert numbers in alarm.text
        text = pages.reads(submission)[1]
        assert text.count("Alarm: Possible double.") == 2
        assert numbers in text
    assert sorted(fault_server.trades) == sorted([late, again.remote_id])


@pytest.mark.django_db(transaction=True)
def test_f65_looks_resume_by_themselves_after_a_restart(
    assert_safe, fault_server, pages, confirmed, sender_process
):
    unknown = [confirmed(lot) for lot in ({}, {"pair": "USDT_ETH"}, {"note": "B"})]
    for submission in unknown:
        fault_server.on_post(reset)
        sending.send(submission.pk)
    for looks in (1, 2):
        open_the_gates()
        Submission.objects.update(next_look_at=timezone.now() + timedelta(hours=1))
        sender = sender_process()
        until(lambda looks=looks: all(s.looks.count() >= looks for s in unknown))
        sender.kill()
    for submission in unknown:
        assert_unknown(pages, submission)
        assert all(look.clean for look in submission.looks.all())
        assert "What is being checked" in pages.reads(submission)[1]
    assert (len(fault_server.posts), len(fault_server.trades)) == (3, 0)
    assert_safe()


def test_f66_what_a_disabled_trader_left_is_not_sent(
    fault_server, pages, confirmed, trader, safe_in_the_end
):
    submission = confirmed()
    trader.is_active = False
    trader.save()
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent cancelled"
    assert (fault_server.connections, len(fault_server.trades)) == (0, 0)
    turned_away = pages.client.get(submission.get_absolute_url())
    assert turned_away.url.startswith(reverse("login"))
