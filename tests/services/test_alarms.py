"""Alarms: raised once, seen by whom they concern, gone when acknowledged, mailed."""

from __future__ import annotations

import socket

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from tests.services.steps import age, put
from trades.domain.lifecycle import State
from trades.models import Alarm
from trades.services import alarms, mailing

pytestmark = pytest.mark.django_db


class Inbox:
    """What a mail server was handed; ``refuses`` has it refuse everything."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []
        self.refuses = False

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        if self.refuses:
            return "451 not now"
        self.mails.append((sorted(envelope.rcpt_tos), envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def inbox(settings):
    """A real mail server on loopback, and settings that name it."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = False
    settings.ALARM_EMAILS = ["desk@example.org"]
    yield inbox
    controller.stop()


@pytest.fixture
def late(confirmed):
    """A submission that has been unknown for 16 minutes."""
    submission = confirmed()
    put(submission, State.UNKNOWN, ended_at=timezone.now())
    age(submission, minutes=16)
    return submission


def test_what_is_unknown_for_fifteen_minutes_raises_one_alarm(late):
    alarms.watch()
    alarms.watch()
    assert Alarm.objects.get().submission == late
    assert Alarm.objects.get().kind == Alarm.Kind.UNKNOWN


def test_what_is_unknown_for_less_raises_none(late):
    age(late, minutes=-2)
    alarms.watch()
    assert not Alarm.objects.exists()


def test_an_acknowledged_alarm_is_not_raised_again_for_the_same_thing(late, reviewer):
    alarms.watch()
    alarms.acknowledge(Alarm.objects.get(), by=reviewer)
    alarms.watch()
    assert Alarm.objects.count() == 1


def test_alarms_for_all_are_up_once(reviewer):
    for _ in range(2):
        alarms.raise_alarm(Alarm.Kind.CHAIN, "Event 7 is wrong.")
    assert Alarm.objects.count() == 1
    alarms.acknowledge(Alarm.objects.get(), by=reviewer)
    alarms.raise_alarm(Alarm.Kind.CHAIN, "Event 7 is wrong.")
    assert Alarm.objects.count() == 2


def test_owner_and_staff_see_an_alarm_and_others_do_not(
    late, trader, stranger, reviewer
):
    alarms.watch()
    alarms.raise_alarm(Alarm.Kind.CHAIN, "Event 7 is wrong.")
    seen = {u: alarms.open_for(u).count() for u in (trader, stranger, reviewer)}
    assert seen == {trader: 1, stranger: 0, reviewer: 2}


def test_an_acknowledgement_is_on_record_once(late, trader, reviewer):
    alarms.watch()
    alarm = Alarm.objects.get()
    alarms.acknowledge(alarm, by=trader)
    alarms.acknowledge(alarm, by=reviewer)
    alarm.refresh_from_db()
    assert alarm.acknowledged_by == trader
    (event,) = [e for e in late.events.all() if e.new == "alarm acknowledged"]
    assert event.by == "trader"
    assert not alarms.open_for(reviewer).exists()


def test_an_alarm_is_mailed_once_to_desk_staff_and_owner(
    inbox, late, trader, reviewer, stranger
):
    for user in (trader, reviewer, stranger):
        user.email = f"{user.username}@example.org"
        user.save()
    alarms.watch()
    mailing.mail_alarms()
    mailing.mail_alarms()
    ((recipients, text),) = inbox.mails
    assert recipients == [f"{n}@example.org" for n in ("desk", "reviewer", "trader")]
    assert "Unknown for too long" in text
    assert str(late.public_id) in text


def test_a_mail_that_the_server_refuses_is_tried_again(inbox, late):
    alarms.watch()
    inbox.refuses = True
    mailing.mail_alarms()
    assert inbox.mails == []
    inbox.refuses = False
    mailing.mail_alarms()
    assert len(inbox.mails) == 1


def test_a_mail_server_that_is_away_ends_nothing(settings, inbox, late):
    alarms.watch()
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    mailing.mail_alarms()
    settings.EMAIL_PORT = there
    mailing.mail_alarms()
    assert len(inbox.mails) == 1


def test_without_a_mail_server_the_banner_stays_and_nothing_is_marked(late, settings):
    settings.EMAIL_HOST = ""
    alarms.watch()
    mailing.mail_alarms()
    assert Alarm.objects.get().mailed_at is None


def test_without_anybody_to_write_to_nothing_goes_out(inbox, late, settings):
    settings.ALARM_EMAILS = []
    alarms.watch()
    mailing.mail_alarms()
    assert inbox.mails == []
    assert Alarm.objects.get().mailed_at is not None
