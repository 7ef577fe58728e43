"""A trader's connections, for the web: a key is sealed when it is saved.

Each change is an event of the audit log, in the same commit.
"""

from __future__ import annotations

import re
from base64 import b64decode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.gateway.signing import HmacSigner, RsaSigner, sendable
from trades.gateway.vault import KeyUnusable, Secret, seal
from trades.models import Account, Connection, Event, Submission
from trades.services import facts

# Longer than any RSA key of the sizes that 3Commas takes, as PEM.
SECRET_MAX = 6000
RSA_BITS = (2048, 4096)
# While one of its submissions is in these, a connection is still needed.
_UNSETTLED = (State.QUEUED, State.CLAIMED, State.SENDING, State.UNKNOWN)

_NO_PRIVATE_KEY = (
    (
        rb"ENCRYPTED PRIVATE|4,ENCRYPTED",
        "This key is protected by a password. Enter it without one.",
    ),
    (
        rb"BEGIN (RSA )?PUBLIC KEY|ssh-rsa ",
        "That is the public key, which belongs to 3Commas. Enter the private one.",
    ),
    (rb"BEGIN CERTIFICATE", "That is a certificate. Enter the private key."),
    (
        rb"BEGIN (EC|DSA|OPENSSH) PRIVATE",
        "That is another kind of key. Enter an RSA key in PEM (PKCS#1 or PKCS#8).",
    ),
    (
        rb"(?s)\A(?!.*-----BEGIN )",
        "That is no private key in PEM. With a secret of one line choose HMAC.",
    ),
)


class KeyRefused(Exception):
    """What was entered can't be a key. ``field`` is api_key or secret."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class NameTaken(Exception):
    """The owner has another connection of this name."""


class StillNeeded(Exception):
    """It can't be deleted: some of its submissions are not settled."""


def hidden(typed: str) -> Secret:
    """A secret as it was entered, without the blanks around it."""
    return Secret(typed.strip().encode(errors="surrogatepass"))


def ensure_key(*, scheme: str, api_key: str, secret: Secret) -> None:
    """Raise ``KeyRefused`` for what can't sign a request, whoever it belongs to."""
    try:
        sendable(api_key)
    except KeyUnusable:
        text = "An API key has letters, digits and signs, no blanks in between."
        raise KeyRefused("api_key", text) from None
    if not secret.reveal():
        raise KeyRefused("secret", "Enter the secret.")
    if len(secret.reveal()) > SECRET_MAX:
        raise KeyRefused("secret", f"It has more than {SECRET_MAX} characters.")
    is_rsa = scheme == Connection.Scheme.RSA
    (_ensure_rsa if is_rsa else _ensure_hmac)(api_key, secret)


def save_key(
    *,
    owner,
    name: str,
    mode: str,
    scheme: str,
    api_key: str,
    secret: Secret,
    joiner: str = "",
) -> Connection:
    """Keep a new key. Its secret can be opened by the sender only, in this row only.

    Raises ``NameTaken``.
    """
    connection = Connection(
        owner=owner,
        name=name,
        mode=mode,
        scheme=scheme,
        api_key=api_key,
        joiner=joiner,
    )
    connection.sealed_secret = _sealed(connection, secret)
    try:
        with transaction.atomic():
            connection.save()
            _tell(connection, owner, "connection added", mode=mode, scheme=scheme)
    except IntegrityError:
        raise NameTaken from None
    return connection


def rename(connection: Connection, name: str, *, by) -> None:
    """Raises ``NameTaken``."""
    if name == connection.name:
        return
    was = connection.name
    try:
        _change(connection, by, "connection renamed", {"was": was}, name=name)
    except IntegrityError:
        raise NameTaken from None


def set_joiner(connection: Connection, joiner: str, *, by) -> None:
    """What stands between path and body in the signed text of an order."""
    told = {"joiner": Connection.Joiner(joiner).label}
    _change(connection, by, "connection joiner set", told, joiner=joiner)


def disable(connection: Connection, *, by) -> None:
    """From now on nothing is sent through it, not even what is queued."""
    is_on = Q(disabled_at=None)
    _change(connection, by, "connection disabled", given=is_on, disabled_at=Now())


