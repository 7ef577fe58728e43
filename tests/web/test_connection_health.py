"""The page of a connection: how its key fares, its accounts, and what may be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.web.addresses import of_connection as url
from tests.web.pages import in_page, text_of
from trades.domain.lifecycle import State
from trades.gateway.vault import Secret
from trades.models import Account, Connection, Event, Gate, Grant, Look
from trades.services import connections
from trades.services.facts import FORGOTTEN_S

pytestmark = pytest.mark.django_db


@pytest.fixture
def stands(connection):
    """Let the sender have written these things down."""

    def stands(**fields: object) -> None:
        Connection.objects.filter(pk=connection.pk).update(**fields)
        connection.refresh_from_db()

    return stands


@pytest.fixture
def words(signed_in, connection):
    """The words of the connection's page as it stands now."""
    return lambda: text_of(signed_in.get(url(connection)))


def failed(step: str, reason: str, status: int | None, text: str) -> dict[str, object]:
    told = {"step": step, "reason": reason, "status": status, "text": text}
    return {"tested_at": timezone.now(), "test_failure": told}


def test_a_good_test_says_so(words, stands):
    now = timezone.now()
    stands(tested_at=now, worked_at=now, skew_s=1)
    assert "The key works" in words()
    assert "Read accounts yes, 0 seconds ago" in words()
    assert f"Last success {now:%Y-%m-%d %H:%M:%S} UTC" in words()
    assert "Last refusal none that still holds" in words()
    assert "Clock right, to 5 seconds" in words()
    assert "Testing" not in words()


def test_a_failed_test_is_explained_and_3commas_is_quoted(signed_in, words, stands):
    said = "<b>Provided signature is invalid</b>"
    stands(**failed("validate", "key", 401, said))
    assert "3Commas knows the key, but what it was signed with" in words()
    assert f"3Commas says: “{said}”" in words()
    html = signed_in.get(reverse("connection-list")).content.decode()
    assert "The signature is wrong" in html
    assert said not in html
    assert "Read accounts the latest test did not show it" in words()


def test_a_permission_that_is_missing_is_named(words, stands):
    stands(**failed("accounts", "key", 403, "Api key not authorized for this action"))
    assert "The key lacks a permission" in words()
    assert "Tick ACCOUNTS_READ" in words()
    assert "Read accounts refused 0 seconds ago" in words()
    stands(refused_at=timezone.now(), refusal="look: 403 no permission")
    assert "Read SmartTrades refused 0 seconds ago" in words()


def test_what_turns_a_text_around_is_shown_as_a_mark(words, stands):
    stands(**failed("validate", "key", 401, "signature \u202eevil"))
    assert "signature [U+202E]evil" in words()


def test_a_refused_signature_of_an_order_leads_to_the_joiner(words, stands):
    now = timezone.now()
    refusal = "order: 401 Provided signature is invalid"
    stands(tested_at=now, refused_at=now, refusal=refusal)
    assert "Refused lately" in words()
    assert "refused the signature of an order" in words()
    assert "Switch what stands between path and body" in words()


@pytest.mark.parametrize(
    "refusal", ["", "look: 403", "test: 401 x", "odd words", "order:"]
)
def test_any_refusal_can_be_shown(words, stands, refusal):
    stands(refused_at=timezone.now(), refusal=refusal)
    assert "3Commas refuses the key" in words() or "3commas refuses the key" in words()


def test_a_clock_that_is_off_is_warned_of(words, stands):
    stands(skew_s=37)
    assert "37 seconds away from 3Commas' clock" in words()


def test_a_test_on_its_way_shows_itself_and_the_page_watches(signed_in, connection):
    signed_in.post(url(connection, "test"))
    html = signed_in.get(url(connection)).content.decode()
    assert f'data-watch="{url(connection, "state")}"' in html
    assert 'data-every="1"' in html
    mark = signed_in.get(url(connection, "state")).content.decode()
    assert f'data-mark="{mark}"' in html
    done = {"tested_at": timezone.now(), "test_wanted_at": None}
    Connection.objects.update(**done)
    assert signed_in.get(url(connection, "state")).content.decode() != mark
    html = signed_in.get(url(connection)).content.decode()
    assert "data-watch" not in html
    assert "refresh" not in html.partition("<body>")[0]


def test_a_lease_is_no_news(signed_in, connection, stands):
    stands(test_wanted_at=timezone.now(), test_tries=1)
    mark = signed_in.get(url(connection, "state")).content
    stands(test_wanted_at=timezone.now() + timedelta(seconds=120))
    assert signed_in.get(url(connection, "state")).content == mark


def test_a_test_that_nobody_ran_is_told(words, stands):
    long_ago = timezone.now() - timedelta(seconds=FORGOTTEN_S + 1)
    stands(test_wanted_at=long_ago)
    assert "Nobody ran the test that was asked for." in words()
    assert "Test now" in words()


def test_what_orders_and_looks_have_shown_is_told(words, put):
    assert "Make SmartTrades only an order can show it" in words()
    assert "Read SmartTrades not shown yet" in words()
    now = timezone.now()
    way = (State.CLAIMED, State.SENDING)
    made = put(*way, State.ACCEPTED, remote_id=7, ended_at=now)
    assert "Make SmartTrades yes, 0 seconds ago" in words()
    Look.objects.create(submission=made, clean=False)
    assert "Read SmartTrades not shown yet" in words()
    Look.objects.create(submission=made, clean=True)
    assert "Read SmartTrades yes, 0 seconds ago" in words()
    later = now + timedelta(seconds=1)
    put(
        *way,
        State.REJECTED,
        reason="key",
        ended_at=later,
        changes={"pair": "USDT_ETH"},
    )
    assert "Make SmartTrades refused 0 seconds ago" in words()


