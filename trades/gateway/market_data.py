"""Reads accounts, pairs, rates and leverage into values that a database can keep.

Nothing is lost and nothing is believed: numbers with decimals become text digit for
digit, keys that nobody knows stay, and what is no number is left for the rules to see.
Everything here raises ``ValueError`` for what has another shape.

Source: 3Commas API, "Account info", "All market pairs", "Currency rates and limits"
and "Leverage data".
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from trades.domain.classification import is_id
from trades.gateway.answers import printable, without_twins

PAIRS_MOST, PAIR_MAX = 20_000, 100
# Of an account's flags that are text, and how long each may be.
_TEXTS = {
    "api_keys_state": 60,
    "lock_reason": 300,
    "exchange_name": 200,
    "pretty_display_type": 200,
}
_NAME_MAX, _MARKET_MAX, _MARKET_TYPES_MOST = 200, 60, 20
# Longer whole numbers stay text: int() refuses thousands of digits.
_DIGITS_MAX = 60
_DEPTH_MAX = 30  # a database refuses much deeper ones


@dataclass(frozen=True)
class ListedAccount:
    """An account as the list has it; ``flags`` as in ``models.Account``."""

    remote_id: int
    name: str
    market: str
    flags: dict[str, object]


def lenient_json(raw: bytes) -> object:
    """JSON whose decimals are text as they stand there, and so are Infinity and NaN.

    A key that stands twice in one object still makes all of it unreadable.
    """
    try:
        return json.loads(
            raw.decode(),
            parse_float=str,
            parse_int=_whole,
            parse_constant=str,
            object_pairs_hook=without_twins,
        )
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def accounts(found: object) -> list[dict]:
    """The entities of a list, each with a number that it can be called by."""
    entities = _objects(found)
    if not all(is_id(entity.get("id")) for entity in entities):
        raise ValueError("an account without a number")
    return entities


def account(entity: dict) -> ListedAccount:
    """What is kept of an account: no hint of its key at the exchange, no balance."""
    market = entity.get("market_code")
    return ListedAccount(
        remote_id=entity["id"],
        name=_text(entity.get("name"), _NAME_MAX),
        market=_text(market, _MARKET_MAX),
        flags=_flags(entity),
    )


def pairs(found: object) -> list[str]:
    """The names, but for those that no pair can have."""
    if not isinstance(found, list) or len(found) > PAIRS_MOST:
        raise ValueError("no list of pairs")
    if not all(isinstance(name, str) for name in found):
        raise ValueError("a pair that is no text")
    return [n for n in found if 0 < len(n) <= PAIR_MAX and n == printable(n, PAIR_MAX)]


def rates(found: object) -> dict[str, object]:
    """Prices and limits; an object that speaks of an error holds none."""
    if not isinstance(found, dict) or "error" in found:
        raise ValueError("no rates")
    return _kept(found)


def leverage(found: object) -> list[dict]:
    """What the pair offers, one entry for each margin type."""
    return _kept(_objects(found))


def _objects(found: object) -> list[dict]:
    if not isinstance(found, list) or not all(isinstance(e, dict) for e in found):
        raise ValueError("no list of objects")
    return found


def _kept(value: object, depth: int = 0) -> object:
    """The same with texts and keys that any database takes."""
    if depth > _DEPTH_MAX:
        raise ValueError("nested too deeply")
    match value:
        case str():
            return printable(value, len(value))
        case list():
            return [_kept(item, depth + 1) for item in value]
        case dict():
            pairs = [(_kept(k), _kept(v, depth + 1)) for k, v in value.items()]
            return without_twins(pairs)
    return value


def _flags(entity: dict) -> dict[str, object]:
    flags = {_kept(k): v for k, v in entity.items() if isinstance(v, bool)}
    for name, most in _TEXTS.items():
        if isinstance(said := entity.get(name), str):
            flags[name] = printable(said, most)
    if isinstance(types := entity.get("supported_market_types"), list):
        flags["supported_market_types"] = [
            printable(t, 60) for t in types[:_MARKET_TYPES_MOST] if isinstance(t, str)
        ]
    return flags


def _text(value: object, most: int) -> str:
    """Text for people or for a query; null and groups have none."""
    said = str(value) if isinstance(value, str | int) else ""
    return printable(said, most)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS_MAX else digits
