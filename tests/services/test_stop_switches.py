"""A stop of one connection, account or trader stops its own and nobody else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from tests.services.steps import PAST, put, state_of
from tests.web.known import know
from trades.domain.lifecycle import State
from trades.gateway.vault import Secret, seal
from trades.models import Account, Connection, Event, Grant, Pause
from trades.sandbox.api import SandboxApi
from trades.services import drafts, guards, holds, sending, stops, submissions
from trades.services.guards import SendingPaused

pytestmark = pytest.mark.django_db

SCOPES = ("connection", "account", "trader")


@pytest.fixture
def neighbour(trader, stranger, settings, sandbox_file, make_account, account):
    """Another connection, account and trader each; which of them are the same is told.

    ``neighbour("trader")``: an order of the same trader, with all else another one.
    """

    def neighbour(same: str = "") -> dict[str, object]:
        owner = trader if same == "trader" else stranger
        if same == "connection":
            other = make_account(1005)
            Grant.objects.create(account=other, trader=owner, by="admin")
        elif same == "account":
            other = account
            Grant.objects.create(account=other, trader=owner, by="admin")
        else:
            other = _on_another_connection(owner, settings, sandbox_file)
        return {"owner": owner, "account": other}

    return neighbour


def _on_another_connection(owner, settings, sandbox_file) -> Account:
    key = SandboxApi(sandbox_file).keys[0]
    connection = Connection(
        owner=owner, name="Other", mode="sandbox", scheme=key.scheme
    )
    connection.api_key = key.api_key
    connection.sealed_secret = seal(
        Secret(key.secret.encode()),
        keys=settings.SEALING_KEYS,
        bound_to=connection.binding,
    )
    connection.save()
    account = Account.objects.get(remote_id=1001)
    account.pk = account.public_id = None
    fields = {f: getattr(account, f) for f in ("name", "market", "flags", "fetched_at")}
    return Account.objects.create(connection=connection, remote_id=1001, **fields)


@pytest.fixture
def queue(typed):
    """Queue an order of this owner with this account."""

    def queue(owner, account, **changes: str):
        own = {"account_id": str(account.public_id), "position.units.value": "0.02"}
        draft = drafts.create(owner=owner, typed=typed | own | changes)
        review = submissions.review(draft)
        ticked = [submissions.tick(w) for w in review.examined.warnings]
        ticked += [submissions.tick_look_alike(s) for s in review.look_alikes]
        return submissions.confirm(draft, by=owner, stamp=review.stamp, ticked=ticked)

    return queue


@pytest.fixture
def stop(reviewer, trader, connection, account):
    """Stop what the tests' own trader, connection or account is about."""
    whose = {"connection": connection, "account": account, "trader": trader}

    def stop(scope: str, why: str = "tea"):
        return stops.pause(by=reviewer, why=why, **{scope: whose[scope]})

    return stop


@pytest.mark.parametrize("scope", SCOPES)
def test_a_stop_keeps_its_own_waiting_and_nobody_else(
    confirmed, queue, neighbour, stop, reviewer, sandbox, scope
):
    mine, other = confirmed(), queue(**neighbour())
    stopped = stop(scope)
    for submission in (mine, other):
        sending.send(submission.pk)
    assert state_of(mine) == "queued"
    assert state_of(other) == "accepted"
    stops.resume(stopped, by=reviewer)
    sending.send(mine.pk)
    assert state_of(mine) == "accepted"


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("same", SCOPES)
def test_what_shares_only_that_is_stopped_with_it(
    confirmed, queue, neighbour, stop, sandbox, scope, same
):
    other = queue(**neighbour(same))
    stop(scope)
    sending.send(other.pk)
    # The same account is on the same connection.
    shares = scope == same or (scope, same) == ("connection", "account")
    assert state_of(other) == ("queued" if shares else "accepted")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_stop_between_claim_and_first_byte_holds_its_own_back(
    confirmed, queue, neighbour, stop, sandbox, monkeypatch, scope
):
    mine, other = confirmed(), queue(**neighbour())
    claim = sending.claim

    def claim_then_stop(pk: int):
        claimed = claim(pk)
        stop(scope)
        return claimed

    monkeypatch.setattr(sending, "claim", claim_then_stop)
    sending.send(mine.pk)
    assert state_of(mine) == "not_sent paused"
    Pause.objects.update(lifted_at=Now())
    sending.send(other.pk)
    assert state_of(other) == "accepted"
    assert len(sandbox.trades) == 1


