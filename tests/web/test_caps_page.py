"""The page of caps, and what a review says of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.known import know
from tests.web.pages import text_of, ticks_in, url
from trades.domain.lifecycle import State
from trades.models import Cap, Event, Submission
from trades.services import caps

pytestmark = pytest.mark.django_db

URL, SET = reverse("caps"), reverse("cap-set")
LIFT = reverse("cap-lift", args=[1])
WARNED = {"stop_loss.conditional.price.value": "61000"}


@pytest.fixture
def capper(make_user):
    return make_user("capper", "set_cap", is_staff=True)


@pytest.fixture
def desk(client, capper):
    client.force_login(capper)
    return client


@pytest.fixture
def data(trader):
    told = {"kind": "value", "scope": "trader", "trader": trader.pk}
    return told | {"amount": "1000.50", "currency": "usdt"}


def test_a_cap_is_set_listed_and_lifted(desk, data):
    text = text_of(desk.post(SET, data, follow=True))
    assert "Order value trader trader 1000.5 USDT by capper at" in text
    (cap,) = caps.in_force_of()
    assert (cap.amount, cap.currency) == (Decimal("1000.5"), "USDT")
    lift = reverse("cap-lift", args=[cap.pk])
    assert "No cap is in force" in text_of(desk.post(lift, follow=True))
    assert "somebody was quicker" in text_of(desk.post(lift, follow=True))
    assert [e.new for e in Event.objects.all()] == ["cap set", "cap lifted"]


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"kind": "orders", "amount": "12", "currency": ""}, "12"),
        ({"kind": "loss", "amount": "0"}, "0 USDT"),
        ({"kind": "approval", "scope": "everyone", "trader": ""}, "1000.5 USDT"),
        (
            {
                **{"kind": "approval", "scope": "everyone", "trader": ""},
                **{"amount": "0.0", "currency": ""},
            },
            "0",
        ),
    ],
)
def test_each_kind_is_set(desk, data, changes, amount):
    desk.post(SET, data | changes)
    cap = Cap.objects.get()
    assert (cap.kind, caps.money(cap.amount, cap.currency)) == (
        changes["kind"],
        amount,
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": ""}, "Choose what is capped."),
        ({"kind": "height"}, "Choose what is capped."),
        ({"scope": ""}, "Choose one of these."),
        ({"trader": ""}, "Choose the trader."),
        ({"trader": "77"}, "Choose a trader of the list."),
        ({"scope": "everyone", "trader": ""}, "of one trader or of one account"),
        ({"kind": "approval"}, "one account's orders, or of everyone's"),
        ({"amount": ""}, "Enter the amount."),
        ({"amount": "-1"}, "Enter a number from 0 on"),
        ({"amount": "1e3"}, "Enter a number from 0 on"),
        ({"amount": "NaN"}, "Enter a number from 0 on"),
        ({"amount": "9" * 70}, "Enter a number from 0 on"),
        ({"amount": "0." + "0" * 18 + "1"}, "Enter a number from 0 on"),
        ({"kind": "orders", "amount": "1.5", "currency": ""}, "a whole number"),
        ({"kind": "orders", "amount": "5"}, "Leave this empty"),
        ({"currency": ""}, "Enter the currency"),
        ({"currency": "US-D"}, "in letters and digits"),
        (
            {"kind": "approval", "scope": "everyone", "trader": "", "currency": ""},
            "Enter the currency",
        ),
    ],
)
def test_a_wrong_cap_is_refused_and_kept_as_typed(desk, data, changes, said):
    answer = desk.post(SET, data | changes)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Nothing was set" in text_of(answer)
    for name in ("amount", "currency"):
        if typed := (data | changes)[name]:
            assert f'value="{typed}"' in answer.content.decode()
    assert not Cap.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("address", [URL, SET, LIFT])
def test_only_those_who_may_set_caps_are_let_in(
    client, address, trader, admin, make_user
):
    ask = client.get if address == URL else client.post
    assert ask(address)["Location"].startswith(reverse("login"))
    entitled = make_user("entitled", "set_cap")  # but no staff
    for user in (trader, admin, entitled):
        client.force_login(user)
        assert ask(address).status_code == 403
        assert f'href="{URL}"' not in client.get("/rules/").content.decode()


def test_the_way_there_is_shown_to_those_who_may(desk):
    assert desk.get("/rules/").content.decode().count(f'href="{URL}"') == 1


def test_links_and_other_sites_do_nothing(desk, capper, data):
    for address in (SET, LIFT):
        assert desk.get(address).status_code == 405
    client = Client(enforce_csrf_checks=True)
    client.force_login(capper)
    assert client.post(SET, data).status_code == 403
    for number in (1, 10**25):
        lift = reverse("cap-lift", args=[number])
        assert desk.post(lift).status_code == 404
    assert not Event.objects.exists()


def test_a_review_says_what_stands_in_the_way_before_and_after(
    signed_in, confirm, make_draft, reviewer, account, trader
):
    know(account)
    draft = make_draft(WARNED)
    caps.set_cap(
        by=reviewer,
        kind="value",
        amount=Decimal(500),
        currency="USDT",
        trader=trader,
    )
    page = signed_in.get(url("review", draft))
    said = "for you is 500 USDT. This order is worth 600 USDT, 100 USDT more"
    assert said in text_of(page)
    answer = confirm(draft)
    assert answer.status_code == 409
    assert "a cap stands in the way" in text_of(answer)
    assert said in text_of(answer)
    assert ticks_in(answer)
    assert answer.content.decode().count(" checked") == len(ticks_in(answer))
    assert not Submission.objects.exists()


def test_the_typed_amount_of_a_large_order_stays(
    signed_in, confirm, put, make_draft, reviewer, account, trader
):
    know(account)
    for number in range(3):
        put(
            *(State.CLAIMED, State.SENDING, State.ACCEPTED),
            changes={"position.units.value": f"0.00{number + 1}"},
            remote_id=number + 1,
        )
    caps.set_cap(by=reviewer, kind="orders", amount=Decimal(3), trader=trader)
    answer = confirm(make_draft({"position.units.value": "0.02"}), amount="0.02")
    assert answer.status_code == 409
    assert "3 of the last 24 hours count" in text_of(answer)
    assert 'name="amount" class="num" value="0.02"' in answer.content.decode()
