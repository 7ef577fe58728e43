"""What may keep a trader from confirming (T1), besides the rules, for the web."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.domain.measures import Measures
from trades.models import Account, Draft, Missing, Pause, Submission
from trades.services import caps
from trades.services.freezing import Shown, digest

PER_MINUTE = 20
# The first word of what is ticked about an order that asks for the same.
LOOK_ALIKE = "look-alike"
# A trade that was made stays one to be named for so long.
LOOK_ALIKE_S = 600
_MAY_EXIST = (State.QUEUED, State.CLAIMED, State.SENDING, State.UNKNOWN)


class SendingPaused(Exception):
    """An admin, or a restored database, keeps sending off. ``why`` says it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TooMany(Exception):
    """The trader confirmed too many orders within a minute; ``until`` ends that."""

    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


class CapReached(Exception):
    """The order would break a cap; ``why`` says which, and what to do."""

    def __init__(self, why: list[str]) -> None:
        super().__init__(" ".join(why))
        self.why = why


class ApprovalNeeded(Exception):
    """Somebody else has to agree to the order first, or to agree anew."""


def await_turn(trader) -> None:
    """Whoever confirms an order of this trader at the same time waits here.

    Only so do both count for the caps of the day; the account's row does it for its
    caps. In the open transaction, before what counts is read.
    """
    User.objects.select_for_update(no_key=True).get(pk=trader.pk)


def ensure_sending_is_on(trader, account: Account | None) -> None:
    if why := why_paused(trader, account):
        raise SendingPaused(why)


def why_paused(trader=None, account: Account | None = None) -> str:
    """Why nothing is sent of this trader's, with this account; "" while sending is on.

    Without them: why nothing is sent of anybody's.
    """
    stopped = Pause.concerning(account=account, trader=trader)
    if pause := stopped.select_related("connection", "account", "trader").first():
        scope = "" if pause.is_of_everything else f" for {pause.scope}"
        return f"An administrator has paused sending{scope}: {pause.why}"
    if Missing.objects.filter(looked_up_at=None).exists():
        return (
            "The database is older than what was sent. An administrator must look up "
            "the missing submissions first."
        )
    return ""


def ensure_within_caps(order: Measures, trader, account: Account) -> None:
    if why := caps.obstacles(order, trader=trader, account=account):
        raise CapReached(why)


def ensure_approved(
    order: Measures, account: Account, draft: Draft, shown: Shown
) -> None:
    """Raise ``ApprovalNeeded`` where it is, and nobody has approved what was shown."""
    if caps.needs_approval(order, account) and not caps.is_approved(
        draft_id=draft.pk, sha256=digest(shown.body), token=shown.token
    ):
        raise ApprovalNeeded


def ensure_not_too_many(trader) -> None:
    """Raise ``TooMany`` where this trader has confirmed enough for this minute."""
    minute = timedelta(minutes=1)
    recent = Submission.objects.filter(
        trader=trader, retry_of=None, confirmed_at__gt=Now() - minute
    )
    newest = recent.order_by("-confirmed_at").values_list("confirmed_at", flat=True)
    if len(times := newest[:PER_MINUTE]) == PER_MINUTE:
        raise TooMany(times[PER_MINUTE - 1] + minute)


def look_alikes(fingerprint: str) -> QuerySet[Submission]:
    """Orders of this installation that ask for the same, and may exist already.

    Same mode, account, pair, side and amount, from any draft: on their way or unknown,
    or made a short while ago.
    """
    recent = Now() - timedelta(seconds=LOOK_ALIKE_S)
    may_exist = Q(state__in=[s.value for s in _MAY_EXIST])
    just_made = Q(state=State.ACCEPTED.value, ended_at__gt=recent)
    return Submission.objects.filter(may_exist | just_made, fingerprint=fingerprint)