def test_the_rate_and_a_silence_are_told(words):
    assert "10 requests may leave at once, 60 a minute" in words()
    Gate.objects.create(scope=Gate.ADDRESS, needs_admin=True)
    assert "0 requests may leave at once" in words()
    assert "Nothing leaves at the moment: 3Commas shut us out" in words()


def test_accounts_are_listed_with_what_speaks_against_them(
    signed_in, words, make_account, stranger
):
    make_account(1001, supported_market_types=["spot"])
    make_account(1002, "binance_futures", hedge_mode_available=True)
    make_account(1403, smart_trading_supported=False)
    granted = make_account(1423, is_locked=True, lock_reason="out of order")
    gone = make_account(1499)
    Account.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    Grant.objects.create(account=granted, trader=stranger, by="admin")
    turned = make_account(1500, api_keys_state="expired")
    Account.objects.filter(pk=turned.pk).update(name="a\u202eb")
    text = words().partition("Hedge mode Fetched")[2]
    assert "1500 a[U+202E]b Can be used Warning: its API key at the exchange" in text
    assert "1001 Spot Can be used binance spot" in text
    assert "1002 Spot Can be used binance_futures not known Hedge mode: off" in text
    assert "1423 Spot Also used by stranger Can be used Warning: locked: out" in text
    assert "1403 Spot Can't be used: it does not support SmartTrade" in text
    assert "1499 Spot Can't be used: 3Commas does not list it for this key" in text
    assert text.index("1423 Spot") < text.index("1403 Spot")  # greyed ones last
    assert "0 seconds ago" in text


def test_each_act_is_posted_and_leads_back(signed_in, connection):
    for name in ("test", "disable", "enable"):
        answer = signed_in.post(url(connection, name))
        assert (answer.status_code, answer["Location"]) == (303, url(connection))
        assert signed_in.get(url(connection, name)).status_code == 405
    signed_in.post(url(connection, "rename"), {"name": " Better "})
    signed_in.post(url(connection, "joiner"), {"joiner": "?"})
    connection.refresh_from_db()
    assert (connection.name, connection.joiner) == ("Better", "?")
    told = Event.objects.order_by("-number").first()
    assert (told.by, told.new) == ("trader", "connection joiner set")


def test_disabling_shows_on_the_page_and_in_the_list(signed_in, words, connection):
    signed_in.post(url(connection, "disable"))
    assert "Disabled since" in words()
    assert "Disabled" in text_of(signed_in.get(reverse("connection-list")))
    signed_in.post(url(connection, "enable"))
    assert "Disabled since" not in words()
    assert "Testing …" in words()


@pytest.mark.parametrize("name", ["", "n" * 61, "a\0b", "a\nb", "\u202e"])
def test_a_name_that_can_t_be_is_shown_with_its_error(signed_in, connection, name):
    answer = signed_in.post(url(connection, "rename"), {"name": name})
    assert answer.status_code == 422
    assert in_page(answer, "id_name_error").strip()
    connection.refresh_from_db()
    assert connection.name == "Sandbox"


def test_a_name_of_another_connection_is_refused(signed_in, connection, trader):
    other = {"name": "Other", "mode": "paper", "scheme": "hmac", "api_key": "k"}
    connections.save_key(owner=trader, secret=Secret(b"s"), **other)
    answer = signed_in.post(url(connection, "rename"), {"name": "Other"})
    assert answer.status_code == 422
    assert "a connection of this name already" in text_of(answer)


def test_a_joiner_that_is_none_changes_nothing(signed_in, connection):
    signed_in.post(url(connection, "joiner"), {"joiner": "&&"})
    assert Connection.objects.get().joiner == ""
    assert "Not changed" in text_of(signed_in.get(url(connection)))


def test_a_key_is_replaced_by_one_of_the_same_scheme(signed_in, connection):
    page = signed_in.get(url(connection, "key")).content.decode()
    assert 'name="scheme"' not in page
    wrong = {"api_key": "new-key", "secret": "a b", "scheme": "rsa"}
    answer = signed_in.post(url(connection, "key"), wrong)
    assert answer.status_code == 422
    assert "Enter the secret again." in text_of(answer)
    good = {"api_key": "new-key", "secret": "new-secret", "scheme": "rsa", "owner": "9"}
    answer = signed_in.post(url(connection, "key"), good)
    assert (answer.status_code, answer["Location"]) == (303, url(connection))
    stored = Connection.objects.get()
    assert (stored.api_key, stored.scheme) == ("new-key", "hmac")
    assert "Testing …" in text_of(signed_in.get(url(connection)))


def test_deleting_is_asked_for_once_and_then_done(signed_in, connection):
    page = text_of(signed_in.get(url(connection, "delete")))
    assert f"only {connection.key_end} is kept" in page
    assert Connection.objects.get().deleted_at is None
    answer = signed_in.post(url(connection, "delete"))
    assert answer.status_code == 303
    assert Connection.objects.get().sealed_secret == ""
    listed = text_of(signed_in.get(reverse("connection-list")))
    assert "Sandbox is deleted, and so is its secret." in listed
    assert "No connection yet." in listed
    assert signed_in.get(url(connection)).status_code == 404


def test_what_is_still_needed_is_not_deleted_and_disabling_is_offered(
    signed_in, connection, put
):
    put()
    for answer in (
        signed_in.get(url(connection, "delete")),
        signed_in.post(url(connection, "delete")),
    ):
        assert "1 submission through it is waiting" in text_of(answer)
        assert url(connection, "disable") in answer.content.decode()
    assert answer.status_code == 409
    assert Connection.objects.get().sealed_secret
