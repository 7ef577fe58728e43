"""What is known of a market, beside the form: the strip below the pair, and its pairs.

Nobody is asked here. Each page leaves a wish, and says what there is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from trades.forms import TicketForm, hints, pairs
from trades.forms.accounts import Offer
from trades.forms.pairs import Found
from trades.forms.posting import keepable
from trades.models import Account, visible_accounts
from trades.services import facts
from trades.services.briefing import Briefing
from trades.services.facts import Known
from trades.services.history import visible
from trades.views.doors import passive, posted_by_traders


@passive
@posted_by_traders
@never_cache
def market(request: HttpRequest) -> HttpResponse:
    """The strip for an account and a pair."""
    account, pair = _asked(request)
    known = wish(account, pair, at_once="refresh" in request.POST)
    return render(request, "trades/_market.html", context(known))


@posted_by_traders
@never_cache
def found(request: HttpRequest) -> HttpResponse:
    """The pairs of the account's market that fit a text."""
    account, text = _asked(request)
    known = wish(account, "")
    more = {"found": find(known, text), "pending": known.is_pending}
    return render(request, "trades/_pairs.html", more)


def wish(account: Account | None, pair: str, *, at_once: bool = False) -> Known:
    """What is known; where orders may go there, with the wish to know more."""
    if account is None or account.obstacle:
        return facts.known(account, pair.strip())
    return facts.want(account, pair.strip(), at_once=at_once)


def wish_anew(user, typed: Mapping[str, str]) -> None:
    """Somebody asks for the newest prices of what was typed."""
    account = account_of(user, typed.get("account_id", ""))
    wish(account, typed.get("pair", ""), at_once=True)


def wished(user, form: TicketForm) -> Known:
    """What is known of the market that the form names, with the wish to know more."""
    account = account_of(user, form.data.get("account_id", ""))
    return wish(account, form.data.get("pair", ""))


def beside(form: TicketForm, known: Known) -> dict[str, object]:
    """What is known of the form's market, said at its inputs too."""
    if form.is_searched:
        form.found = find(known, form.data.get("pair", ""))
    told = context(known)
    form.hint(told["market"].units, told["market"].helps)
    return told


def context(known: Known) -> dict[str, object]:
    """What the strip is made of."""
    briefing = Briefing(known)
    told = hints.as_json(briefing.units, briefing.helps, briefing.trouble)
    return {"market": briefing, "told": told}


def find(known: Known, text: str) -> Found:
    if known.account is None:
        return pairs.NO_ACCOUNT
    return pairs.find(known.pairs, text)


def account_of(user, typed: str) -> Account | None:
    """The account of that public id, where this user may see one."""
    try:
        public_id = uuid.UUID(typed)
    except ValueError:
        return None
    return visible_accounts(user).filter(public_id=public_id).first()


def offers(user) -> list[Offer]:
    """Every account that the user may see, as the form offers it."""
    return [_offer(account) for account in visible_accounts(user)]


def _offer(account: Account) -> Offer:
    mode = account.connection.get_mode_display()
    name = visible(f"{account} · {account.market} · {mode}")
    return Offer(str(account.public_id), name, mode, account.obstacle)


def _asked(request: HttpRequest) -> tuple[Account | None, str]:
    """Account and pair of the post. Somebody else's account is as good as none."""
    typed = keepable(request.POST.get("account_id", ""))
    account = account_of(request.user, typed)
    if typed and account is None:
        raise Http404
    return account, keepable(request.POST.get("pair", ""))