def enable(connection: Connection, *, by) -> None:
    is_off = Q(disabled_at__isnull=False)
    _change(connection, by, "connection enabled", given=is_off, disabled_at=None)


def replace_key(connection: Connection, *, api_key: str, secret: Secret, by) -> None:
    """Another key of the same scheme; of the old one nothing is known any more.

    It may be another user's. So no account can be used, nor found to lack a trade,
    until the new key lists it.
    """
    with transaction.atomic():
        Account.objects.filter(connection=connection, gone_at=None).update(
            gone_at=Now()
        )
        _change(
            connection,
            by,
            "connection key replaced",
            api_key=api_key,
            sealed_secret=_sealed(connection, secret),
            refused_at=None,
            refusal="",
            worked_at=None,
            tested_at=None,
            test_failure={},
            test_wanted_at=None,
            test_tries=0,
        )
        facts.want_test(connection)


def unsettled(connection: Connection) -> QuerySet[Submission]:
    """Its submissions that still need the key: not sent yet, or to be looked up."""
    is_open = Q(state__in=[state.value for state in _UNSETTLED])
    is_looked_up = Q(state=State.ABSENT.value, next_look_at__isnull=False)
    own = Submission.objects.filter(account__connection=connection)
    return own.filter(is_open | is_looked_up)


def delete(connection: Connection, *, by) -> None:
    """Wipe the secret and most of the key; the row stays for the history.

    Raises ``StillNeeded``. Who confirms an order locks its account's row, so none slips
    in between; the locks are such that a retry can still be added to a submission.
    """
    with transaction.atomic():
        accounts = Account.objects.filter(connection=connection).order_by("pk")
        list(accounts.select_for_update(no_key=True))
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if unsettled(connection).exists():
            raise StillNeeded
        Submission.objects.filter(account__connection=connection).update(
            next_look_at=None
        )
        _change(
            connection,
            by,
            "connection deleted",
            deleted_at=Now(),
            api_key=connection.api_key[-4:],
            sealed_secret="",
            test_wanted_at=None,
        )


def _change(
    connection: Connection,
    by,
    what: str,
    told: dict[str, object] | None = None,
    *,
    given: Q | None = None,
    **fields: object,
) -> None:
    """Write these fields and the event, unless it is deleted or ``given`` fails."""
    with transaction.atomic():
        kept = Connection.objects.filter(
            given or Q(), pk=connection.pk, deleted_at=None
        )
        if not kept.update(**fields):
            return
        connection.refresh_from_db()
        _tell(connection, by, what, **(told or {}))


def _tell(connection: Connection, by, what: str, **told: object) -> None:
    Event.append(
        None,
        by=by.get_username(),
        new=what,
        connection=str(connection.public_id),
        name=connection.name,
        **told,
    )


def _sealed(connection: Connection, secret: Secret) -> str:
    return seal(secret, keys=settings.SEALING_KEYS, bound_to=connection.binding)


def _ensure_hmac(api_key: str, secret: Secret) -> None:
    if secret.reveal().startswith(b"-----BEGIN"):
        raise KeyRefused("secret", "That is a private key: choose RSA.")
    if not re.fullmatch(rb"[!-~]+", secret.reveal()):
        text = "A secret has letters, digits and signs, no blanks in between."
        raise KeyRefused("secret", text)
    HmacSigner(api_key, secret)


def _ensure_rsa(api_key: str, secret: Secret) -> None:
    for pattern, text in _NO_PRIVATE_KEY:
        if re.search(pattern, secret.reveal()):
            raise KeyRefused("secret", text)
    try:
        signer = RsaSigner(api_key, secret)
    except KeyUnusable:
        text = "This can't be read as an RSA key in PEM (PKCS#1 or PKCS#8)."
        raise KeyRefused("secret", text) from None
    # A signature is as long as the key.
    bits = len(b64decode(signer.headers("/")["Signature"])) * 8
    if not RSA_BITS[0] <= bits <= RSA_BITS[1]:
        text = f"This key has {bits} bits; 3Commas takes {RSA_BITS[0]} or {RSA_BITS[1]}"
        raise KeyRefused("secret", f"{text}.")
