"""A submission's page keeps itself up to date, and says why it has to wait."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.rewriting import rewrite
from tests.web.listed import candidate, looked
from tests.web.pages import text_of
from trades.domain.lifecycle import Outcome, State
from trades.models import Gate, Missing, Pause, Submission
from trades.models.events import SENDER
from trades.services import gates
from trades.services.recording import record

pytestmark = pytest.mark.django_db

CLAIMED, SENDING, ACCEPTED = State.CLAIMED, State.SENDING, State.ACCEPTED
MADE = [CLAIMED, SENDING, ACCEPTED]


@pytest.fixture
def read(signed_in):
    return lambda submission: signed_in.get(submission.get_absolute_url())


@pytest.fixture
def news(signed_in):
    """What the script asks for."""
    return lambda submission: signed_in.get(
        reverse("submission-state", args=[submission.public_id])
    )


@pytest.fixture
def retried(put):
    """Not sent for the network's sake; the program tries it again by itself."""

    def retried() -> tuple[Submission, Submission]:
        submission = put(CLAIMED)
        record(submission, Outcome(State.NOT_SENT, "network"))
        submission.refresh_from_db()
        return submission, submission.retry

    return retried


def refresh_of(page) -> str | None:
    """When a browser without scripts loads what."""
    pattern = r'<noscript><meta http-equiv="refresh" content="([^"]*)"></noscript>'
    found = re.search(pattern, page.content.decode())
    return found and found[1].removesuffix("; url=?refreshed")


def watched(page) -> str | None:
    found = re.search(r'data-every="(\d+)"', page.content.decode())
    return found and found[1]


def in_seconds(seconds: int):
    return timezone.now() + timedelta(seconds=seconds)


def shut_for(seconds: int, **fields: object) -> None:
    until = int(in_seconds(seconds).timestamp() * 1000)
    Gate.objects.create(scope=Gate.ADDRESS, blocked_until=until, **fields)


@pytest.mark.parametrize("states", [[], [CLAIMED], [CLAIMED, SENDING]])
def test_what_is_unsettled_is_loaded_each_second(read, put, states):
    page = read(put(*states))
    assert (refresh_of(page), watched(page)) == ("1", "1")


@pytest.mark.parametrize(("due", "after"), [(-3, 5), (2, 5), (13, 15), (58, 60)])
def test_what_is_unknown_is_loaded_after_the_next_look(read, unknown, due, after):
    page = read(unknown(next_look_at=in_seconds(due)))
    assert int(refresh_of(page)) in (after, after - 1)
    assert watched(page) == "2"


def test_a_page_that_asks_something_keeps_still_without_scripts(
    read, unknown, not_found
):
    asked = unknown(next_look_at=in_seconds(2))
    looked(asked, candidate())
    for submission in (asked, not_found(next_look_at=in_seconds(2))):
        page = read(submission)
        assert (refresh_of(page), watched(page)) == (None, "2")


@pytest.mark.parametrize("states", [[State.NOT_SENT], MADE])
def test_what_is_settled_keeps_still(read, put, states):
    page = read(put(*states, remote_id=7 if states is MADE else None))
    assert (refresh_of(page), watched(page)) == (None, None)


@pytest.mark.parametrize(("due", "pace"), [(4, "2"), (-4, "2"), (60, None)])
def test_the_first_status_of_a_new_trade_is_waited_for(read, put, due, pace):
    submission = put(*MADE, remote_id=7)
    Submission.objects.update(next_look_at=in_seconds(due))
    assert watched(read(submission)) == pace


def test_the_state_is_a_line_that_says_what_the_page_said(read, news, put):
    submission = put(CLAIMED)
    answer = news(submission)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    line = answer.content.decode()
    assert line.startswith(f"claimed {submission.events.last().number} ")
    assert f'data-mark="{line}"' in read(submission).content.decode()


@pytest.mark.parametrize("change", ["event", "look", "status", "pause"])
def test_the_line_changes_with_the_page(news, unknown, change, admin):
    submission = unknown()
    before = news(submission).content
    assert news(submission).content == before
    if change == "event":
        assert submission.move(State.ABSENT, by="trader")
    elif change == "look":
        looked(submission)
    elif change == "status":
        Submission.objects.update(remote_seen_at=timezone.now())
    else:
        Pause.objects.create(by="admin", why="lunch")
    assert news(submission).content != before


def test_the_line_is_the_traders_alone(client, put, stranger, reviewer):
    url = reverse("submission-state", args=[put().public_id])
    assert client.get(url)["Location"].startswith(reverse("login"))
    for user, status in ((stranger, 404), (reviewer, 403)):
        client.force_login(user)
        assert client.get(url).status_code == status
    client.force_login(stranger)
    none = reverse("submission-state", args=[uuid.uuid4()])
    assert client.get(none).status_code == 404
    assert client.post(none).status_code == 405


