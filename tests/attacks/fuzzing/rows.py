"""A house that is lived in: some of everything that a page can be about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tests.web.known import know
from tests.web.listed import candidate, differs, looked
from trades.domain.lifecycle import State
from trades.models import (
    Account,
    Connection,
    Draft,
    Grant,
    Look,
    Missing,
    Submission,
)
from trades.models.events import SENDER
from trades.services import (
    alarms,
    approving,
    caps,
    drafts,
    grants,
    presets,
    reviewing,
    stops,
    submissions,
    viewing,
)

SENT = (State.CLAIMED, State.SENDING)
Confirm = Callable[[dict[str, str]], Submission]


def furnish(
    *,
    trader: User,
    stranger: User,
    reviewer: User,
    account: Account,
    covered: Account,
    confirmed: Confirm,
    typed: dict[str, str],
) -> None:
    """Put some of everything into the database. ``covered`` is an account whose
    orders somebody else has to approve."""
    know(account)
    _submissions(confirmed)
    _of_the_stranger(stranger, covered, reviewer)
    _drafts(trader, typed, covered, reviewer)
    presets.save(owner=trader, name="Half", typed=typed, is_shared=True)
    filters = {"filters": "state=rejected", "is_shared": False}
    viewing.keep(owner=reviewer, name="Refused", **filters)
    _at_the_desk(reviewer)


def _submissions(confirmed: Confirm) -> None:
    """One in each state, and of the unknown one to pick and one to declare absent."""
    now = timezone.now()
    unknown = {"reason": "broken", "sent_at": now, "ended_at": now}
    errors = {"position.units.value": ["Too small"], "pair": ["Not here"]}
    ways = [
        ((), {}),
        ((*SENT, State.ACCEPTED), {"remote_id": 3_000_000_009}),
        ((*SENT, State.REJECTED), {"reason": "refused", "vendor_errors": errors}),
        ((State.NOT_SENT,), {"reason": "paused"}),
        ((*SENT, State.UNKNOWN), unknown),
        ((*SENT, State.UNKNOWN), unknown),
    ]
    made = [_moved(confirmed, n, *way) for n, way in enumerate(ways, 1)]
    picked, absent = made[-2:]
    looked(picked, candidate(soft=[differs("pair", "USDT_BTC", "USDT_ETH")]))
    for minutes in (0, 1, 5, 10, 16):
        at = absent.ended_at + timedelta(minutes=minutes)
        Look.objects.create(submission=absent, clean=True, listed=3, at=at)
    alarms.raise_alarm("unknown", "It is still not known.", picked)


def _moved(confirmed: Confirm, number: int, states, fields) -> Submission:
    submission = confirmed({"position.units.value": f"0.0{number}"})
    for state in states:
        told = fields if state is states[-1] else {}
        with transaction.atomic():
            assert submission.move(state, by=SENDER, **told)
    return submission


def _of_the_stranger(stranger: User, covered: Account, reviewer: User) -> None:
    theirs = {"mode": "sandbox", "scheme": "hmac", "api_key": "k" * 40}
    connection = Connection.objects.create(owner=stranger, name="Theirs", **theirs)
    fetched = {"name": "Theirs", "market": "binance", "fetched_at": timezone.now()}
    Account.objects.create(connection=connection, remote_id=2001, **fetched)
    drafts.create(owner=stranger, typed={"pair": "USDT_ETH"})
    grants.give(Grant(account=covered, trader=stranger), by=reviewer)
    stops.pause(by=reviewer, why="On leave.", trader=stranger)


def _drafts(trader: User, typed, covered: Account, reviewer: User) -> None:
    """One that is right, with versions; one that is wrong all over; and two that need
    approval, which was asked of one."""
    typed = typed | {"position.units.value": "0.011"}  # like nothing that was sent
    draft = drafts.create(owner=trader, typed=typed)
    drafts.save(draft, version=1, typed=typed | {"note": "plan B"}, automatic=False)
    wrong = typed | {"position.units.value": "0", "pair": "no", "leverage.enabled": "x"}
    drafts.create(owner=trader, typed=wrong)
    caps.set_cap(by=reviewer, kind="approval", amount=Decimal(0), account=covered)
    dear = typed | {"account_id": str(covered.public_id)}
    asked, _ = (drafts.create(owner=trader, typed=dear) for _ in range(2))
    stamp = submissions.review(asked).stamp
    assert approving.ask(asked, by=trader, stamp=stamp)


def _at_the_desk(reviewer: User) -> None:
    first = Submission.objects.order_by("pk").first()
    said = {"verdict": "needs", "assigns": reviewer, "text": "Why so much?"}
    reviewing.review(first, by=reviewer, **said)


def after_a_restore() -> None:
    """One was sent of which the database knows nothing: everything waits."""
    lost = Submission.objects.order_by("pk").first()
    Missing.objects.create(submission=lost.public_id, line=lost.journal_line("C3"))


def paused() -> None:
    """Nothing leaves."""
    admin = User.objects.get(username="reviewer")
    stops.pause(by=admin, why="Maintenance.")


def capped() -> None:
    """No order is small enough."""
    admin, trader = (User.objects.get(username=n) for n in ("reviewer", "trader"))
    amount = {"kind": "value", "amount": Decimal(1), "currency": "USDT"}
    caps.set_cap(by=admin, trader=trader, **amount)


def saved_elsewhere() -> None:
    """Every draft has moved on since its page was fetched."""
    Draft.objects.update(version=99)


def as_it_is() -> None:
    """Nothing stands in the way."""


CIRCUMSTANCES = (
    *[as_it_is] * 8,
    *(after_a_restore, paused, capped, saved_elsewhere),
)