@pytest.mark.parametrize("scope", SCOPES)
def test_begin_judges_a_stop_by_the_row_itself(confirmed, stop, scope):
    submission = sending.claim(confirmed().pk)
    stop(scope)
    with pytest.raises(sending.Held) as held:
        sending.begin(submission)
    assert held.value.reason == "paused"
    assert state_of(submission) == "claimed"


@pytest.mark.parametrize("scope", SCOPES)
def test_what_waits_for_a_stop_too_long_is_not_sent(confirmed, stop, sandbox, scope):
    submission = confirmed()
    stop(scope)
    put(submission, State.QUEUED, send_by=submission.send_by + 10_000 * PAST)
    sending.reap()
    assert state_of(submission) == "not_sent expired"


@pytest.mark.parametrize("scope", SCOPES)
def test_those_whom_it_concerns_confirm_nothing_and_others_do(
    confirmed, queue, neighbour, stop, scope
):
    other = neighbour()
    stop(scope, why="the scale is broken")
    with pytest.raises(SendingPaused, match=f"for {scope} .*: the scale is broken"):
        confirmed()
    assert queue(**other).state == "queued"


@pytest.mark.parametrize("scope", SCOPES)
def test_a_stop_is_told_to_those_alone_whom_it_concerns(
    confirmed, queue, neighbour, stop, trader, account, scope
):
    mine, other = confirmed(), queue(**(told := neighbour()))
    stop(scope)
    assert f"paused sending for {scope}" in holds.sending(trader, account).text
    assert f"paused sending for {scope}" in holds.of(mine).text
    assert holds.of(other) is None
    assert holds.sending(told["owner"], told["account"]) is None
    assert holds.sending() is None
    assert bool(holds.sending(trader)) == (scope == "trader")


@pytest.mark.parametrize("scope", SCOPES)
def test_drafts_checks_and_reviews_work_while_stopped(
    trader, typed, account, stop, scope
):
    know(account)
    stop(scope)
    draft = drafts.create(owner=trader, typed=typed)
    draft = drafts.save(draft, typed=typed | {"note": "later"}, version=1)
    assert submissions.review(draft).body


def test_lifting_one_stop_leaves_the_others(confirmed, stop, reviewer, trader, account):
    held = [stop(scope) for scope in SCOPES]
    held.append(stops.pause(by=reviewer, why="tea"))
    for lifted in held:
        assert guards.why_paused(trader, account)
        assert stops.resume(lifted, by=reviewer)
    assert guards.why_paused(trader, account) == ""
    assert confirmed().state == "queued"


def test_each_act_is_on_record_with_its_scope(stop, reviewer, connection, account):
    of = {
        "connection": ("connection Sandbox", str(connection.public_id)),
        "account": ("account 1001", str(account.public_id)),
        "trader": ("trader trader", None),
    }
    for scope, (words, scope_id) in of.items():
        stops.resume(stop(scope), by=reviewer)
        events = Event.objects.order_by("-number")[:2]
        assert [e.new for e in events] == ["sending resumed", "sending paused"]
        for event in events:
            assert event.details["scope"] == words
            assert event.details.get("scope_id") == scope_id
            assert event.details["why"] == "tea"


def test_a_stop_is_of_one_thing_at_most(trader, account):
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(by="admin", why="x", trader=trader, account=account)
