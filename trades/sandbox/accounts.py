"""The accounts as the API lists them."""

from __future__ import annotations

from decimal import Decimal

from trades.sandbox import market
from trades.sandbox.calls import Answer, Call, answer, not_found
from trades.sandbox.listing import paged
from trades.sandbox.markets import MARKETS
from trades.sandbox.moods import ACCOUNTS, Account, Mood

_SINCE = "2025-01-01T00:00:00.000Z"


def listed(call: Call) -> Answer:
    """Own accounts of the mode that is asked for; the other mode's are not there."""
    mine = [
        account
        for account in ACCOUNTS.values()
        if account.owner == call.owner and account.mode == call.mode
    ]
    page = paged(mine, call.query, per_page=100)
    return answer(200, [_account(account) for account in page])


def one(call: Call) -> Answer:
    return answer(200, _account(_own(call)) | {"auto_balance_portfolio": None})


def leverage_data(call: Call) -> Answer:
    exchange = MARKETS[_own(call).market]
    pair = exchange.pair(market.asked(call, "pair"))
    return answer(200, market.leverage_data(pair))


def _own(call: Call) -> Account:
    account = ACCOUNTS.get(call.number)
    if account is None or account.owner != call.owner:
        raise not_found()
    return account


def _account(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "auto_balance_period": 12,
        "auto_balance_portfolio_id": None,
        "auto_balance_currency_change_limit": None,
        "autobalance_enabled": False,
        **_abilities(account),
        "created_at": _SINCE,
        "updated_at": _SINCE,
        "last_auto_balance": None,
        "market_icon": "https://exchange.invalid/icon.png",
        "include_in_summary": True,
        "available_include_in_summary": True,
        "name": account.name,
        "auto_balance_method": None,
        "auto_balance_error": None,
        "customer_id": None,
        "subaccount_name": None,
        **_amounts(),
        "pretty_display_type": MARKETS[account.market].display_type,
        "exchange_name": MARKETS[account.market].name,
        "market_code": account.market,
        **account.shows,
    }


def _abilities(account: Account) -> dict[str, object]:
    locked = account.mood is Mood.LOCKED
    smart = account.mood is not Mood.NO_SMART_TRADE
    futures = MARKETS[account.market].is_futures
    return {
        "hedge_mode_available": futures,
        "hedge_mode_enabled": False,
        "is_locked": locked,
        "lock_reason": "The exchange no longer accepts the key." if locked else None,
        "api_key_invalid": locked,
        "api_keys_state": "expired" if locked else "ok",
        "smart_trading_supported": smart,
        "smart_selling_supported": smart,
        "available_for_trading": {},
        "stats_supported": True,
        "trading_supported": True,
        "market_buy_supported": account.mood is not Mood.NO_MARKET_BUY,
        "market_sell_supported": True,
        "conditional_buy_supported": True,
        "bots_allowed": True,
        "bots_ttp_allowed": True,
        "bots_tsl_allowed": True,
        "gordon_bots_available": True,
        "multi_bots_allowed": True,
        "grid_bots_allowed": True,
        "fast_convert_available": False,
        "deposit_enabled": False,
        "supported_market_types": ["futures" if futures else "spot"],
    }


def _amounts() -> dict[str, object]:
    usd = {"currency": "USD", "amount": "100000.0"}
    none = {"currency": "USD", "amount": "0.0"}
    return {
        "primary_display_currency_profit_percentage": none,
        "primary_display_currency_profit": none,
        "day_profit_primary_display_currency_percentage": none,
        "day_profit_primary_display_currency": none,
        "primary_display_currency_amount": usd,
        # A number here, and only here, at 3Commas too.
        "total_primary_display_currency_profit": usd | {"amount": Decimal("0.0")},
        "day_profit_btc": "0.0",
        "day_profit_usd": "0.0",
        "day_profit_btc_percentage": "0.0",
        "day_profit_usd_percentage": "0.0",
        "btc_amount": "1.5",
        "usd_amount": "100000.0",
        "btc_profit": "0.0",
        "usd_profit": "0.0",
        "usd_profit_percentage": "0.0",
        "btc_profit_percentage": "0.0",
        "total_btc_profit": "0.0",
        "total_usd_profit": "0.0",
    }
