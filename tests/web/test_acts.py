"""What a trader may do to a submission, and an admin in the trader's place."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.web.listed import FIRST, SECOND, candidate, looked
from tests.web.pages import text_of, without_tokens
from trades.domain.lifecycle import State
from trades.models import Submission
from trades.views.acts import ACTS

pytestmark = pytest.mark.django_db

CLAIMED, SENDING = State.CLAIMED, State.SENDING
NO_LONGER = "That is not offered (any more)."


def address(act: str, submission: Submission, who: str = "submission") -> str:
    return reverse(f"{who}-{act}", args=[submission.public_id])


@pytest.fixture
def act(signed_in):
    """Press a button of a submission's page, and follow to what is said then."""

    def act(name: str, submission: Submission, **data: object):
        answer = signed_in.post(address(name, submission), data, follow=True)
        submission.refresh_from_db()
        return answer

    return act


def led_back(answer, submission: Submission) -> bool:
    return answer.redirect_chain == [(submission.get_absolute_url(), 303)]


def test_a_queued_one_can_be_taken_back(act, put):
    submission = put()
    answer = act("cancel", submission)
    assert led_back(answer, submission)
    assert "Cancelled. Nothing was sent." in text_of(answer)
    assert (submission.state, submission.reason) == ("not_sent", "cancelled")
    assert submission.events.last().by == "trader"


@pytest.mark.parametrize("states", [[CLAIMED], [CLAIMED, SENDING]])
def test_what_a_sender_has_can_not_be_taken_back(act, put, states):
    submission = put(*states)
    assert "Too late to cancel" in text_of(act("cancel", submission))
    assert submission.state == states[-1].value


def test_a_candidate_is_picked(act, unknown):
    submission = unknown()
    looked(submission, candidate(FIRST), candidate(SECOND))
    answer = act("pick", submission, trade=SECOND)
    assert led_back(answer, submission)
    assert (submission.state, submission.remote_id) == ("accepted", SECOND)
    assert f"3Commas created trade {SECOND}." in text_of(answer)
    assert "found by checking" in text_of(answer)
    assert submission.events.last().by == "trader"


@pytest.mark.parametrize(
    "trade",
    ["", "0", "-1", "x", str(SECOND), "9" * 30, "9" * 5000, f"{FIRST}.5", "\0", "٣"],
)
def test_what_was_not_offered_can_not_be_picked(act, unknown, trade):
    submission = unknown()
    looked(submission, candidate(FIRST))
    answer = act("pick", submission, trade=trade)
    assert led_back(answer, submission)
    assert NO_LONGER in text_of(answer)
    assert (submission.state, submission.remote_id) == ("unknown", None)


def test_a_trade_of_another_submission_can_not_be_picked(act, put, unknown):
    put(CLAIMED, SENDING, State.ACCEPTED, remote_id=FIRST)
    submission = unknown()
    looked(submission, candidate(FIRST))
    assert NO_LONGER in text_of(act("pick", submission, trade=FIRST))
    assert submission.state == "unknown"


def test_a_candidate_of_another_submission_is_none_of_this(act, unknown):
    other, submission = unknown(), unknown()
    looked(other, candidate(FIRST))
    looked(submission, candidate(SECOND))
    assert NO_LONGER in text_of(act("pick", submission, trade=FIRST))
    assert submission.state == "unknown"


def test_candidates_are_ruled_out_and_shown_no_more(act, unknown):
    submission = unknown()
    looked(submission, candidate(FIRST), candidate(SECOND))
    text = text_of(act("dismiss", submission))
    assert "One of these may be your order." not in text
    assert f"Candidates ruled out by trader {submission.events.last().at:%Y}" in text
    assert f"Trades {FIRST}, {SECOND}" in text
    assert submission.dismissed == [FIRST, SECOND]
    assert NO_LONGER in text_of(act("dismiss", submission))


def test_absence_is_declared_with_the_pair(act, not_found):
    submission = not_found()
    answer = act("absent", submission, pair=" USDT_BTC ")
    assert led_back(answer, submission)
    assert submission.state == "absent"
    said = f"trader said so at {submission.events.last().at:%Y-%m-%d %H:%M:%S} UTC."
    assert said in text_of(answer)
    assert "It is still being looked for" in text_of(answer)


