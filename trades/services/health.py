"""How a connection's key fares, in words, for its page and for the lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone

from trades.domain import diagnosis
from trades.domain.diagnosis import ALL_WELL, Diagnosis, diagnose
from trades.domain.lifecycle import State
from trades.models import (
    Account,
    Connection,
    Look,
    Submission,
    visible_accounts,
)
from trades.services import gates
from trades.services.facts import FORGOTTEN_S
from trades.services.gates import Budget
from trades.services.history import visible
from trades.services.telling import age

SKEW_FINE_S = 5
_NOT_YET = "not known yet"
# As ``recording.keep_no`` writes it: what was refused, the status, the words.
_REFUSAL = re.compile(r"(?:(\w+): )?(?:(\d{3})(?: |$))?(.*)", re.DOTALL)
GOOD, BAD, DOUBTFUL, CALM = "good", "bad", "doubtful", "calm"


@dataclass(frozen=True)
class Permission:
    """Whether the key has it, as far as that showed."""

    name: str
    told: str
    kind: str


@dataclass(frozen=True)
class Health:
    """A connection's key as it stands now."""

    connection: Connection
    now: datetime

    @property
    def is_testing(self) -> bool:
        """Whether a test is on its way that a page might wait for."""
        wanted = self.connection.test_wanted_at
        return wanted is not None and wanted > self.now - _seconds(FORGOTTEN_S)

    @property
    def is_forgotten(self) -> bool:
        """Whether nobody ran the test that was asked for."""
        return self.connection.test_wanted_at is not None and not self.is_testing

    @cached_property
    def test(self) -> Diagnosis | None:
        """What the latest test showed; None where there was none."""
        if self.connection.tested_at is None:
            return None
        failed = self.connection.test_failure
        if not failed:
            return ALL_WELL
        return diagnose(
            str(failed.get("step")),
            str(failed.get("reason")),
            failed.get("status"),
            visible(str(failed.get("text") or "")),
        )

    @cached_property
    def refusal(self) -> Diagnosis | None:
        """The latest no to the key itself that no yes has followed."""
        if self.connection.refused_at is None:
            return None
        what, status, said = self._refused
        step = diagnosis.ORDER if what == "order" else diagnosis.VALIDATE
        return diagnose(step, "key", int(status) if status else None, visible(said))

    @property
    def _refused(self) -> tuple[str | None, str | None, str]:
        """What was refused, with which status, in which words."""
        return _REFUSAL.fullmatch(self.connection.refusal).groups()

    @property
    def is_refusal_news(self) -> bool:
        """Whether it says something else than the latest test."""
        said = self.refusal and self.refusal.heading
        return bool(said) and not (self.test and self.test.heading == said)

    @property
    def short(self) -> str:
        """In a few words."""
        if self.connection.disabled_at:
            return "Disabled"
        if self.is_testing:
            return "Testing …"
        if self.test is None:
            return "Not tested yet"
        if self.test.is_good and self.refusal:
            return "Refused lately"
        return self.test.heading

    @property
    def kind(self) -> str:
        """The tone of that: good, bad, doubtful or calm."""
        if self.connection.disabled_at or self.is_testing or self.test is None:
            return CALM
        if not self.test.is_good:
            return BAD
        return DOUBTFUL if self.refusal else GOOD

    @property
    def clock(self) -> str:
        """How far the clocks differ, in words."""
        skew_s = self.connection.skew_s
        if skew_s is None:
            return _NOT_YET
        if skew_s <= SKEW_FINE_S:
            return f"right, to {SKEW_FINE_S} seconds"
        return (
            f"{skew_s} seconds away from 3Commas' clock. Set the clock of this server; "
            "a lost order is looked for by its time."
        )

    @property
    def is_clock_off(self) -> bool:
        return (self.connection.skew_s or 0) > SKEW_FINE_S

    @property
    def budget(self) -> Budget:
        return gates.budget(self.connection)

    @property
    def permissions(self) -> list[Permission]:
        return [self._accounts(), self._read(), self._write()]

    @property
    def mark(self) -> str:
        """Changes with what the page shows of a test."""
        c = self.connection
        told = (self.is_testing, c.test_tries, c.tested_at, c.refused_at, c.disabled_at)
        return " ".join(map(str, told))

    def _accounts(self) -> Permission:
        name, failed = "Read accounts", self.connection.test_failure
        if self.test is None:
            return Permission(name, _NOT_YET, CALM)
        tested = self._ago(self.connection.tested_at)
        if self.test.is_good:
            return Permission(name, f"yes, {tested}", GOOD)
        if (failed.get("step"), failed.get("reason")) == (diagnosis.ACCOUNTS, "key"):
            return Permission(name, f"refused {tested}", BAD)
        return Permission(name, "the latest test did not show it", DOUBTFUL)

    def _read(self) -> Permission:
        name = "Read SmartTrades"
        looks = Look.objects.filter(
            submission__account__connection=self.connection, clean=True
        )
        latest = looks.order_by("-at").values_list("at", flat=True).first()
        if self.connection.refused_at and self._refused[0] == "look":
            refused = self._ago(self.connection.refused_at)
            return Permission(name, f"refused {refused}", BAD)
        if latest is None:
            return Permission(name, "not shown yet; a look shows it", CALM)
        return Permission(name, f"yes, {self._ago(latest)}", GOOD)

    def _write(self) -> Permission:
        name = "Make SmartTrades"
        made = self._latest_order(state=State.ACCEPTED.value)
        refused = self._latest_order(state=State.REJECTED.value, reason="key")
        if refused and (made is None or made < refused):
            return Permission(name, f"refused {self._ago(refused)}", BAD)
        if made is None:
            told = "only an order can show it: 3Commas has no other way to ask"
            return Permission(name, told, CALM)
        return Permission(name, f"yes, {self._ago(made)}", GOOD)

    def _latest_order(self, **fields: str) -> datetime | None:
        """When 3Commas last answered an order in this way."""
        own = Submission.objects.filter(
            account__connection=self.connection, ended_at__isnull=False, **fields
        )
        return own.order_by("-ended_at").values_list("ended_at", flat=True).first()

    def _ago(self, moment: datetime) -> str:
        return ago(moment, self.now)


