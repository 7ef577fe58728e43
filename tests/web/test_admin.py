"""A reviewer reads and finds everything; nobody changes anything, not even as root."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import Group, User
from django.db.models import ProtectedError
from django.urls import reverse

from tests.web.listed import FIRST, candidate, looked
from tests.web.pages import text_of
from trades.admin.inlines import EventInline
from trades.domain.lifecycle import State
from trades.models import Alarm, Connection, Submission
from trades.services import alarms
from trades.services.alarms import raise_alarm

pytestmark = pytest.mark.django_db

LIST = reverse("admin:trades_submission_changelist")
CONNECTIONS = reverse("admin:trades_connection_changelist")
ACCEPTED = [State.CLAIMED, State.SENDING, State.ACCEPTED]


def change(submission) -> str:
    return reverse("admin:trades_submission_change", args=[submission.pk])


@pytest.fixture
def root(make_user) -> User:
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def reviewing(client, reviewer):
    client.force_login(reviewer)
    return client


def test_the_page_has_everything_in_it(reviewing, put):
    submission = put(
        *ACCEPTED,
        remote_id=30350494,
        status=201,
        request_id="req-1",
        duration_ms=153,
        answer='{"id":30350494,"fee":0.10000000000000000001}',
        changes={"note": "<script>alert('1')</script>"},
    )
    page = reviewing.get(change(submission))
    text = text_of(page)
    assert "Accepted. 3Commas created trade 30350494." in text
    assert "POST /public/api/v2/smart_trades" in text
    assert "Apikey: ••••••" in text
    assert submission.account.connection.api_key not in text
    blocks = re.findall(
        r'<pre class="block" tabindex="0">(.*?)</pre>', page.content.decode(), re.S
    )
    assert submission.body in map(html.unescape, blocks)
    assert '"fee": 0.10000000000000000001' in text
    assert "Sending → Accepted" in text
    for detail in ("HTTP status 201", "X-Request-Id req-1", "153 ms", "Trade 30350494"):
        assert detail in text.partition("What happened")[2]
    assert "Entry: Order price" in text
    assert "<script>alert" not in page.content.decode()
    assert "<script>alert('1')</script> ref:" in html.unescape(page.content.decode())


def test_looks_and_alarms_are_listed_below(reviewing, put, reviewer):
    submission = put(State.CLAIMED, State.SENDING, State.UNKNOWN)
    looked(submission, candidate(FIRST))
    looked(submission, clean=False, why="3Commas answered 502.")
    raise_alarm("double", "Look at 7 and 8.", submission)
    text = text_of(reviewing.get(change(submission))).partition("Looks at 3Commas")[2]
    assert f"trade {FIRST}" in text
    assert "3Commas answered 502." in text
    assert "Possible double Look at 7 and 8. nobody yet" in text
    alarms.acknowledge(Alarm.objects.get(), by=reviewer)
    text = text_of(reviewing.get(change(submission)))
    assert "Look at 7 and 8. reviewer since" in text
    assert "Alarm acknowledged alarm: Possible double" in text


@pytest.mark.parametrize(("who", "count"), [("admin", 1), ("reviewer", 0)])
def test_the_desk_is_linked_for_those_who_may_use_it(client, request, put, who, count):
    submission = put()
    client.force_login(request.getfixturevalue(who))
    desk = reverse("desk-submission", args=[submission.public_id])
    page = client.get(change(submission)).content.decode()
    assert page.count(f'href="{desk}"') == count


def test_a_page_offers_nothing_to_change(reviewing, put):
    page = reviewing.get(change(put())).content.decode()
    main = page[page.index('id="submission_form"') :]
    assert re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")', main) == []
    assert "deletelink" not in main


@pytest.mark.parametrize("who", ["root", "reviewer"])
@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("{pk}/change/", {"state": "accepted", "note": "x"}),
        ("{pk}/change/", {"_saveasnew": "1"}),
        ("{pk}/delete/", {"post": "yes"}),
        ("add/", {"state": "queued"}),
    ],
)
def test_nobody_changes_history(client, request, put, who, path, data):
    submission = put()
    client.force_login(request.getfixturevalue(who))
    url = LIST + path.format(pk=submission.pk)
    assert client.post(url, data).status_code == 403
    assert_unchanged(submission)


@pytest.mark.parametrize("who", ["root", "reviewer"])
def test_nobody_deletes_history_in_bulk(client, request, put, who):
    submission = put()
    client.force_login(request.getfixturevalue(who))
    data = {"action": "delete_selected", "_selected_action": submission.pk}
    client.post(LIST, data | {"post": "yes"})
    client.post(LIST, {"form-0-id": submission.pk, "form-0-state": "x", "_save": "1"})
    assert_unchanged(submission)
    assert "delete_selected" not in client.get(LIST).content.decode()


def assert_unchanged(submission: Submission) -> None:
    stored = Submission.objects.get(pk=submission.pk)
    for field in Submission._meta.concrete_fields:
        name = field.attname
        assert getattr(stored, name) == getattr(submission, name), name
    assert submission.events.count() == 1


def test_no_event_has_a_form_even_for_root(client, root, put):
    submission = put()
    client.force_login(root)
    page = client.get(change(submission))
    *_, events = page.context["inline_admin_formsets"]
    assert not events.has_add_permission
    assert not events.has_change_permission
    assert not events.has_delete_permission
    data = {
        "events-TOTAL_FORMS": "1",
        "events-INITIAL_FORMS": "1",
        "events-0-id": submission.events.get().pk,
        "events-0-DELETE": "on",
    }
    assert client.post(change(submission), data).status_code == 403
    assert submission.events.count() == 1


@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_events_would_refuse_on_a_page_that_does_not(rf, root, act):
    request = rf.get(LIST)
    request.user = root
    may = getattr(EventInline(Submission, site), f"has_{act}_permission")
    assert not may(request, None)


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
    assert "1 submission" in text_of(client.get(LIST))
    assert "Draft → Queued" in text_of(client.get(change(submission)))


@pytest.mark.parametrize(("words", "found"), [(20, True), (21, False), (2000, False)])
def test_a_search_of_any_length_gets_an_answer(reviewing, confirmed, words, found):
    submission = confirmed()
    answer = reviewing.get(LIST, {"q": " ".join(["plan"] * words)})
    assert answer.status_code == 200
    assert (change(submission) in answer.content.decode()) == found
