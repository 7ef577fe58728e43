"""What a trader reads of an order of which nobody knows, and of one declared absent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.rewriting import rewrite
from tests.web.listed import FIRST, SECOND, candidate, differs, looked
from tests.web.pages import text_of
from trades.domain.lifecycle import State
from trades.models import Gate, Submission
from trades.models.events import SENDER

pytestmark = pytest.mark.django_db

SITE = "https://app.3commas.io/"
CANDIDATES = "One of these may be your order."


@pytest.fixture
def read(signed_in):
    """The words of a submission's page."""
    return lambda submission: text_of(signed_in.get(submission.get_absolute_url()))


@pytest.fixture
def source(signed_in):
    return lambda submission: signed_in.get(
        submission.get_absolute_url()
    ).content.decode()


def in_seconds(seconds: int):
    return timezone.now() + timedelta(seconds=seconds)


def test_the_next_look_is_announced(read, unknown):
    due = in_seconds(95)
    text = read(unknown(next_look_at=due))
    assert re.search(rf"Next look at {due:%H:%M:%S} UTC , in 1:3[3-5] \.", text)


@pytest.mark.parametrize(
    ("due", "said"),
    [(-5, "A look is due now."), (None, "No further look is planned; “Check now”")],
)
def test_a_look_that_has_no_time_is_said_too(read, unknown, due, said):
    due_at = None if due is None else in_seconds(due)
    assert said in read(unknown(next_look_at=due_at))


def test_while_the_gate_is_shut_no_look_is_promised(read, unknown):
    until = int(in_seconds(272).timestamp() * 1000)
    Gate.objects.create(scope=Gate.ADDRESS, blocked_until=until)
    text = read(unknown())
    assert "3Commas asked us to wait: sending goes on at" in text
    assert "Looks wait too." in text
    assert "Next look" not in text


def test_looks_are_listed_the_latest_first(read, unknown):
    submission = unknown()
    looked(submission, clean=False, why="3Commas answered 502.")
    looked(submission, listed=1)
    looked(submission, candidate(), listed=3)
    text = read(submission).partition("Looks at 3Commas")[2]
    said = ["3 trades listed, 1 that may be", "1 trade listed, none", "answered 502."]
    places = [text.index(words) for words in said]
    assert places == sorted(places)
    assert "Does not count" in text


def test_candidates_stand_beside_the_order(read, source, unknown):
    submission = unknown()
    looked(
        submission,
        candidate(
            FIRST,
            status="Waiting \u202eposition",
            note="<b>mine</b>",
            hard=[differs("position.type", "buy", "sell")],
            numeric=[differs("take_profit.steps.0.price.value", "66000", "66100")],
            soft=[
                differs("stop_loss.breakeven", "false", "true"),
                differs("leverage.type", "", "cross"),
                differs("note", "a", "b"),
            ],
        ),
        candidate(SECOND),
    )
    text = read(submission)
    assert CANDIDATES in text
    assert f"Your order Trade {FIRST} Created {submission.sent_at:%Y-%m-%d}" in text
    assert "(sent) 2026-05-06 07:08:09 UTC Status unknown Waiting [U+202E]posi" in text
    assert f"Note plan A ref:{submission.token} <b>mine</b>" in text
    assert "Entry: Side decides buy sell" in text
    assert "Take-profit step 1: Target price a number 66000 66100" in text
    assert "Stop loss: Move to breakeven seldom matters off on" in text
    assert "Leverage: Margin seldom matters nothing cross" in text
    assert "All else agrees" in text.partition(f"Trade {SECOND}")[2]
    assert "<b>" not in source(submission)


def test_each_candidate_can_be_picked_and_all_be_ruled_out(source, unknown):
    submission = unknown()
    looked(submission, candidate(FIRST), candidate(SECOND))
    page = source(submission)
    assert re.findall(r'name="trade" value="(\d+)">This one <', page) == [
        str(FIRST),
        str(SECOND),
    ]
    for act, count in (("pick", 2), ("dismiss", 1)):
        address = reverse(f"submission-{act}", args=[submission.public_id])
        assert page.count(f'action="{address}"') == count


@pytest.mark.parametrize(("tokens", "is_double"), [(1, False), (2, True)])
def test_two_trades_with_our_token_are_explained(read, unknown, tokens, is_double):
    submission = unknown()
    ids = (FIRST, SECOND)[:tokens]
    looked(submission, *(candidate(id, has_token=True) for id in ids))
    assert ("Possible double: more than one" in read(submission)) == is_double


def test_a_look_that_does_not_count_takes_no_candidate_away(read, unknown):
    submission = unknown()
    looked(submission, candidate())
    looked(submission, clean=False, why="3Commas answered 502.")
    assert CANDIDATES in read(submission)


def test_absence_is_offered_with_what_was_checked(read, source, not_found):
    submission = not_found()
    assert "Checked 5 times in 16 minutes: not found." in read(submission)
    assert "I looked myself: it is not there" in read(submission)
    assert f"sandbox lists, for {submission.token} ." in read(submission)
    assert '<label for="pair">' in source(submission)


def test_nothing_is_offered_before_that(read, unknown):
    submission = unknown()
    looked(submission)
    text = read(submission)
    assert CANDIDATES not in text
    assert "I looked myself" not in text


@pytest.mark.parametrize("state", [State.ABSENT, State.REJECTED])
def test_what_is_settled_asks_nothing(read, not_found, state):
    submission = not_found()
    looked(submission, candidate())
    assert submission.move(state, by=SENDER)
    text = read(submission)
    assert CANDIDATES not in text
    assert "I looked myself" not in text


@pytest.mark.parametrize(("mode", "links"), [("sandbox", 0), ("paper", 2), ("real", 2)])
def test_3commas_is_linked_where_the_order_went_there(source, not_found, mode, links):
    submission = not_found()
    rewrite(Submission.objects.all(), mode=mode)
    page = source(submission)
    assert page.count(f'href="{SITE}"') == links
    assert ("The sandbox has no site" in page) == (mode == "sandbox")


def test_twins_are_named_where_no_token_tells_them_apart(read, unknown, settings):
    with_token = unknown()
    settings.TOKEN_IN_NOTE = False
    first, second = unknown(), unknown(changes={"position.price.value": "61000"})
    unknown(changes={"position.units.value": "0.02"})
    said = "Other orders here ask for the same thing"
    twins = re.findall(r"\d\d:\d\d:\d\d UTC : unknown", read(second))
    assert said in read(second)
    assert said in read(first)
    assert len(twins) == 2
    assert said not in read(with_token)


def test_another_traders_twin_is_named_without_a_link(
    source, unknown, settings, stranger
):
    settings.TOKEN_IN_NOTE = False
    other, submission = unknown(), unknown()
    rewrite(Submission.objects.filter(pk=other.pk), trader=stranger)
    assert "Other orders here ask for the same thing" in source(submission)
    assert other.get_absolute_url() not in source(submission)


def test_who_declared_it_absent_is_named(read, unknown):
    submission = unknown(next_look_at=in_seconds(3000))
    assert submission.move(State.ABSENT, by="admin", reason="")
    text = read(submission)
    assert "Declared absent: a person looked at 3Commas and did not find it." in text
    assert f"admin said so at {submission.events.last().at:%Y-%m-%d %H:%M}" in text
    assert "It is still being looked for" in text
    assert "Next look at" in text
