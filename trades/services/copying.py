"""New drafts out of pasted JSON and of what was sent; and drafts as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from trades.domain import payload
from trades.domain.findings import WARNING, Finding
from trades.domain.importing import Imported, imported, without_reference
from trades.domain.numbers import Unreadable, read_number
from trades.domain.reading import as_sent
from trades.domain.strict_json import NotReadable, load
from trades.models import Account, Draft, Submission, usable_accounts, visible_accounts
from trades.services import drafts
from trades.services.history import visible

DEPTH_MAX = 10

_NO_OBJECT = "it must be one object, as POST /v2/smart_trades takes it"
_NO_ACCOUNT = "Account {number} is not one of yours; choose one."
_REFUSED = "3Commas refused this: “{text}”."


@dataclass(frozen=True)
class Copy:
    """A new draft, and a sentence for each thing that it could not take over."""

    draft: Draft
    left_out: list[str]


def paste(text: str, *, owner) -> Copy:
    """A draft from the API's JSON. Raises ``NotReadable``."""
    trade = load(text)
    if not isinstance(trade, Mapping):
        raise NotReadable(_NO_OBJECT)
    if _depth(trade) > DEPTH_MAX:
        raise NotReadable("it is nested too deeply")
    found = imported(trade)
    typed, left_out = dict(found.typed), list(found.left_out)
    if "note" in typed:
        typed["note"] = without_reference(typed["note"])
    account = _account(found, owner)
    if account:
        typed["account_id"] = str(account.public_id)
    elif found.account:
        left_out.append(_NO_ACCOUNT.format(number=visible(found.account[:20])))
    return Copy(drafts.create(owner=owner, typed=typed), left_out)


def again(submission: Submission, *, by) -> Draft:
    """A draft that asks for what was sent, whatever its own draft says by now."""
    return drafts.create(owner=by, typed=sent(submission))


def mend(submission: Submission, *, by) -> Draft:
    """The open draft in which a refused submission is put right; made once."""
    with transaction.atomic():
        Submission.objects.select_for_update().get(pk=submission.pk)  # two clicks
        begun = submission.followers.filter(owner=by, submission=None).first()
        if begun:
            return begun
        return drafts.create(owner=by, typed=sent(submission), follows=submission)


def sent(submission: Submission) -> dict[str, str]:
    """What was sent as it would be typed, without the reference."""
    typed = dict(imported(payload.decode(submission.body)).typed)
    typed["account_id"] = str(submission.account.public_id)
    note = payload.without_token(typed.pop("note", ""), submission.token)
    if note:
        typed["note"] = note
    return typed


def refusals(draft: Draft) -> list[Finding]:
    """What 3Commas said of the submission that it follows, where it still applies.

    Of a field that was changed since, nothing is said any more.
    """
    if draft.follows is None:
        return []
    refused = sent(draft.follows)
    said = draft.follows.vendor_errors or {"": [draft.follows.vendor_text or "no"]}
    return [
        Finding(path or "$", "", WARNING, _REFUSED.format(text=visible(str(text))))
        for path, texts in sorted(said.items())
        for text in texts
        if _is_same(draft.typed.get(path, ""), refused.get(path, ""))
    ]


def exported(draft: Draft) -> str:
    """The canonical body of a draft without errors; of any other what was typed, in
    the API's shape."""
    examined = drafts.examine(draft.typed, owner=draft.owner)
    if not examined.errors:
        return payload.encode(payload.body(examined.ticket, examined.facts))
    number = str(examined.account.remote_id) if examined.account else ""
    trade = as_sent({**draft.typed, "account_id": number})
    return payload.encode(trade)


def _account(found: Imported, owner) -> Account | None:
    """The one with that number: best one that orders may go to."""
    if not (found.account.isascii() and found.account.isdigit()):
        return None
    number = found.account.lstrip("0")
    if not number or len(number) > 10:
        return None
    for accounts in (usable_accounts(owner), visible_accounts(owner)):
        if account := _first(accounts, int(number)):
            return account
    return None


def _first(accounts: QuerySet[Account], number: int) -> Account | None:
    return accounts.filter(remote_id=number).order_by("pk").first()


def _depth(value: object) -> int:
    """How deeply objects and lists lie in each other, without recursion."""
    depth, level = 0, [value]
    while level := [v for v in level if isinstance(v, Mapping | list)]:
        depth += 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
    return depth


def _is_same(typed: str, refused: str) -> bool:
    try:
        return read_number(typed) == read_number(refused)
    except Unreadable:
        return typed.strip() == refused.strip()
