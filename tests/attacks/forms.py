"""What each page that takes a post is sent by its own form."""

from __future__ import annotations

from django.forms import BaseForm
from django.test import Client

from tests.attacks.house import House
from tests.web.pages import stamp_in, ticks_in
from trades.forms.names import data_of

Posted = dict[str, object]

# By the page's name: who posts, and what; what deletes comes last.
FORMS: dict[str, tuple[str, Posted]] = {
    "draft-new": ("trader", {}),
    "draft-edit": ("trader", {}),
    "draft-import": ("trader", {"trade": '{"pair": "USDT_BTC"}'}),
    "draft-clone": ("trader", {}),
    "draft-restore": ("trader", {}),
    "draft-ask": ("trader", {}),
    "draft-confirm": ("trader", {}),
    "preset-rename": ("trader", {"name": "Another"}),
    "preset-share": ("trader", {"shared": "true"}),
    "market": ("trader", {"pair": "USDT_BTC"}),
    "market-pairs": ("trader", {"pair": "BTC"}),
    "submission-cancel": ("trader", {}),
    "submission-check": ("trader", {}),
    "submission-pick": ("trader", {"trade": "7"}),
    "submission-dismiss": ("trader", {}),
    "submission-absent": ("trader", {"pair": "USDT_BTC"}),
    "submission-answer": ("trader", {"text": "It was me."}),
    "submission-clone": ("trader", {}),
    "submission-fix": ("trader", {}),
    "connection-new": (
        "trader",
        {
            "name": "Another",
            "mode": "sandbox",
            "scheme": "hmac",
            "api_key": "another-key",
            "secret": "another-secret",
        },
    ),
    "connection-key": ("trader", {"api_key": "another-key", "secret": "other"}),
    "connection-test": ("trader", {}),
    "connection-enable": ("trader", {}),
    "connection-rename": ("trader", {"name": "Renamed"}),
    "connection-joiner": ("trader", {"joiner": "?"}),
    "alarm-known": ("trader", {"back": "/trades/"}),
    "sending-pause": ("root", {"scope": "everything", "trader": "", "why": "tea"}),
    "sending-resume": ("root", {}),
    "sending-open": ("root", {}),
    "sending-verify": ("root", {}),
    "missing-found": ("root", {"found": "nothing"}),
    "history-view-keep": ("reviewer", {"name": "Other", "filters": "mode=sandbox"}),
    "history-view-share": ("reviewer", {"shared": "true"}),
    "history-view-default": ("reviewer", {"view": ""}),
    "desk-export": ("reviewer", {"format": "csv"}),
    "desk-remark": ("reviewer", {"verdict": "fine", "assigns": "", "text": "Good."}),
    "desk-cancel": ("root", {}),
    "desk-check": ("root", {}),
    "desk-pick": ("root", {"trade": "7"}),
    "desk-dismiss": ("root", {}),
    "desk-absent": ("root", {"pair": "USDT_BTC"}),
    "cap-set": (
        "root",
        {
            "kind": "approval",
            "scope": "everyone",
            "trader": "",
            "amount": "9",
            "currency": "USDT",
        },
    ),
    "approval-approve": ("root", {}),
    "approval-refuse": ("root", {"why": "too large"}),
    "preset-delete": ("trader", {}),
    "connection-delete": ("trader", {}),
    "history-view-delete": ("reviewer", {}),
    "cap-lift": ("root", {}),
    "connection-disable": ("trader", {}),
}


def posted(name: str, house: House, browser: Client) -> Posted:
    """What the page's form posts as it stands; a ticket and a review ask for more."""
    if name in ("draft-confirm", "draft-ask"):
        page = browser.get(house.url("draft-review"))
        return {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    if name not in ("draft-new", "draft-edit", "draft-restore"):
        return FORMS[name][1]
    house.draft.refresh_from_db()
    version = {"version": str(house.draft.version)}
    return data_of(house.draft.typed) | version if name != "draft-restore" else version


def all_forms() -> set[type[BaseForm]]:
    """Every form of ours, wherever it was made."""
    found, left = set(), [BaseForm]
    while left:
        left += (form := left.pop()).__subclasses__()
        if form.__module__.startswith("trades."):
            found.add(form)
    return found
