"""The admins' page about all sending: pause, gate, what a restore lost, the chain."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.web.pages import text_of
from trades.models import Alarm, Event, Gate, Missing, Pause
from trades.services import audit, guards

pytestmark = pytest.mark.django_db

URL = reverse("sending")
ACTS = ("pause", "open", "verify")
OF_ONE = ("resume", "missing")
POSTS = [
    *(reverse(f"sending-{act}") for act in ACTS),
    *(f"{URL}{act}/1/" for act in OF_ONE),
]


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def act(desk):
    """Press a button, and read the page that follows."""

    def act(url: str, **data: object) -> str:
        answer = desk.post(url, data, follow=True)
        assert answer.redirect_chain == [(URL, 303)]
        return text_of(answer)

    return act


@pytest.fixture
def missing(put):
    """Sent, by the journal; the database has never heard of it."""

    told = put().journal_line("C3") | {"token": "k7m2q9xa4w"}

    def missing(**line: object) -> Missing:
        return Missing.objects.create(submission=uuid.uuid4(), line=told | line)

    return missing


def latest() -> tuple[str, str]:
    event = Event.objects.latest("number")
    return event.new, event.by


def test_sending_is_paused_and_resumed_on_record(desk, act):
    assert "Sending On" in text_of(desk.get(URL))
    everything = {"scope": "everything", "why": "maintenance <b>"}
    text = act(reverse("sending-pause"), **everything)
    assert "Nothing is sent" in text
    assert "everything : paused by admin at" in text
    assert "For everything “maintenance <b>”" in " ".join(
        text.partition("What happened")[2].split()
    )
    assert guards.why_paused()
    assert latest() == ("sending paused", "admin")
    (stop,) = Pause.objects.all()
    assert "Sending On" in act(reverse("sending-resume", args=[stop.pk]))
    assert latest() == ("sending resumed", "admin")
    assert not guards.why_paused()


@pytest.mark.parametrize("why", ["", "  ", "x" * 301, "a\0b", "a\u202eb"])
def test_a_pause_needs_a_reason(desk, why):
    answer = desk.post(reverse("sending-pause"), {"scope": "everything", "why": why})
    assert answer.status_code == 422
    assert "Nothing was stopped" in text_of(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Pause.objects.exists()
    assert not Event.objects.exists()


def test_an_open_gate_has_no_button(desk):
    text = text_of(desk.get(URL))
    assert "Open: submissions and looks leave" in text
    assert "Open the gate" not in text


def test_a_ban_is_shown_and_the_gate_opened(desk, act):
    until = int(timezone.now().timestamp() * 1000) + 1_800_000
    Gate.objects.create(
        scope=Gate.ADDRESS, blocked_until=until, needs_admin=True, strikes=2
    )
    text = text_of(desk.get(URL))
    assert "shut this address out 2 times" in text
    assert "It stays shut in any case until" in text
    text = act(reverse("sending-open"))
    assert "3Commas asked us to wait: sending goes on at" in text
    assert "Open the gate" not in text
    assert latest() == ("gate opened", "admin")


def test_what_a_restore_lost_is_told_and_looked_up(desk, act, missing):
    lost = missing()
    made = missing(step="C4", state="accepted", remote_id=4711)
    text = text_of(desk.get(URL))
    assert "USDT_BTC on account 1001 (sandbox), reference k7m2q9xa4w" in text
    assert "It was about to leave; what came of it is not known." in text
    assert "What came of it: accepted, trade 4711." in text
    assert f"{lost.submission} , which is not in the database" in text
    text = act(reverse("missing-found", args=[lost.pk]), found="trade 12, closed it")
    assert str(lost.submission) not in text.partition("What happened")[0]
    assert f"Submission {lost.submission}" in text.partition("What happened")[2]
    assert "“trade 12, closed it”" in text
    assert latest() == ("missing looked up", "admin")
    lost.refresh_from_db()
    assert lost.looked_up_by.username == "admin"
    assert guards.why_paused()
    act(reverse("missing-found", args=[made.pk]), found="it is there")
    assert not guards.why_paused()


def test_what_the_database_knows_of_the_lost_is_linked(desk, put):
    submission = put()
    line = submission.journal_line("C3")
    Missing.objects.create(submission=submission.public_id, line=line)
    change = reverse("desk-submission", args=[submission.public_id])
    assert f'href="{change}"' in desk.get(URL).content.decode()


@pytest.mark.parametrize("line", [{}, {"at": 5, "step": None}, {"step": "C4"}])
def test_a_strange_line_of_the_journal_is_shown_all_the_same(desk, line):
    Missing.objects.create(submission=uuid.uuid4(), line=line)
    assert "Missing submissions" in text_of(desk.get(URL))


@pytest.mark.parametrize("found", ["", " ", "x" * 301])
def test_looked_up_means_that_something_is_said(act, missing, found):
    lost = missing()
    url = reverse("missing-found", args=[lost.pk])
    assert "Not kept: say what you found" in act(url, found=found)
    lost.refresh_from_db()
    assert lost.looked_up_at is None


def test_there_is_nothing_to_look_up_that_is_not_missing(desk):
    for number in (1, 10**25):
        url = f"{URL}missing/{number}/"
        assert desk.post(url, {"found": "x"}).status_code == 404


def test_a_chain_that_holds_is_said_with_its_head(act, put):
    put()
    head = audit.head()
    assert f"1 events hold, up to {head}" in act(reverse("sending-verify"))
    assert latest() == ("history verified", "admin")
    assert not Alarm.objects.exists()


def test_a_history_of_somebody_elses_raises_the_alarm(act, put, settings):
    put()
    settings.CHAIN_KEY = b"x" * 32
    text = act(reverse("sending-verify"))
    assert "Event 1 is wrong. Its hash does not fit" in text
    assert "Alarm: History was changed." in text


@pytest.mark.parametrize("url", POSTS)
def test_a_link_does_nothing(desk, url):
    assert desk.get(url).status_code == 405
    assert not Event.objects.exists()


@pytest.mark.parametrize("url", [URL, *POSTS])
def test_only_those_who_may_stop_sending_are_let_in(
    client, url, trader, reviewer, make_user
):
    ask = client.get if url == URL else client.post
    assert ask(url)["Location"].startswith(reverse("login"))
    entitled = make_user("entitled", "stop_sending")  # but no staff
    for user in (trader, reviewer, entitled):
        client.force_login(user)
        assert ask(url, {"why": "x", "found": "x"}).status_code == 403
    assert not Event.objects.exists()
    assert not Pause.objects.exists()


@pytest.mark.parametrize("url", POSTS)
def test_another_site_does_nothing(admin, url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    assert client.post(url, {"why": "x"}).status_code == 403
    assert not Event.objects.exists()


def test_the_way_there_is_shown_to_those_who_may(client, admin, reviewer):
    for user, count in ((admin, 1), (reviewer, 0)):
        client.force_login(user)
        page = client.get(reverse("admin:index")).content.decode()
        assert page.count(f'href="{URL}"') == count


def test_the_latest_twenty_events_are_enough(desk):
    for number in range(21):
        Event.append(None, by="admin", new="gate opened", why=f"ban {number}")
    text = text_of(desk.get(URL))
    assert text.count("Gate opened") == 20
    assert "“ban 0”" not in text