def test_what_is_queued_counts_down(read, put):
    submission = put()
    Submission.objects.update(send_by=in_seconds(95))
    page = read(submission)
    assert re.search(r"It leaves by \d\d:\d\d:\d\d UTC , in 1:3[3-5] ,", text_of(page))
    assert re.search(r'data-countdown="9[3-5]">1:3', page.content.decode())
    assert "Why it waits" not in text_of(page)


def test_what_is_too_late_says_so(read, put):
    submission = put()
    Submission.objects.update(send_by=in_seconds(-1))
    assert "Its time was over at" in text_of(read(submission))


def test_it_says_that_sending_is_paused(read, put):
    submission = put()
    Pause.objects.create(by="admin", why="maintenance until noon")
    text = text_of(read(submission))
    said = "An administrator has paused sending: maintenance until noon"
    assert f"Why it waits: {said}" in text


def test_it_says_that_the_database_is_behind(read, put):
    submission = put()
    Missing.objects.create(submission=uuid.uuid4(), line={})
    assert "Why it waits: The database is older than what" in text_of(read(submission))


def test_it_says_until_when_3commas_wants_silence(read, put):
    submission = put()
    shut_for(272)
    text = text_of(read(submission))
    said = (
        r"3Commas asked us to wait: sending goes on at \d\d:\d\d:\d\d UTC , in 4:3[0-2]"
    )
    assert re.search(said, text)


@pytest.mark.parametrize(("seconds", "counts"), [(7300, True), (-5, False)])
def test_it_says_that_an_administrator_has_to_open_the_gate(read, put, seconds, counts):
    submission = put()
    shut_for(seconds, needs_admin=True, strikes=1)
    text = text_of(read(submission))
    assert "until an administrator opens the gate." in text
    assert bool(re.search(r"in any case until .+ UTC , in 2:01:", text)) == counts


def test_it_says_that_others_are_first(read, put, connection):
    submission = put()
    for _ in range(gates.BURST):
        gates.admit(gates.SUBMISSIONS, connection)
    assert "Why it waits: Others are first" in text_of(read(submission))


def test_a_retry_and_its_first_name_each_other(read, retried):
    first, retry = retried()
    page = read(first)
    assert "Tried again by itself" in text_of(page)
    assert f'href="{retry.get_absolute_url()}"' in page.content.decode()
    assert "Send again" not in text_of(page)
    page = read(retry)
    assert "This is a retry; surely nothing had left of" in text_of(page)
    assert f'href="{first.get_absolute_url()}"' in page.content.decode()
    assert "It is a retry, and gives the network a moment: it goes on at" in text_of(
        page
    )
    assert f"Draft → Queued by the sender {retry.events.get().at:%Y}" in text_of(page)
    assert f"Retry of submission {first.public_id}" in text_of(page)


def test_whoever_waits_at_the_first_is_led_to_the_last_retry(read, retried):
    first, retry = retried()
    assert refresh_of(read(first)) == f"1; url={retry.get_absolute_url()}"
    assert f'data-follow="{retry.get_absolute_url()}"' in read(first).content.decode()
    retry.move(CLAIMED, by=SENDER)
    record(retry, Outcome(State.NOT_SENT, "network"))
    last = Submission.objects.get(retry_of=retry)
    assert refresh_of(read(first)) == f"1; url={last.get_absolute_url()}"


def test_nobody_is_led_to_a_retry_that_is_settled(read, retried):
    first, retry = retried()
    retry.move(State.NOT_SENT, by=SENDER, reason="cancelled")
    page = read(first)
    assert refresh_of(page) is None
    assert "data-follow" not in page.content.decode()
    assert f'href="{retry.get_absolute_url()}"' in page.content.decode()


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, "Its status there has not been asked for yet."),
        ({"remote_status": "waiting_position"}, "Its status there: waiting position"),
        (
            {"remote_status": "failed", "remote_error": "KYC \u202eis missing"},
            "Created, but failed: KYC [U+202E]is missing (seen 3 minutes ago)",
        ),
        ({"remote_status": "Failed"}, "Created, but failed: 3Commas gives no reason"),
    ],
)
def test_the_status_at_3commas_stands_beside_the_number(read, put, seen, said):
    submission = put(*MADE, remote_id=7)
    Submission.objects.update(remote_seen_at=in_seconds(-185), **seen)
    text = text_of(read(submission))
    assert "3Commas created trade 7." in text
    assert said in text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("found", "Created (found by checking): no clear answer"),
        ("picked", "Created (found by checking): a person picked"),
        ("journal", "The answer stands in the sending journal"),
    ],
)
def test_a_trade_that_no_answer_named_says_how_it_was_found(read, put, reason, said):
    assert said in text_of(read(put(*MADE, remote_id=7, reason=reason)))


def test_a_page_that_is_no_trade_of_3commas_has_no_link_there(read, put):
    submission = put(*MADE, remote_id=7)
    assert "Open in 3Commas" not in text_of(read(submission))
    rewrite(Submission.objects.all(), mode="real")
    assert "Open in 3Commas" in text_of(read(submission))
