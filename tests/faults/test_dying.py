"""A process that ends itself does so where it was told to, and at no other point."""

from __future__ import annotations

import signal

import pytest
from django.contrib.auth.models import User
from django.db import connection as db
from django.utils import timezone

from tests.faults import dying
from tests.faults.dying import POINTS, written_state
from tests.faults.scripts import create, do, good, handshake, hang
from trades.models import Draft, Submission
from trades.services import sending, submissions

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE_A_BYTE = {
    # the state on disk, connections, handshakes
    "after-c2": ("claimed", 0, 0),
    "connecting": ("claimed", 0, 0),
    "after-handshake": ("claimed", 1, 1),
    "at-c3": ("sending", 1, 1),
    "after-c3": ("sending", 1, 1),
}
AFTER_A_BYTE = {
    # the state on disk, whether the whole request was read, trades
    "after-headers": ("sending", False, 0),
    "after-body": ("sending", True, 1),
    "after-answer": ("sending", True, 1),
    "after-c4": ("accepted", True, 1),
}


def state_of(submission: Submission) -> str:
    submission.refresh_from_db()
    return submission.state


@pytest.mark.parametrize("point", BEFORE_A_BYTE)
def test_killed_before_the_first_byte(
    fault_server, sender_process, confirmed, settings, point
):
    submission = confirmed()
    sender_process(kill_at=point).wait_until_killed(point)
    state, connections, handshakes = BEFORE_A_BYTE[point]
    assert state_of(submission) == state
    assert fault_server.connections == connections
    if connections:
        fault_server.ended.wait()
    assert (fault_server.shaken.times, fault_server.posts) == (handshakes, [])
    assert settings.JOURNAL.exists() == (point == "after-c3")


@pytest.mark.parametrize("point", AFTER_A_BYTE)
def test_killed_after_the_first_byte(
    fault_server, sender_process, confirmed, assert_safe, point
):
    submission = confirmed()
    sender_process(kill_at=point).wait_until_killed(point)
    fault_server.ended.wait()
    state, is_whole, trades = AFTER_A_BYTE[point]
    assert state_of(submission) == state
    [post] = fault_server.posts
    assert (post.is_whole, len(fault_server.trades)) == (is_whole, trades)
    assert_safe()


def confirm_again(draft: str, trader: str) -> None:
    """Confirm a draft, in a process of its own."""
    found = Draft.objects.get(pk=draft)
    review = submissions.review(found)
    ticked = [submissions.tick(w) for w in review.examined.warnings]
    user = User.objects.get(username=trader)
    submissions.confirm(found, by=user, stamp=review.stamp, ticked=ticked)


@pytest.mark.parametrize(("point", "rows"), [("before-c1", 0), ("after-c1", 1)])
def test_killed_while_confirming(process, draft, trader, point, rows):
    command = ("tests.faults.test_dying:confirm_again", str(draft.pk), "trader")
    process(*command, kill_at=point).wait_until_killed(point)
    assert Submission.objects.filter(state="queued").count() == rows


def test_every_point_is_shown_here():
    assert {*BEFORE_A_BYTE, *AFTER_A_BYTE, "before-c1", "after-c1"} == {*POINTS}


def test_the_server_can_kill_when_it_has_read_all(
    fault_server, sender_process, confirmed
):
    sender = sender_process()
    fault_server.on_post(create, do(sender.kill))
    submission = confirmed()
    assert sender.wait() == -signal.SIGKILL
    assert (state_of(submission), len(fault_server.trades)) == ("sending", 1)


def test_a_sender_that_is_left_alone_sends(fault_server, sender_process, confirmed):
    fault_server.on_post(create, hang, good)
    submission, sender = confirmed(), sender_process(READ_S="20", EXCHANGE_S="20")
    fault_server.hanging.wait()
    sender.terminate()
    fault_server.release()
    assert sender.wait() == 0
    assert state_of(submission) == "accepted"


