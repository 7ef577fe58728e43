"""Answers about a market as they are kept, for tests to change a line of."""

from __future__ import annotations

import json
from pathlib import Path

PAIRS = ["USDT_BTC", "USDT_ETH", "USDT_BTCST", "BTC_ETH", "USDT_BTC_USDT"]
RATES = json.loads(
    (Path(__file__).parent / "data" / "samples" / "currency_rates.200.json").read_text()
)
LEVERAGE = [
    {"code": "none", "can_set_leverage_value": False, "valid": {}},
    {
        "code": "cross",
        "can_set_leverage_value": True,
        "valid": {"min": "1.0", "max": "125.0"},
    },
    {
        "code": "isolated",
        "can_set_leverage_value": True,
        "valid": {"min": "1.0", "max": None},
    },
]
