"""Alarms by e-mail, for the sender: each goes out once, whoever sends it."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db.models.functions import Now

from trades.models import Alarm

log = logging.getLogger(__name__)


def mail_alarms() -> None:
    """Send what has not gone out yet; what fails is tried again at the next call.

    Without a mail server in the settings nothing is sent and nothing is lost.
    """
    if not settings.EMAIL_HOST:
        return
    for alarm in Alarm.objects.filter(mailed_at=None).select_related("submission"):
        rows = Alarm.objects.filter(pk=alarm.pk, mailed_at=None)
        if rows.update(mailed_at=Now()) != 1:
            continue  # another sender has it
        try:
            _send(alarm)
        except (SMTPException, OSError) as exc:
            log.error("alarm %s: no mail: %s", alarm.pk, type(exc).__name__)
            Alarm.objects.filter(pk=alarm.pk).update(mailed_at=None)


def _send(alarm: Alarm) -> None:
    to = _recipients(alarm)
    if not to:
        return
    about = f"\n\nSubmission {alarm.submission.public_id}" if alarm.submission else ""
    send_mail(
        f"SmartTrade UI: {alarm.get_kind_display()}",
        f"{alarm.text}{about}\n\nThe banner stays until somebody acknowledges it.\n",
        settings.DEFAULT_FROM_EMAIL,
        to,
    )


def _recipients(alarm: Alarm) -> list[str]:
    """The configured addresses, every active member of staff, and the owner."""
    users = get_user_model().objects
    staff = users.filter(is_staff=True, is_active=True).values_list("email", flat=True)
    owner = [alarm.submission.trader.email] if alarm.submission else []
    return sorted({*settings.ALARM_EMAILS, *staff, *owner} - {""})
