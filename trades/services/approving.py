"""Approval of one order by somebody else, for the web: ask for it, and decide.

Bound to the exact bytes and the way that the review page showed; void as soon as
anything is different. Each act is an event of the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Now

from trades.domain import words
from trades.domain.measures import Measures, measure
from trades.models import Account, Approval, Draft, Event, Submission
from trades.services import caps
from trades.services.drafts import Examined, examine, locked
from trades.services.freezing import (
    Shown,
    StaleReview,
    body_of,
    digest,
    ensure_unchanged,
    read_stamp,
    way_of,
)

# A request may be decided so long; an approval holds so long after the decision.
DECIDE_WITHIN = timedelta(hours=24)
APPROVED_FOR = timedelta(minutes=30)

_IN_TIME = Q(valid_until__gt=Now())
_USED = Exists(Submission.objects.filter(token=OuterRef("token")))
_SAME_VERSION = Q(version=F("draft__version"))


class Stands(Enum):
    """How it stands with the approval of an order that a review page shows."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    OVER = "over"  # it ran out
    VOID = "void"  # something is different since


@dataclass(frozen=True)
class Standing:
    approval: Approval
    stands: Stands


def token_for(draft: Draft, examined: Examined) -> str:
    """That of the approval that was asked of just this order; "" where none was.

    Raises ``TicketDenied`` where the ticket has errors.
    """
    latest = _latest(draft)
    if latest is None or latest.is_over or latest.approved is False:
        return ""
    is_same = (
        latest.version == draft.version
        and latest.way == way_of(examined)
        and latest.body == body_of(examined, latest.token)
    )
    return latest.token if is_same else ""


def standing(draft: Draft, token: str) -> Standing | None:
    """Of the latest approval that was asked for; ``token`` is the review page's.

    None where there was none, or an order was confirmed with it.
    """
    latest = _latest(draft)
    if latest is None:
        return None
    return Standing(latest, _stands(latest, token))


def ask(draft: Draft, *, by, stamp: str) -> Approval | None:
    """Ask somebody else to agree to what the review page showed.

    Asking twice with one page gives the same request; a new one takes the place of
    those of the draft that are still open. None where none is needed. Raises
    ``StaleReview``, ``TicketDenied`` or ``DraftChanged``.
    """
    shown = read_stamp(draft, stamp)
    with transaction.atomic(durable=True):
        stored = locked(draft)
        if asked := Approval.objects.filter(token=shown.token).first():
            return asked
        either = Q(holds_draft=stored) | Q(token=shown.token)
        if Submission.objects.filter(either).exists():
            raise StaleReview
        examined = examine(stored.typed, owner=stored.owner)
        ensure_unchanged(stored, examined, shown)
        measures = measure(examined.ticket, examined.facts)
        if not caps.needs_approval(measures, cast("Account", examined.account)):
            return None
        open_ones = Approval.objects.filter(_IN_TIME, draft=stored, approved=None)
        open_ones.update(valid_until=Now())
        return _asked(stored, examined, shown, measures, by)


def open_requests() -> QuerySet[Approval]:
    """Those that somebody may decide, the oldest first."""
    rows = Approval.objects.filter(_IN_TIME, _SAME_VERSION, ~_USED, approved=None)
    return rows.select_related("account__connection", "asked_by", "draft__owner")


def open_requests_for(user) -> QuerySet[Approval]:
    """Those of others, in which the user has a say."""
    own = Q(asked_by=user) | Q(draft__owner=user)
    return open_requests().exclude(own)


def may_decide(approval: Approval, user) -> bool:
    """Whoever asked, or whose order it is, has no say."""
    return user.pk not in (approval.asked_by_id, approval.draft.owner_id)


def approve(approval: Approval, *, by) -> bool:
    """False where it was decided already, ran out or has been changed since."""
    until = Now() + APPROVED_FOR
    return _decide(approval, by, "order approved", approved=True, valid_until=until)


def refuse(approval: Approval, *, by, why: str) -> bool:
    """Likewise; the trader reads why."""
    return _decide(approval, by, "approval refused", approved=False, why=why)


def ensure_may_decide(approval: Approval, user) -> None:
    if not may_decide(approval, user):
        raise PermissionDenied(
            "You asked for this approval, or the order is yours. Somebody else decides."
        )


def _decide(approval: Approval, by, what: str, **decision: object) -> bool:
    ensure_may_decide(approval, by)
    undecided = Approval.objects.filter(
        _IN_TIME, _SAME_VERSION, ~_USED, pk=approval.pk, approved=None
    )
    # The condition on its own row stands in the UPDATE itself.
    rows = Approval.objects.filter(pk__in=undecided.values("pk"), approved=None)
    with transaction.atomic(durable=True):
        if not rows.update(decided_by=by, decided_at=Now(), **decision):
            return False
        _tell(what, approval, by, why=str(decision.get("why", "")))
    return True


def _asked(
    draft: Draft, examined: Examined, shown: Shown, measures: Measures, by
) -> Approval:
    approval = Approval.objects.create(
        draft=draft,
        version=draft.version,
        account=cast("Account", examined.account),
        body=shown.body,
        sha256=digest(shown.body),
        token=shown.token,
        way=shown.way,
        sentence=words.sentence(examined.ticket),
        ladder=shown.ladder,
        warnings=[_warned(finding) for finding in examined.warnings],
        quote=measures.quote,
        value=measures.value,
        asked_by=by,
        valid_until=Now() + DECIDE_WITHIN,
    )
    _tell("approval asked for", approval, by)
    return approval


def _warned(finding) -> dict[str, str]:
    label = words.label(finding.path)
    return {"label": label, "text": finding.message, "rule": finding.rule}


def _tell(what: str, approval: Approval, by, *, why: str = "") -> None:
    Event.append(
        None,
        by=by.get_username(),
        new=what,
        draft=str(approval.draft.public_id),
        draft_version=approval.version,
        sha256=approval.sha256,
        why=why,
    )


def _latest(draft: Draft) -> Approval | None:
    is_over = ExpressionWrapper(~_IN_TIME, output_field=BooleanField())
    rows = Approval.objects.filter(draft=draft).select_related("decided_by")
    latest = rows.annotate(is_over=is_over, is_used=_USED).order_by("-pk").first()
    return None if latest is None or latest.is_used else latest


def _stands(latest: Approval, token: str) -> Stands:
    if latest.approved is False:
        return Stands.REFUSED
    if latest.is_over:
        return Stands.OVER
    if latest.token != token:
        return Stands.VOID
    return Stands.APPROVED if latest.approved else Stands.OPEN
