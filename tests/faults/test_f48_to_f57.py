"""F48 to F57: a process ends or a database is away, at each point of the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing

import pytest
import requests
from django.conf import settings as configured
from django.db import OperationalError
from django.db import connection as db

from tests.faults.processes import Process
from tests.faults.scripts import create, do, good, handshake, hang
from tests.faults.trader import (
    NOT_SENT,
    SENDING,
    WAITING,
    Pages,
    WriteLock,
    assert_absence_is_offered,
    assert_accepted,
    assert_found,
    be_patient,
    reap_the_dead,
)
from tests.services.steps import age, state_of
from tests.web.pages import stamp_in, ticks_in, url
from trades.gateway import journal
from trades.models import Submission
from trades.services import recording, restoring, sending

BEFORE_C3 = {"after-c2": 0, "connecting": 0, "after-handshake": 1}  # handshakes
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pages(trader, fault_server, settings) -> Pages:
    be_patient(settings)
    return Pages(trader)


@pytest.fixture
def confirm_in_a_web_that_dies(process, pages) -> Callable[..., None]:
    """Confirm a draft over the wire, at a web process that ends itself."""

    def confirm(draft, *, kill_at: str) -> None:
        web = process("web", "--port", "0", kill_at=kill_at)
        web.wait_for_line('"url"')
        with requests.Session() as session:
            session.trust_env = False
            session.cookies.set("sessionid", pages.client.cookies["sessionid"].value)
            with pytest.raises(requests.ConnectionError):
                post_review(session, address(web), draft)
        web.wait_until_killed(kill_at)

    return confirm


def address(web: Process) -> str:
    return re.search('"url": "([^"]+)/"', web.output)[1]


def post_review(session: requests.Session, web: str, draft) -> None:
    page = session.get(web + url("review", draft))
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    data = {"csrfmiddlewaretoken": token, "stamp": stamp_in(page)}
    session.post(web + url("confirm", draft), data | {"warnings": ticks_in(page)})


def test_f48_a_web_killed_before_c1_leaves_nothing(
    assert_safe, fault_server, pages, draft, confirm_in_a_web_that_dies
):
    confirm_in_a_web_that_dies(draft, kill_at="before-c1")
    assert not Submission.objects.exists()
    assert pages.reviews(draft)["stamp"]  # as if nobody had clicked
    assert (fault_server.connections, len(fault_server.trades)) == (0, 0)
    assert_safe()


def test_f48_a_web_killed_after_c1_leaves_an_order_that_is_sent(
    assert_safe, fault_server, pages, draft, confirm_in_a_web_that_dies
):
    confirm_in_a_web_that_dies(draft, kill_at="after-c1")
    submission = Submission.objects.get()
    assert state_of(submission) == "queued"
    assert pages.reads(submission)[0] == WAITING
    sending.send(submission.pk)
    assert_accepted(pages, submission, fault_server)
    assert_safe()


@pytest.mark.parametrize("point", BEFORE_C3)
def test_f49_a_sender_killed_before_c3_leaves_an_order_that_another_sends(
    assert_safe, fault_server, pages, confirmed, sender_process, point
):
    submission = confirmed()
    sender_process(kill_at=point).wait_until_killed(point)
    assert state_of(submission) == "claimed"
    assert pages.reads(submission)[0] == WAITING
    fault_server.shaken.wait(BEFORE_C3[point])
    assert fault_server.connections == BEFORE_C3[point]
    reap_the_dead()
    assert state_of(submission) == "queued"
    assert fault_server.posts == []
    sending.send(submission.pk)
    assert_accepted(pages, submission, fault_server)
    assert_safe()


def test_f49_an_order_that_ran_late_meanwhile_is_not_sent(
    assert_safe, fault_server, pages, confirmed, sender_process
):
    submission = confirmed()
    sender_process(kill_at="after-handshake").wait_until_killed("after-handshake")
    age(submission, minutes=3)
    reap_the_dead()
    assert state_of(submission) == "not_sent expired"
    first, text = pages.reads(submission)
    assert first == NOT_SENT
    assert "It waited longer than allowed" in text
    assert "Send again" in text
    assert (fault_server.posts, len(fault_server.trades)) == ([], 0)
    assert_safe()


@pytest.fixture
def killed(
    fault_server, pages, confirmed, sender_process
) -> Callable[[str], Submission]:
    """An order whose sender has ended itself somewhere after C3."""

    def killed(point: str) -> Submission:
        submission = confirmed()
        sender_process(kill_at=point).wait_until_killed(point)
        fault_server.ended.wait()
        assert state_of(submission) == "sending"
        assert pages.reads(submission)[0] == SENDING
        reap_the_dead()
        assert state_of(submission) == "unknown broken"
        return submission

    return killed


def test_f50_a_sender_killed_before_the_first_byte_leaves_nothing_to_be_found(
    assert_safe, fault_server, pages, killed
):
    assert_absence_is_offered(pages, killed("after-c3"))
    assert (fault_server.posts, len(fault_server.trades)) == ([], 0)
    assert_safe()


def test_f51_a_sender_killed_before_the_body_leaves_nothing_to_be_found(
    assert_safe, fault_server, pages, killed
):
    assert_absence_is_offered(pages, killed("after-headers"))
    [post] = fault_server.posts
    assert (post.is_whole, len(fault_server.trades)) == (False, 0)
    assert_safe()


def test_f52_a_sender_killed_after_the_body_leaves_a_trade_that_is_found(
    assert_safe, fault_server, pages, killed
):
    assert_found(pages, killed("after-body"), fault_server)
    assert_safe()


def test_f53_a_sender_killed_before_c4_leaves_a_trade_that_is_found(
    assert_safe, fault_server, pages, killed
):
    assert_found(pages, killed("after-answer"), fault_server)
    assert_safe()


def test_f54_a_sender_that_has_to_end_finishes_what_is_in_hand(
    assert_safe, fault_server, pages, confirmed, sender_process
):
    fault_server.on_post(create, hang, good)
    submission, sender = confirmed(), sender_process()
    fault_server.hanging.wait()
    sender.terminate()
    assert pages.reads(submission)[0] == SENDING
    fault_server.release()
    assert sender.wait() == 0
    assert_accepted(pages, submission, fault_server)
    assert_safe()


@pytest.fixture
def lock() -> Iterator[WriteLock]:
    with closing(WriteLock()) as lock:
        yield lock


def test_f55_a_click_waits_while_somebody_else_writes_for_three_seconds(
    assert_safe, fault_server, pages, draft, lock
):
    reviewed = pages.reviews(draft)
    lock.hold()
    with ThreadPoolExecutor(1) as hand:
        click = hand.submit(pages.clicks, draft, reviewed)
        done, _ = wait([click], timeout=3)
        lock.close()
    assert not done
    submission = Submission.objects.get()
    assert click.result() == (303, submission.get_absolute_url())
    sending.send(submission.pk)
    assert_accepted(pages, submission, fault_server)
    assert_safe()


@pytest.fixture
def impatient(monkeypatch) -> Iterator[None]:
    """Commits of this process give up after 0.3 seconds instead of ten."""
    options = db.settings_dict["OPTIONS"]
    if db.vendor == "sqlite":
        monkeypatch.setitem(options, "timeout", 0.3)
    else:
        ours = f"lock_timeout={configured.LOCK_WAIT_S}s"
        assert ours in options["options"]
        shorter = options["options"].replace(ours, "lock_timeout=300ms")
        monkeypatch.setitem(options, "options", shorter)
    db.close()
    yield
    db.close()


@pytest.mark.parametrize(
    ("late", "after"), [(False, "queued"), (True, "not_sent expired")]
)
@pytest.mark.usefixtures("impatient")
def test_f56_where_c3_can_not_be_written_no_byte_leaves(
    assert_safe, fault_server, pages, confirmed, lock, late, after
):
    assert configured.LOCK_WAIT_S < 20  # the lock is held longer than anybody waits
    fault_server.on_connect(do(lock.hold), handshake)
    submission = confirmed()
    sending.send(submission.pk)
    lock.close()
    assert state_of(submission) == "claimed"
    assert pages.reads(submission)[0] == WAITING
    assert fault_server.posts == []
    if late:
        age(submission, minutes=3)
    reap_the_dead()
    assert state_of(submission) == after
    sending.send(submission.pk)
    if late:
        assert pages.reads(submission)[0] == NOT_SENT
        assert (fault_server.posts, len(fault_server.trades)) == ([], 0)
    else:
        assert_accepted(pages, submission, fault_server)
    assert_safe()


@pytest.fixture
def journalled_only(
    fault_server, pages, confirmed, lock, impatient, monkeypatch
) -> Submission:
    """A trade was made, and the database was away for too long to hear of it."""
    assert recording.RECORD_WITHIN_S < 60
    monkeypatch.setattr(recording, "RECORD_WITHIN_S", 0)
    fault_server.on_post(create, do(lock.hold), good)
    submission = confirmed()
    with pytest.raises(OperationalError):
        sending.send(submission.pk)
    lock.close()
    assert state_of(submission) == "sending"
    assert pages.reads(submission)[0] == SENDING
    lines = [(x["step"], x.get("remote_id")) for x in journal.read(configured.JOURNAL)]
    assert lines == [("C3", None), ("C4", *fault_server.trades)]
    return submission


def test_f57_an_answer_that_no_database_took_is_found_by_a_look(
    assert_safe, fault_server, pages, journalled_only
):
    reap_the_dead()
    assert_found(pages, journalled_only, fault_server)
    assert_safe()


def test_f57_an_answer_that_no_database_took_is_in_the_journal_at_the_next_start(
    assert_safe, fault_server, pages, journalled_only
):
    reap_the_dead()
    assert state_of(journalled_only) == "unknown broken"
    assert restoring.compare() == 0
    assert state_of(journalled_only) == "accepted journal"
    assert list(fault_server.trades) == [journalled_only.remote_id]
    assert "sending journal" in pages.reads(journalled_only)[1]
    assert_safe()
