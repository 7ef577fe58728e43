"""Reads exceptions and bytes into what the table of ``domain.classification`` asks.

The same exception can mean "nothing left" and "nobody knows", so its name is only the
last thing that counts.

Source: 3Commas API, "Create SmartTrade" and "Errors".
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

import requests

from trades.domain.classification import Failure, Phase, of_answer, of_failure
from trades.domain.lifecycle import Outcome, State
from trades.domain.parameters import PARAMETERS, STEPS_MAX
from trades.domain.ticket import above, at_step

MOST_BYTES = 1024 * 1024  # of an answer to the POST; a longer one is not believed

# What the libraries raise where nothing left. What is not here is our own doing.
FAILURES = (
    (ssl.SSLCertVerificationError, Failure.TLS),  # untrusted, other host, expired
    (requests.ConnectionError, Failure.NETWORK),
    (requests.Timeout, Failure.NETWORK),
)


def broken_off(exc: Exception, *, left: bool) -> Outcome:
    """What an exchange without a complete answer came to.

    ``left``: the commit had been made, so bytes may have left.
    """
    phase = Phase.AFTER_C3 if left else Phase.BEFORE_C3
    return Outcome(*of_failure(failure(exc), phase))


def read_answer(status: int, raw: bytes, *, request_id: str = "") -> Outcome:
    """What a complete answer to the POST says."""
    answer = _json_object(raw)
    text = vendor_text(answer)
    state, reason = of_answer(status, answer, text)
    errors = answer.get("error_attributes") if state is State.REJECTED else None
    return Outcome(
        state,
        reason,
        status,
        text=text,
        errors=by_path(errors),
        remote_id=answer["id"] if state is State.ACCEPTED else None,
        answer=readable(raw),
        request_id=request_id,
    )


def failure(exc: Exception) -> Failure:
    """Of which kind an exception is, by itself and by what caused it."""
    causes = list(_causes(exc))
    for raised, kind in FAILURES:
        if any(isinstance(cause, raised) for cause in causes):
            return kind
    return Failure.CONFIG


def vendor_text(answer: dict) -> str:
    """Their words: ``error`` is a code at times, a sentence at others."""
    said = answer.get("error_description") or answer.get("error") or ""
    return printable(said, 1000) if isinstance(said, str) else ""


def exact_json(raw: bytes) -> object:
    """JSON in UTF-8 with decimals kept exact. ``ValueError`` for anything else.

    Twin keys, NaN, Infinity and absurd depth or length of a number count as anything
    else: of what can be read in two ways, none is believed.
    """
    try:
        return json.loads(
            raw.decode(),
            parse_float=Decimal,
            parse_constant=_refuse,
            object_pairs_hook=without_twins,
        )
    except (ArithmeticError, RecursionError) as exc:
        raise ValueError("beyond what can be read") from exc


def by_path(attributes: object) -> dict[str, list[str]]:
    """Their messages by our parameter paths; under "", with their key, what has none.

    >>> by_path({"take_profit[steps][0][price][type]": ["is missing"]})
    {'take_profit.steps.0.price.type': ['is missing']}
    """
    pairs = attributes.items() if isinstance(attributes, dict) else ()
    found: dict[str, list[str]] = {}
    for keys, said in islice(pairs, 50):
        messages = [printable(str(m), 300) for m in _as_list(said)]
        for key in islice(keys.split(","), 10):
            path = _path(key.strip())
            named = (
                messages if path else [f"{printable(key, 100)}: {m}" for m in messages]
            )
            found.setdefault(path, []).extend(named)
    return found


def readable(raw: bytes) -> str:
    """The answer for people: as received, as far as a database can keep it."""
    return raw[:MOST_BYTES].decode(errors="replace").replace("\0", "")


def printable(text: str, most: int) -> str:
    """Text that any database takes: no NUL, no half of a surrogate pair."""
    return text[:most].encode(errors="replace").decode().replace("\0", "")


def without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of these. ``ValueError`` where a key stands there twice."""
    answer = dict(pairs)
    if len(answer) != len(pairs):
        raise ValueError("a key stands there twice")
    return answer


def _json_object(raw: bytes) -> dict:
    """The answer, or an empty object where it is none."""
    try:
        answer = exact_json(raw) if len(raw) <= MOST_BYTES else None
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__


def _as_list(said: object) -> list[object]:
    return said[:20] if isinstance(said, list) else [said]


# Their names for what follows from the amount.
_AMOUNT = ("position.total", "total", "units_to_buy", "entered_amount")


def _all_paths() -> frozenset[str]:
    """Every parameter and, since 3Commas names those too, every group around one."""
    paths = set()
    for row in PARAMETERS:
        for number in range(STEPS_MAX):
            path = at_step(row.path, number)
            paths |= {path, *above(path)[1:]}
    return frozenset(paths)


_PATHS = _all_paths()


def _path(key: str) -> str:
    """Our path for one of their keys, in brackets or dots; "" for what is not ours."""
    path = re.sub(r"\[(\w+)\]", r".\1", key)
    if path in _AMOUNT:
        return "position.units.value"
    return path if path in _PATHS else ""
