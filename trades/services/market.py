"""Accounts and market facts, for the sender: fetched when wished for, and kept.

A wish is a time in a row. Who takes it moves that time on, out of everybody's reach;
what comes back is written only while the time is still the same, so that nothing late
covers something newer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone

from trades.gateway import market_data
from trades.gateway.client import ThreeCommas
from trades.gateway.failures import BadAnswer, Refused
from trades.gateway.market_data import ListedAccount
from trades.gateway.vault import KeyUnusable
from trades.models import Account, Connection, Fact
from trades.services import gates
from trades.services.alarms import raise_ban
from trades.services.facts import FORGOTTEN_S
from trades.services.gates import GateShut
from trades.services.recording import TEST, keep_no, keep_skew, keep_yes
from trades.services.sending import client_for

VALIDATE, ACCOUNTS = "validate", "accounts"
# A test takes the places of both its questions at once, or a flood of facts would
# again and again leave it none for the second.
TEST_PLACES = 2
# So often at most, and so long after the first and the second failure.
TRIES, RETRY_WAITS_S = 3, (2, 8)
WAIT_FOR_GATE_S = 2
# Longer than a try takes; what takes longer is somebody else's by then.
LEASE_S = 120
KEPT_S = 86_400

log = logging.getLogger(__name__)


def due_tests() -> QuerySet[Connection]:
    """The keys to be tested now, the oldest wish first."""
    wished = _is_due("test_wanted_at", "test_tries")
    return Connection.objects.filter(wished, deleted_at=None).order_by("test_wanted_at")


def due_facts() -> QuerySet[Fact]:
    """The facts to be fetched now, the oldest wish first."""
    return Fact.objects.filter(
        _is_due("wanted_at", "tries"),
        account__gone_at=None,
        account__connection__deleted_at=None,
        account__connection__disabled_at=None,
    ).order_by("wanted_at")


def test(pk: int) -> None:
    """Try a key once, and write down what came of it; for whoever comes first."""
    if not _take(due_tests(), pk, "test_wanted_at", "test_tries"):
        return
    connection = Connection.objects.get(pk=pk)
    tries = connection.test_tries
    try:
        fetch_accounts(connection)
    except GateShut:
        later = {"test_wanted_at": _in(WAIT_FOR_GATE_S), "test_tries": tries - 1}
    except (BadAnswer, KeyUnusable) as failed:
        later = {"test_wanted_at": _again(failed, tries)}
    else:
        later = {"test_wanted_at": None, "test_tries": 0}
    mine = Connection.objects.filter(pk=pk, test_wanted_at=connection.test_wanted_at)
    mine.update(**later)


def fetch(pk: int) -> None:
    """Ask for one fact, and keep the answer or why there is none; likewise."""
    if not _take(due_facts(), pk, "wanted_at", "tries"):
        return
    fact = Fact.objects.select_related("account__connection").get(pk=pk)
    connection = fact.account.connection
    try:
        client = _client(connection)
        answer = _ask(client, fact)
    except GateShut:
        _settle(fact, wanted_at=_in(WAIT_FOR_GATE_S), tries=fact.tries - 1)
    except (BadAnswer, KeyUnusable) as failed:
        _shut_out(failed)
        if _told(failed)["reason"] == "key":
            keep_no(connection, fact.kind, failed.status, failed.text)
        told, again = _told(failed), _again(failed, fact.tries)
        _settle(fact, failure=told, failed_at=Now(), wanted_at=again)
    else:
        keep_skew(connection, client.skew_s)
        keep_yes(connection, fact.kind, signed=fact.kind == Fact.Kind.LEVERAGE)
        fresh = {"answered_at": Now(), "failure": {}, "failed_at": None}
        _settle(fact, answer=answer, wanted_at=None, tries=0, **fresh)


def fetch_accounts(connection: Connection) -> list[Account]:
    """Test a key, and keep the accounts that 3Commas lists for it.

    Raises ``KeyUnusable`` or ``BadAnswer`` once that is written down, and ``GateShut``,
    which changes nothing. An outcome that was overtaken by a newer one, or by another
    key, is not kept.
    """
    began = Connection.objects.annotate(now=Now()).get(pk=connection.pk).now
    step, client = VALIDATE, None
    try:
        client = _client(connection, TEST_PLACES, 0)
        client.validate()
        step = ACCOUNTS
        listed = [market_data.account(entity) for entity in client.accounts()]
    except (BadAnswer, KeyUnusable) as failed:
        _shut_out(failed)
        _keep_skew(connection, client)
        _keep_failure(connection, began, step, failed)
        raise
    _keep_skew(connection, client)
    return _keep_accounts(connection, began, listed)


def forget() -> None:
    """Prices and leverage that nobody has wanted or got for a day go away."""
    long_ago = Now() - timedelta(seconds=KEPT_S)
    # A row without any time is about to be wished for.
    has_any = ~Q(wanted_at=None, answered_at=None, failed_at=None)
    old = Q()
    for name in ("wanted_at", "answered_at", "failed_at"):
        old &= Q(**{name: None}) | Q(**{f"{name}__lte": long_ago})
    Fact.objects.filter(old, has_any).exclude(kind=Fact.Kind.PAIRS).delete()


def _is_due(when: str, tries: str) -> Q:
    """Wished for, not too long ago, and not tried too often."""
    since = Now() - timedelta(seconds=FORGOTTEN_S)
    return Q(
        **{f"{when}__lte": Now(), f"{when}__gt": since, f"{tries}__lt": TRIES},
    )


def _take(due: QuerySet, pk: int, when: str, tries: str) -> bool:
    """Move the wish out of the others' reach. False: somebody was quicker."""
    if not due.filter(pk=pk).exists():
        return False
    # Of its own columns alone: those are read anew by who had to wait for the row.
    row = due.model.objects.filter(_is_due(when, tries), pk=pk)
    return row.update(**{when: _in(LEASE_S), tries: F(tries) + 1}) == 1


