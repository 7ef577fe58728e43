"""F29 to F41: an answer came, and its status tells what it means."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.faults.scripts import EDGE_PAGE, Body, answer, create, redirect
from tests.faults.wire import REFUSED, Wire, let_silence_pass, look_when_due
from tests.services.steps import age, due, state_of
from trades.models import Submission
from trades.services import gates, reconciliation, sending

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("safe_in_the_end")]

SAMPLES = Path(__file__).parents[1] / "data/samples"
AMOUNT, STEP = "Entry: Amount", "Take-profit step 1: Target price"
NO_KEY = "3Commas does not accept the API key"
NOT_AS_IT_IS = "3Commas does not take the order as it is."


def sample(name: str) -> str:
    """What 3Commas has answered."""
    return (SAMPLES / f"{name}.json").read_text()


def refused(wire: Wire, status: int, body: Body) -> Submission:
    wire.server.on_post(answer(status, body))
    return wire.send()


@pytest.fixture
def wire(fault_server, client, confirmed, settings) -> Wire:
    return Wire(fault_server, client, confirmed, settings)


def test_f29_a_refusal_that_names_fields_in_brackets(wire):
    submission = refused(wire, 400, sample("error.400.position_units_missing"))
    assert state_of(submission) == "rejected refused"
    page = wire.assert_refused(submission, NOT_AS_IT_IS)
    assert page.marks == {AMOUNT: ["is missing"]}
    assert "3Commas says: “Invalid parameters”" in page.text
    assert "is invalid" in page.text  # of a group, which is no field


def test_f29_a_refusal_that_names_a_step_in_brackets(wire):
    attributes = {"take_profit[steps][0][price][value]": ["is missing"]}
    body = {"error": "record_invalid", "error_attributes": attributes}
    submission = refused(wire, 400, body)
    assert state_of(submission) == "rejected refused"
    assert wire.assert_refused(submission, NOT_AS_IT_IS).marks == {STEP: ["is missing"]}


def test_f30_a_signature_that_is_refused(wire, connection):
    submission = refused(wire, 401, sample("error.401.signature_invalid"))
    assert state_of(submission) == "rejected key"
    page = wire.assert_refused(submission, NO_KEY)
    assert "3Commas says: “Provided signature is invalid”" in page.text
    connection.refresh_from_db()
    assert connection.refused_at


@pytest.mark.parametrize("body", [sample("create.403.account_not_owned"), EDGE_PAGE])
def test_f31_an_access_that_is_forbidden(wire, connection, body):
    submission = refused(wire, 403, body)
    assert state_of(submission) == "rejected key"
    wire.assert_refused(submission, NO_KEY)
    connection.refresh_from_db()
    assert connection.refused_at


@pytest.mark.parametrize("body", [sample("error.404.not_found_generic"), EDGE_PAGE])
def test_f32_a_path_that_is_not_there(wire, body):
    submission = refused(wire, 404, body)
    assert state_of(submission) == "rejected refused"
    wire.assert_refused(submission, NOT_AS_IT_IS)


def test_f33_a_refusal_of_the_total(wire):
    submission = refused(wire, 422, sample("create.422.position_total"))
    assert state_of(submission) == "rejected refused"
    marks = wire.assert_refused(submission, NOT_AS_IT_IS).marks
    total, amount = "9000000.0", "9000.0"
    said = [f"must be less than or equal to {most}" for most in (total, amount)]
    assert marks == {AMOUNT: said}


@pytest.mark.parametrize("status", [409, 408])
def test_f34_a_refusal_that_proves_nothing(wire, status):
    wire.server.on_post(answer(status, {"error": "conflict"}))
    submission = wire.send()
    assert state_of(submission) == "unknown unclear"
    wire.assert_absence_offered(submission)
    assert len(wire.server.posts) == 1


@pytest.mark.parametrize(
    ("headers", "silence_s"), [((), 300), (("Retry-After: 600",), 600)]
)
def test_f35_too_many_requests(wire, headers, silence_s):
    wire.server.on_post(answer(500))
    unknown = wire.send()
    first, *others = (wire.confirmed() for _ in range(3))
    wire.server.on_post(answer(429, {"error": "too_many_requests"}, *headers))
    began = timezone.now()
    for queued in (first, *others):
        sending.send(queued.pk)
    requests = wire.server.connections
    assert silent_s(since=began) >= silence_s
    assert state_of(first) == "rejected rate"
    page = wire.reads(first)
    assert page.first_line == REFUSED
    assert "3Commas had too many requests." in page.text
    for other in others:
        assert_waits(wire, other, "3Commas asked us to wait: sending goes on at")
        age(other, minutes=3)
    sending.reap()
    assert [state_of(other) for other in others] == ["not_sent expired"] * 2

    let_silence_pass(seconds=silence_s - 60)
    latest = wire.confirmed()
    sending.send(latest.pk)
    reconciliation.look(due(unknown))
    assert state_of(latest) == "queued"
    assert (wire.server.connections, unknown.looks.count()) == (requests, 0)
    assert len(wire.server.trades) == 0
    let_silence_pass(seconds=60)
    sending.send(latest.pk)
    assert state_of(latest) == "accepted"


def silent_s(*, since: datetime) -> float:
    """How long nothing may leave, in seconds; a moment was told by whole ones."""
    until, _ = gates.silent_until()
    return (until - since) / timedelta(seconds=1) + 1


def assert_waits(wire: Wire, submission: Submission, why: str) -> None:
    assert state_of(submission) == "queued"
    page = wire.reads(submission)
    assert page.first_line == "Waiting to send. Nothing has left yet."
    assert "It leaves by" in page.text
    assert why in page.text


def test_f35_a_plan_that_is_too_small_stops_nobody_else(wire):
    submission = refused(wire, 429, sample("error.429.subscription_plan"))
    assert state_of(submission) == "rejected plan"
    wire.assert_refused(submission, "The subscription plan at 3Commas does not include")
    assert state_of(wire.send()) == "accepted"


@pytest.fixture
def banned(wire):
    """The submission behind one that was refused with 418."""
    submission, behind = wire.confirmed(), wire.confirmed()
    wire.server.on_post(answer(418, EDGE_PAGE))
    began = timezone.now()
    for queued in (submission, behind):
        sending.send(queued.pk)
    assert state_of(submission) == "rejected ban"
    assert silent_s(since=began) >= 1800
    wire.assert_refused(submission, "3Commas has shut out this address")
    return behind


@pytest.fixture
def admin(make_user) -> User:
    return make_user("admin", "stop_sending", is_staff=True)


def open_the_gate(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert client.post(reverse("sending-open")).status_code == 303


def test_f36_a_ban_stops_everything_until_an_admin_opens(wire, banned, admin):
    why = "3Commas shut us out, and we wait until an administrator opens the gate."
    assert_waits(wire, banned, why)
    told = "3Commas has shut this address out. An admin must open the gate."
    assert told in wire.is_told(admin)
    assert told in wire.is_told(banned.trader)
    let_silence_pass(seconds=7200)
    sending.send(banned.pk)
    assert_waits(wire, banned, why)
    assert wire.server.connections == 1
    open_the_gate(wire.client, admin)
    sending.send(banned.pk)
    assert state_of(banned) == "accepted"


def test_f36_an_admin_can_not_end_the_silence_before_its_half_hour(wire, banned, admin):
    open_the_gate(wire.client, admin)
    let_silence_pass(seconds=1740)
    sending.send(banned.pk)
    assert_waits(wire, banned, "3Commas asked us to wait: sending goes on at")
    assert wire.server.connections == 1
    let_silence_pass(seconds=60)
    wire.server.on_post(answer(418))
    began = timezone.now()
    sending.send(banned.pk)
    assert state_of(banned) == "rejected ban"
    assert silent_s(since=began) >= 3600  # twice as long as the first one
    open_the_gate(wire.client, admin)
    let_silence_pass(seconds=3540)
    again = wire.send()
    assert state_of(again) == "queued"
    let_silence_pass(seconds=60)
    sending.send(again.pk)
    assert state_of(again) == "accepted"


def test_f37_a_trade_behind_a_server_error(wire):
    wire.server.on_post(create, answer(500, sample("error.500.unknown_error")))
    submission = wire.send()
    assert state_of(submission) == "unknown unclear"
    wire.assert_found(submission)


def test_f38_a_server_error_and_no_trade(wire):
    wire.server.on_post(answer(500, sample("error.500.unknown_error")))
    submission = wire.send()
    assert state_of(submission) == "unknown unclear"
    wire.assert_absence_offered(submission)
    assert len(wire.server.posts) == 1


@pytest.mark.parametrize(
    ("status", "headers"), [(502, ()), (503, ("Retry-After: 1",)), (504, ())]
)
def test_f39_a_trade_behind_an_error_of_the_edge(wire, status, headers):
    wire.server.on_post(create, answer(status, EDGE_PAGE, *headers))
    submission = wire.send()
    assert state_of(submission) == "unknown unclear"
    sending.send(submission.pk)  # a wake-up too many
    wire.assert_found(submission)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_f40_a_redirect_is_not_followed(wire, status):
    wire.server.on_post(redirect(status))
    submission = wire.send()
    assert state_of(submission) == "unknown unclear"
    assert (wire.server.connections, wire.server.elsewhere) == (1, [])
    wire.assert_absence_offered(submission)
    assert (len(wire.server.posts), wire.server.elsewhere) == (1, [])


def test_f41_a_trade_that_fails_after_three_seconds(wire, make_account):
    account = make_account(1201)
    submission = wire.send({"account_id": str(account.public_id)})
    assert state_of(submission) == "accepted"
    first_line = f"3Commas created trade {submission.remote_id}."
    page = wire.reads(submission)
    assert page.first_line == first_line
    assert "Created, but failed" not in page.text
    wire.server.ahead_s = 4
    assert look_when_due(submission) == "accepted"
    assert submission.remote_status == "failed"
    page = wire.reads(submission)
    assert page.first_line == first_line
    assert "Created, but failed: You need to pass KYC" in page.text
    assert [submission.remote_id] == list(wire.server.trades)
    assert (len(wire.server.posts), submission.next_look_at) == (1, None)
