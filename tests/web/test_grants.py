"""An admin gives an account to a trader, and takes it back; both on record."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from tests.web.pages import text_of
from trades.models import Account, Event, Grant, usable_accounts
from trades.services import connections

pytestmark = pytest.mark.django_db

LIST = reverse("admin:trades_grant_changelist")
ADD = reverse("admin:trades_grant_add")


@pytest.fixture
def granting(client, make_user):
    """Staff with the rights that reviewers have."""
    rights = ("add_grant", "delete_grant", "view_grant")
    client.force_login(make_user("reviewer", *rights, is_staff=True))
    return client


def told() -> list[tuple[str, str]]:
    events = Event.objects.filter(record__contains="grant")
    return [(e.by, e.new) for e in events]


def offered(page, name: str) -> set[str]:
    select = re.search(rf'<select name="{name}".*?</select>', page, re.S)[0]
    return set(re.findall(r'<option value="(\d+)"', select))


def give(client, account, trader):
    return client.post(ADD, {"account": account.pk, "trader": trader.pk})


def test_a_grant_is_given_and_taken_back_on_record(granting, account, stranger):
    assert give(granting, account, stranger).status_code == 302
    grant = Grant.objects.get()
    assert grant.by == "reviewer"
    assert list(usable_accounts(stranger)) == [account]
    details = Event.objects.order_by("-number").first().details
    assert details["account"] == "1001 Spot"
    assert details["trader"] == "stranger"
    delete = reverse("admin:trades_grant_delete", args=[grant.pk])
    assert granting.post(delete, {"post": "yes"}).status_code == 302
    assert not usable_accounts(stranger).exists()
    assert told() == [("reviewer", "grant given"), ("reviewer", "grant taken back")]


def test_taking_back_in_bulk_is_on_record_one_by_one(
    granting, account, make_account, stranger
):
    for one in (account, make_account(1002)):
        give(granting, one, stranger)
    chosen = list(Grant.objects.values_list("pk", flat=True))
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    assert granting.post(LIST, data).status_code == 302
    assert not Grant.objects.exists()
    assert [what for _, what in told()].count("grant taken back") == 2


def test_only_active_traders_are_offered(
    granting, account, trader, stranger, make_user
):
    clerk = make_user("clerk", is_staff=True)
    gone = make_user("gone", "send_trade", is_active=False)
    in_group = make_user("member")
    group = Group.objects.create(name="Night shift")
    group.permissions.set(Permission.objects.filter(codename="send_trade"))
    in_group.groups.add(group)
    page = granting.get(ADD).content.decode()
    traders = {trader.pk, stranger.pk, in_group.pk}
    assert offered(page, "trader") == {str(pk) for pk in traders}
    for nobody in (clerk, gone):
        assert give(granting, account, nobody).status_code == 200
    assert not Grant.objects.exists()


def test_the_owner_needs_no_grant(granting, account, trader):
    answer = give(granting, account, trader)
    assert "The owner of a connection has all its accounts." in text_of(answer)
    assert not Grant.objects.exists()


def test_what_is_gone_is_not_offered(granting, account, make_account, trader, stranger):
    gone = make_account(1002)
    Account.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    assert offered(granting.get(ADD).content.decode(), "account") == {str(account.pk)}
    connections.delete(account.connection, by=trader)
    assert offered(granting.get(ADD).content.decode(), "account") == set()
    assert give(granting, account, stranger).status_code == 200
    assert not Grant.objects.exists()


def test_twice_is_refused(granting, account, stranger):
    give(granting, account, stranger)
    assert give(granting, account, stranger).status_code == 200
    assert Grant.objects.count() == 1
    assert told() == [("reviewer", "grant given")]


def test_who_gave_it_can_t_be_forged_and_nothing_is_changed(
    granting, account, stranger, trader
):
    forged = {"account": account.pk, "trader": stranger.pk, "by": "root", "at": "2020"}
    granting.post(ADD, forged)
    grant = Grant.objects.get()
    assert grant.by == "reviewer"
    change = reverse("admin:trades_grant_change", args=[grant.pk])
    assert "<select" not in granting.get(change).content.decode()
    assert granting.post(change, {"trader": trader.pk}).status_code == 403
    assert Grant.objects.get().trader == stranger


def test_no_page_of_grants_tells_a_key(granting, account, stranger):
    give(granting, account, stranger)
    change = reverse("admin:trades_grant_change", args=[Grant.objects.get().pk])
    for url in (LIST, ADD, change):
        assert account.connection.api_key not in granting.get(url).content.decode()


def test_others_give_nothing(client, reviewer, signed_in, account, stranger):
    assert reverse("admin:login") in give(signed_in, account, stranger)["Location"]
    client.force_login(reviewer)
    assert give(client, account, stranger).status_code == 403
    assert not Grant.objects.exists()