@pytest.mark.parametrize("text", ["", "usdt_btc", 'USDT_ETH" autofocus x="', "a\0b"])
def test_a_wrong_pair_comes_back_as_typed(act, not_found, text):
    submission = not_found()
    answer = act("absent", submission, pair=text)
    assert (answer.status_code, answer.redirect_chain) == (422, [])
    assert submission.state == "unknown"
    kept = text.replace('"', "&quot;").replace("\0", "�")
    page = answer.content.decode()
    assert f'name="pair" value="{kept}"' in page
    assert 'aria-invalid="true" aria-describedby="pair_error"' in page
    assert "This is not the pair. Type USDT_BTC" in text_of(answer)
    assert "data-watch" not in page
    assert "http-equiv" not in page


def test_absence_can_not_be_declared_before_it_is_offered(act, unknown):
    submission = unknown()
    looked(submission)
    for pair in ("USDT_BTC", "wrong"):
        answer = act("absent", submission, pair=pair)
        assert led_back(answer, submission)
        assert NO_LONGER in text_of(answer)
    assert submission.state == "unknown"


@pytest.mark.parametrize("pair", ["USDT_BTC", "wrong"])
def test_what_is_settled_can_not_be_declared_absent(act, not_found, pair):
    submission = not_found()
    assert submission.move(State.REJECTED, by="trader")
    answer = act("absent", submission, pair=pair)
    assert led_back(answer, submission)
    assert NO_LONGER in text_of(answer)
    assert submission.state == "rejected"


def test_a_look_can_be_asked_for(act, unknown):
    submission = unknown(next_look_at=None)
    answer = act("check", submission)
    assert led_back(answer, submission)
    assert "asked again as soon as the gate allows" in text_of(answer)
    assert submission.next_look_at <= timezone.now()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["submission", "desk"])
def test_a_link_does_nothing(client, put, trader, admin, act, who):
    submission = put()
    client.force_login(admin if who == "desk" else trader)
    assert client.get(address(act, submission, who)).status_code == 405
    assert submission.events.count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_another_traders_submission_is_as_good_as_none(client, put, stranger, act):
    submission = put()
    client.force_login(stranger)
    theirs, none = (
        client.post(reverse(f"submission-{act}", args=[id]))
        for id in (submission.public_id, uuid.uuid4())
    )
    assert theirs.status_code == none.status_code == 404
    assert without_tokens(theirs) == without_tokens(none)
    assert submission.events.count() == 1


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["submission", "desk"])
def test_a_reviewer_without_the_right_may_do_nothing(client, put, reviewer, act, who):
    submission = put()
    client.force_login(reviewer)
    assert client.post(address(act, submission, who)).status_code == 403
    assert submission.events.count() == 1


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["submission", "desk"])
def test_nobody_acts_without_logging_in(client, put, act, who):
    answer = client.post(address(act, put(), who))
    assert answer["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["submission", "desk"])
def test_another_site_does_nothing(put, trader, admin, act, who):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin if who == "desk" else trader)
    assert client.post(address(act, put(), who)).status_code == 403


def test_an_admin_settles_in_the_traders_place(client, admin, unknown, not_found):
    client.force_login(admin)
    picked, gone = unknown(), not_found()
    looked(picked, candidate(FIRST))
    answer = client.post(address("pick", picked, "desk"), {"trade": FIRST})
    assert answer["Location"] == reverse("desk-submission", args=[picked.public_id])
    again = client.post(address("absent", gone, "desk"), {"pair": "wrong"})
    assert (again.status_code, b'value="wrong"' in again.content) == (422, True)
    client.post(address("absent", gone, "desk"), {"pair": "USDT_BTC"})
    for submission, state in ((picked, "accepted"), (gone, "absent")):
        submission.refresh_from_db()
        assert (submission.state, submission.events.last().by) == (state, "admin")


def test_an_admin_cancels_what_is_queued(client, admin, put):
    client.force_login(admin)
    submission = put()
    page = client.get(reverse("desk-submission", args=[submission.public_id]))
    assert address("cancel", submission, "desk") in page.content.decode()
    client.post(address("cancel", submission, "desk"))
    submission.refresh_from_db()
    assert (submission.state, submission.events.last().by) == ("not_sent", "admin")


def test_a_trader_has_no_desk(signed_in, put):
    submission = put()
    url = reverse("desk-submission", args=[submission.public_id])
    assert signed_in.get(url).status_code == 403
    assert signed_in.post(address("cancel", submission, "desk")).status_code == 403


def test_there_is_no_desk_for_what_does_not_exist(client, admin):
    client.force_login(admin)
    url = reverse("desk-submission", args=[uuid.uuid4()])
    assert client.get(url).status_code == 404