def _settle(fact: Fact, **fields: object) -> None:
    """Write it, unless the try took so long that another one has begun."""
    Fact.objects.filter(pk=fact.pk, wanted_at=fact.wanted_at).update(**fields)


def _client(connection: Connection, *places: int) -> ThreeCommas:
    """``places``: how many the first questions take in the rate; others take one."""
    left = iter(places)

    def admit() -> None:
        gates.admit(gates.FACTS, connection, next(left, 1))

    return client_for(connection, mode=connection.mode, admit=admit)


def _ask(client: ThreeCommas, fact: Fact) -> object:
    account = fact.account
    match Fact.Kind(fact.kind):
        case Fact.Kind.PAIRS:
            return client.pairs(account.market)
        case Fact.Kind.RATES:
            return client.rates(account.market, fact.pair)
        case Fact.Kind.LEVERAGE:
            return client.leverage(account.remote_id, fact.pair)


def _again(failed: Exception, tries: int) -> Combinable | None:
    """When to try again after so many tries; None after the last, and after a no."""
    if not isinstance(failed, BadAnswer) or isinstance(failed, Refused):
        return None
    if failed.reason == "config" or tries >= TRIES:
        return None
    return _in(RETRY_WAITS_S[tries - 1])


def _in(seconds: int) -> Combinable:
    return Now() + timedelta(seconds=seconds)


def _told(failed: BadAnswer | KeyUnusable) -> dict[str, object]:
    """A failure as rows keep it."""
    if isinstance(failed, KeyUnusable):
        return {"reason": "config", "status": None, "text": ""}
    return {"reason": failed.reason, "status": failed.status, "text": failed.text}


def _shut_out(failed: BadAnswer | KeyUnusable) -> None:
    """A refusal for the pace or a ban silences everything."""
    if isinstance(failed, BadAnswer):
        gates.shut(failed.reason, failed.retry_after_s)
        if failed.reason == "ban":
            raise_ban()


def _keep_skew(connection: Connection, client: ThreeCommas | None) -> None:
    if client:
        keep_skew(connection, client.skew_s)


def _keep_failure(
    connection: Connection, began: datetime, step: str, failed: BadAnswer | KeyUnusable
) -> None:
    log.info("connection %s, %s: %s", connection.pk, step, failed)
    told = _told(failed)
    with transaction.atomic():
        if not _keep_test(connection, began, {"step": step, **told}):
            return
        if step == ACCOUNTS:
            keep_yes(connection, VALIDATE)
        if told["reason"] == "key":
            keep_no(connection, TEST, failed.status, failed.text)


def _keep_accounts(
    connection: Connection, began: datetime, listed: list[ListedAccount]
) -> list[Account]:
    """The complete list: what it lacks is gone, until another one has it again."""
    own = Account.objects.filter(connection=connection)
    with transaction.atomic():
        # Before the connection itself, as whoever deletes one does.
        list(own.order_by("pk").select_for_update(no_key=True))
        if _keep_test(connection, began, {}):
            keep_yes(connection, TEST)
            rows = {account.remote_id: account for account in listed}
            gone = own.filter(gone_at=None).exclude(remote_id__in=list(rows))
            gone.update(gone_at=Now())
            _write(connection, rows.values())
    return list(own.filter(gone_at=None))


def _keep_test(
    connection: Connection, began: datetime, failure: dict[str, object]
) -> bool:
    """Unless a later test has ended, or the key is another one by now."""
    overtaken = Q(tested_at__gt=began)
    row = Connection.objects.filter(
        pk=connection.pk, sealed_secret=connection.sealed_secret, deleted_at=None
    )
    return row.exclude(overtaken).update(tested_at=Now(), test_failure=failure) == 1


def _write(connection: Connection, listed: Iterable[ListedAccount]) -> None:
    now = timezone.now()
    Account.objects.bulk_create(
        [
            Account(connection=connection, fetched_at=now, **vars(account))
            for account in listed
        ],
        update_conflicts=True,
        unique_fields=["connection", "remote_id"],
        update_fields=["name", "market", "flags", "fetched_at", "gone_at"],
    )
