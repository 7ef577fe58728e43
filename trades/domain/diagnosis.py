"""What the test of an API key, or a refusal of it, means, and what to do about it.

Source: 3Commas API, "Errors", "Rate limits" and "Signed requests".
"""

from __future__ import annotations

from dataclasses import dataclass

VALIDATE, ACCOUNTS, ORDER = "validate", "accounts", "order"


@dataclass(frozen=True)
class Diagnosis:
    """``said`` is what 3Commas said itself, if anything."""

    heading: str
    advice: str
    said: str = ""
    is_good: bool = False


ALL_WELL = Diagnosis(
    "The key works",
    "3Commas knows it, accepts its signature and lists its accounts.",
    is_good=True,
)

_GONE = (
    "3Commas does not know this API key",
    "It is mistyped, expired, or was deleted there. Look it up at 3Commas, under API; "
    "then replace the key here, or make a new one.",
)
_SIGNATURE = (
    "The signature is wrong",
    "3Commas knows the key, but what it was signed with is not its secret. Replace "
    "the key and enter the secret again; make sure that HMAC and RSA are not mixed up.",
)
_BODY = (
    "3Commas refused the signature of an order",
    "Where the test of this key works, the key is fine, and the order's text was "
    "joined in another way than 3Commas expects. Switch what stands between path and "
    "body, and try again.",
)
_ADDRESS = (
    "This server's address is not allowed",
    "Add the public IP address of this server to the key's list at 3Commas, or take "
    "the list away there.",
)
_NOT_OWNED = (
    "The account belongs to somebody else",
    "3Commas says that this key's user does not own the account. Test the key, so "
    "that its accounts are fetched again.",
)
_UNAVAILABLE = (
    "Not available for this account",
    "3Commas does not offer this with the account. Choose another one.",
)
_PERMISSION = (
    "The key lacks a permission",
    "Tick ACCOUNTS_READ, SMART_TRADES_READ and SMART_TRADES_WRITE for this key at "
    "3Commas; then test it again.",
)
_PLAN = (
    "The subscription plan does not include this",
    "No waiting helps: at 3Commas, the plan of this user has to be a larger one.",
)
_MODE = (
    "3Commas does not take the mode",
    "It knows real and paper. This is a fault of this program: tell your "
    "administrator.",
)
_REFUSED = (
    "3Commas refuses the key",
    "It does not say why in a way that is known here. Test again; if that does not "
    "help, make a new key there and replace this one.",
)
_RATE = (
    "3Commas had too many requests",
    "Nothing is wrong with the key. Everything waits for some minutes; test it again "
    "afterwards.",
)
_BAN = (
    "3Commas has shut out this server's address",
    "Nothing is wrong with the key. An administrator has to open the gate once the "
    "ban is over.",
)
_DOWN = (
    "3Commas could not answer",
    "It has trouble of its own, and nothing is known of the key. Test again in some "
    "minutes.",
)
_UNCLEAR = (
    "3Commas answered something else than expected",
    "Nothing is known of the key. Test again in some minutes; if it stays like this, "
    "tell your administrator.",
)
_NETWORK = (
    "3Commas could not be reached",
    "Nothing is known of the key. The network of this server may be down, or 3Commas; "
    "test again in some minutes.",
)
_TLS = (
    "The other end could not prove that it is 3Commas",
    "Nothing was sent to it. Tell your administrator before you try again.",
)
_CONFIG = (
    "The stored secret can't be opened",
    "The key that seals secrets is missing on this server, or was exchanged. Tell "
    "your administrator, or replace the key and enter its secret again.",
)

# By what 3Commas says, in lower case; the first that is found counts.
_BY_TEXT = (
    ("signature", _SIGNATURE),
    ("ip address", _ADDRESS),
    ("permission", _PERMISSION),
    ("not authorized for this action", _PERMISSION),
    ("not owned", _NOT_OWNED),
    ("unavailable for this account", _UNAVAILABLE),
    ("forced mode", _MODE),
    ("forced_mode", _MODE),
    ("expired api key", _GONE),
    ("api_key_invalid", _GONE),
)
_BY_REASON = {
    "network": _NETWORK,
    "tls": _TLS,
    "config": _CONFIG,
    "broken": _NETWORK,
    "plan": _PLAN,
    "rate": _RATE,
    "ban": _BAN,
}


def diagnose(step: str, reason: str, status: int | None, text: str) -> Diagnosis:
    """What came of a step: validate, accounts, or an order that was refused.

    ``reason``, ``status`` and ``text`` are those of the failed request. The status
    counts first: what 3Commas says is only believed to be about the key in a refusal.
    """
    return Diagnosis(*_meaning(step, reason, status, text.lower()), said=text)


def _meaning(step: str, reason: str, status: int | None, text: str) -> tuple[str, str]:
    if reason in _BY_REASON:
        return _BY_REASON[reason]
    if status is not None and status >= 500:
        return _DOWN
    if reason not in ("key", "refused"):
        return _UNCLEAR
    found = next((told for words, told in _BY_TEXT if words in text), _REFUSED)
    return _BODY if found is _SIGNATURE and step == ORDER else found
