"""One of everything that has an address of its own, and where each of them is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.urls import URLPattern, reverse
from django.utils import timezone

from trades.domain.lifecycle import State
from trades.models import (
    Alarm,
    Approval,
    Cap,
    Draft,
    HistoryView,
    Missing,
    Pause,
    Preset,
    Submission,
)
from trades.urls import urlpatterns

PAGES: dict[str, URLPattern] = {pattern.name: pattern for pattern in urlpatterns}
OF_ONE = [name for name, page in PAGES.items() if page.pattern.converters]


def nowhere(name: str) -> str:
    """The page of something that does not exist."""
    absent = {"UUIDConverter": uuid.uuid4(), "IntConverter": 987_654_321}
    made = PAGES[name].pattern.converters.values()
    return reverse(name, args=[absent[type(converter).__name__] for converter in made])


@dataclass(frozen=True)
class House:
    """What a page is about, by the beginning of the page's name; the longest counts."""

    draft: Draft
    args: dict[str, list[object]]

    def args_of(self, name: str) -> list[object]:
        """Raises ``KeyError`` for a new kind of page: it has to be thought of here."""
        if name not in OF_ONE:
            return []
        known = [start for start in self.args if name.startswith(start)]
        return self.args[max(known, key=len, default=name)]

    def url(self, name: str) -> str:
        return reverse(name, args=self.args_of(name))


def furnished(
    put: Callable[..., Submission],
    unknown: Callable[..., Submission],
    draft: Draft,
    *,
    reviewer: User,
    other: User,
) -> House:
    """``other``: whom the stop and the cap are about, so that they hold up nobody."""
    trader, account = draft.owner, unknown({"note": "lost"}).account
    lost = Submission.objects.get(note="lost")
    refused = put(State.CLAIMED, State.SENDING, State.REJECTED)
    now = timezone.now()
    made = {"name": "Plan", "typed": {"trade_type": "smart_trade"}}
    stop = Pause.objects.create(by="root", why="flood", trader=other)
    missing = Missing.objects.create(
        submission=uuid.uuid4(), line={}, looked_up_at=now, looked_up_by=reviewer
    )
    cap = Cap.objects.create(
        kind="orders", trader=other, amount=Decimal(3), set_by="root"
    )
    approval = Approval.objects.create(
        draft=draft,
        version=1,
        account=account,
        body="{}",
        sha256="0",
        token="t",
        way="w",
        asked_by=trader,
        valid_until=now + timedelta(hours=1),
    )
    return House(
        draft,
        {
            "draft-": [draft.public_id],
            "draft-version": [draft.public_id, 1],
            "draft-versions": [draft.public_id],
            "draft-restore": [draft.public_id, 1],
            "preset-": [Preset.objects.create(owner=trader, **made).public_id],
            "submission": [lost.public_id],
            "submission-fix": [refused.public_id],
            "connection": [account.connection.public_id],
            "alarm-": [Alarm.objects.create(kind="unknown", submission=lost).public_id],
            "sending-resume": [stop.pk],
            "missing-": [missing.pk],
            "desk-": [lost.public_id],
            "history-view-": [
                HistoryView.objects.create(owner=reviewer, name="Mine").public_id
            ],
            "cap-": [cap.pk],
            "approval-": [approval.pk],
        },
    )