def test_a_stopped_sender_stands_still_until_it_may_go_on(
    fault_server, sender_process, confirmed
):
    sender = sender_process(READ_S="20", EXCHANGE_S="20")
    fault_server.on_post(create, hang, good)
    submission = confirmed()
    fault_server.hanging.wait()
    sender.stop()
    fault_server.release()
    fault_server.ended.wait()
    assert state_of(submission) == "sending"
    sender.resume()
    sender.terminate()
    assert sender.wait() == 0
    assert state_of(submission) == "accepted"


def test_a_sender_can_stop_itself_at_a_point_and_go_on(
    fault_server, sender_process, confirmed
):
    submission = confirmed()
    sender = sender_process(stop_at="connecting")
    sender.wait_until_stopped()
    assert (state_of(submission), fault_server.connections) == ("claimed", 0)
    sender.resume()
    fault_server.arrived.wait()
    sender.terminate()
    assert sender.wait() == 0
    assert state_of(submission) == "accepted"


def test_a_sender_waits_in_the_handshake(fault_server, sender_process, confirmed):
    fault_server.on_connect(hang, handshake)
    submission = confirmed()
    sender = sender_process(CONNECT_S="20")
    fault_server.hanging.wait()
    assert state_of(submission) == "claimed"
    fault_server.release()
    fault_server.arrived.wait()
    sender.terminate()
    assert sender.wait() == 0
    assert state_of(submission) == "accepted"


@pytest.mark.parametrize("point", ["connecting", "after-c3", "after-answer"])
def test_a_question_is_no_point_to_die_at(
    fault_server, sender_process, confirmed, point
):
    sending.send(confirmed().pk)
    Submission.objects.update(next_look_at=timezone.now())
    sender = sender_process(kill_at=point)
    fault_server.ended.wait(2)
    sender.terminate()
    assert sender.wait() == 0
    assert [get.path for get in fault_server.gets] == [
        f"/public/api/v2/smart_trades/{number}" for number in fault_server.trades
    ]


def test_an_update_that_changed_nothing_is_no_point(confirmed, monkeypatch):
    rows, told = Submission.objects.filter(pk=confirmed().pk), []
    monkeypatch.setitem(dying.AFTER, "claimed", lambda: told.append(1))
    with db.execute_wrapper(dying._wrapper):
        rows.filter(state="sending").update(state="claimed")
        assert told == []
        rows.filter(state="queued").update(state="claimed")
        assert told == [1]


def test_nothing_in_this_process_dies(fault_server, confirmed, monkeypatch):
    monkeypatch.setenv("KILL_AT", "after-c2")
    submission = confirmed()
    sending.send(submission.pk)
    assert state_of(submission) == "accepted"


def test_a_misspelt_point_is_told(process):
    child = process("sender", kill_at="after-c9")
    assert child.wait() == 1
    assert "no such point: {'after-c9'}" in child.output


def test_a_process_that_ends_early_is_told(process):
    child = process("no_such_command")
    with pytest.raises(AssertionError, match="Unknown command"):
        child.wait_for_line("at work")


def test_a_child_ends_when_nobody_holds_it_any_more(process):
    child = process("sender")
    child.wait_for_line("at work")
    child._child.stdin.close()
    assert child.wait() == 1


def test_a_child_works_on_this_very_database(process, trader):
    child = process("tests.faults.test_dying:tell_traders")
    child.wait()
    assert f"{db.vendor}: ['trader']" in child.output


def tell_traders() -> None:
    names = list(User.objects.values_list("username", flat=True))
    print(f"{db.vendor}: {names}")  # noqa: T201


@pytest.mark.parametrize(
    ("sql", "params", "state"),
    [
        ('UPDATE "trades_submission" SET "state" = %s, "x" = %s', ("a", "b"), "a"),
        ('UPDATE "trades_submission" SET "x" = %s, "state" = %s', ("a", "b"), "b"),
        ('UPDATE "trades_submission" SET "x" = %s WHERE "y" = %s', ("a", "b"), ""),
        ('UPDATE "trades_gate" SET "state" = %s', ("a",), ""),
        ('INSERT INTO "trades_submission" ("x") VALUES (%s)', ("a",), "inserted"),
        ('SELECT "state" FROM "trades_submission"', (), ""),
    ],
)
def test_a_state_is_read_out_of_a_statement(sql, params, state):
    assert written_state(sql, params) == state
