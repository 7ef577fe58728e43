"""Named views of the history: filters that a reviewer keeps, and may share."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from trades.models import DefaultView, HistoryView


class NameTaken(Exception):
    """The reviewer has another view of that name."""


def visible_to(reviewer) -> QuerySet[HistoryView]:
    """The reviewer's own, and what others share."""
    theirs = Q(owner=reviewer) | Q(is_shared=True)
    return HistoryView.objects.filter(theirs).select_related("owner")


def default_of(reviewer) -> HistoryView | None:
    """What the history opens with; None as well once nobody shares it any more."""
    chosen = DefaultView.objects.filter(reviewer=reviewer).values("view")
    return visible_to(reviewer).filter(pk__in=chosen).first()


def keep(*, owner, name: str, filters: str, is_shared: bool) -> HistoryView:
    """Raises ``NameTaken``."""
    try:
        with transaction.atomic():
            return HistoryView.objects.create(
                owner=owner, name=name, filters=filters, is_shared=is_shared
            )
    except IntegrityError:
        raise NameTaken from None


def open_with(view: HistoryView | None, *, reviewer) -> None:
    """Make it the reviewer's default; None for the whole history."""
    if view is None:
        DefaultView.objects.filter(reviewer=reviewer).delete()
    else:
        given = {"view": view}
        DefaultView.objects.update_or_create(reviewer=reviewer, defaults=given)


def share(view: HistoryView, *, is_shared: bool) -> None:
    HistoryView.objects.filter(pk=view.pk).update(is_shared=is_shared)


def forget(view: HistoryView) -> None:
    view.delete()