@dataclass(frozen=True)
class Line:
    """An account in a list: on the page of its connection, or among granted ones."""

    account: Account
    fetched: str
    granted_to: list[str]

    @property
    def name(self) -> str:
        return visible(str(self.account))

    @property
    def market(self) -> str:
        return visible(self.account.market)

    @property
    def obstacle(self) -> str:
        return self.account.obstacle

    @property
    def trouble(self) -> str:
        return visible(self.account.trouble)

    @property
    def market_types(self) -> str:
        types = self.account.flags.get("supported_market_types")
        listed = ", ".join(map(str, types)) if isinstance(types, list) else "not known"
        return visible(listed)

    @property
    def hedge_mode(self) -> str:
        if self.account.flags.get("hedge_mode_available") is not True:
            return "–"
        return "on" if self.account.flags.get("hedge_mode_enabled") is True else "off"


def of(connection: Connection) -> Health:
    return Health(connection, timezone.now())


def accounts(connection: Connection) -> list[Line]:
    """All that were ever listed for the key; those that can be used come first."""
    rows = Account.objects.filter(connection=connection).select_related(
        "connection__owner"
    )
    return _lines(rows.prefetch_related("grant_set__trader"))


def granted(user) -> list[Line]:
    """What others' connections reach and this user may use. To whom else, is no
    business of theirs."""
    return _lines(visible_accounts(user).exclude(connection__owner=user), told=False)


def _lines(rows: Iterable[Account], *, told: bool = True) -> list[Line]:
    now = timezone.now()
    return [
        Line(account, ago(account.fetched_at, now), _users(account) if told else [])
        for account in sorted(rows, key=lambda a: (bool(a.obstacle), a.remote_id))
    ]


def _users(account: Account) -> list[str]:
    return sorted(grant.trader.get_username() for grant in account.grant_set.all())


def ago(moment: datetime, now: datetime) -> str:
    """How long ago that was, roughly."""
    return f"{age(max(0, (now - moment) // _seconds(1)))} ago"


def _seconds(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)
