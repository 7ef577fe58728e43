"""The admin shows history and never changes it, not even for root."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import Group, User
from django.db.models import ProtectedError
from django.urls import reverse

from tests.web.pages import text_of
from trades.models import Connection, Submission

pytestmark = pytest.mark.django_db

LIST = reverse("admin:trades_submission_changelist")
CONNECTIONS = reverse("admin:trades_connection_changelist")


def change(submission) -> str:
    return reverse("admin:trades_submission_change", args=[submission.pk])


@pytest.fixture
def root(make_user) -> User:
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def reviewing(client, reviewer):
    client.force_login(reviewer)
    return client


def assert_unchanged(submission: Submission) -> None:
    stored = Submission.objects.get(pk=submission.pk)
    for field in Submission._meta.concrete_fields:
        name = field.attname
        assert getattr(stored, name) == getattr(submission, name), name
    assert submission.events.count() == 1


def test_history_survives_the_deletion_of_its_people(client, root, put, trader):
    submission = put()
    client.force_login(root)
    url = reverse("admin:auth_user_delete", args=[trader.pk])
    answer = client.post(url, {"post": "yes"})
    assert "Cannot delete user" in text_of(answer)
    users = reverse("admin:auth_user_changelist")
    data = {"action": "delete_selected", "_selected_action": trader.pk, "post": "yes"}
    client.post(users, data)
    with pytest.raises(ProtectedError):
        submission.draft.delete()
    assert User.objects.filter(pk=trader.pk).exists()
    assert_unchanged(submission)


@pytest.mark.parametrize("named", ["*", "", "٣", "9" * 19])
@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("admin:auth_user_changelist", "_selected_action"),
        ("admin:trades_grant_changelist", "_selected_action"),
        ("admin:auth_user_change", "user_permissions"),
        ("admin:auth_user_change", "groups"),
        ("admin:auth_group_add", "permissions"),
    ],
)
def test_what_is_ticked_is_named_by_its_number(client, root, page, name, named):
    client.force_login(root)
    url = reverse(page, args=[root.pk] if page.endswith("_change") else [])
    data = {"action": "delete_selected", "index": "0", "username": "root"}
    assert client.post(url, data | {name: ["1", named]}).status_code == 400
    assert User.objects.filter(pk=root.pk, is_superuser=True).exists()


def test_what_is_not_a_reviewers_is_not_there(reviewing):
    assert {model.__name__ for model in site._registry} == {
        *("User", "Group", "Submission", "Connection", "Grant")
    }
    assert reviewing.get(CONNECTIONS).status_code == 403
    assert reviewing.get(reverse("admin:auth_user_changelist")).status_code == 403


def test_a_trader_is_not_let_in(signed_in, put):
    for url in (LIST, change(put()), CONNECTIONS, reverse("admin:index")):
        assert reverse("admin:login") in signed_in.get(url)["Location"]


def test_staff_without_the_group_sees_nothing(client, make_user, put):
    client.force_login(make_user("clerk", is_staff=True))
    assert client.get(LIST).status_code == 403
    assert client.get(change(put())).status_code == 403


def test_a_key_shows_its_end_and_a_secret_nothing(client, root, connection):
    client.force_login(root)
    one = reverse("admin:trades_connection_change", args=[connection.pk])
    for url in (CONNECTIONS, one):
        text = client.get(url).content.decode()
        assert f"…{connection.api_key[-4:]}" in text
        assert connection.api_key[:-4] not in text
        assert connection.sealed_secret not in text
    assert client.post(one, {"name": "mine", "api_key": "x"}).status_code == 403
    assert client.post(f"{CONNECTIONS}add/", {"name": "x"}).status_code == 403
    assert client.post(f"{CONNECTIONS}{connection.pk}/delete/").status_code == 403
    assert Connection.objects.get().name == "Sandbox"


def test_a_key_that_3commas_refused_says_so(client, root, connection):
    client.force_login(root)
    one = reverse("admin:trades_connection_change", args=[connection.pk])
    assert "no refusal" in text_of(client.get(one))
    refused_at = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
    Connection.objects.update(refused_at=refused_at, skew_s=4)
    for url in (CONNECTIONS, one):
        text = text_of(client.get(url))
        assert "refused by 3Commas since 2026-05-06 07:08:09 UTC" in text
        assert "4 s" in text


def test_what_became_of_a_key_is_told(client, root, connection):
    client.force_login(root)
    one = reverse("admin:trades_connection_change", args=[connection.pk])
    assert "Latest test: none yet" in text_of(client.get(one))
    said = {"step": "validate", "reason": "key", "status": 401, "text": "signature"}
    at = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
    Connection.objects.update(tested_at=at, test_failure=said, disabled_at=at)
    for url in (CONNECTIONS, one):
        text = text_of(client.get(url))
        assert "The signature is wrong. 3Commas: “signature”" in text
        assert "disabled" in text
    Connection.objects.update(deleted_at=at)
    assert "Health: deleted" in text_of(client.get(one))


def test_the_groups_are_there_from_the_start():
    rights = {
        group.name: {p.codename for p in group.permissions.all()}
        for group in Group.objects.all()
    }
    assert rights == {
        "Traders": {"send_trade"},
        "Reviewers": {
            *("view_submission", "view_event", "stop_sending"),
            *("add_grant", "delete_grant", "view_grant", "review_submission"),
            *("set_cap", "approve_order"),
        },
    }


def test_a_member_of_the_reviewers_reads(client, make_user, put):
    user = make_user("member", is_staff=True)
    user.groups.add(Group.objects.get(name="Reviewers"))
    client.force_login(user)
    submission = put()
    assert client.get(LIST).context["page"].rows == [submission]
    assert "Draft → Queued" in text_of(client.get(change(submission)))
