"""The form that stops one connection, account or trader, and who reads of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.pages import text_of, url
from trades.models import Connection, Event, Pause
from trades.services import stops

pytestmark = pytest.mark.django_db

PAUSE = reverse("sending-pause")


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def ours(trader, connection, account):
    return {"connection": connection, "account": account, "trader": trader}


@pytest.mark.parametrize("scope", ["connection", "account", "trader"])
def test_one_is_stopped_listed_and_resumed(desk, ours, scope):
    one = ours[scope]
    data = {"scope": scope, scope: one.pk, "why": "tea"}
    text = text_of(desk.post(PAUSE, data, follow=True))
    assert "Sending On, with 1 stop " in text
    assert f"{scope} {str(one)[:7]}" in text
    assert "paused by admin at" in text
    stop = Pause.objects.get()
    assert [getattr(stop, name) == known for name, known in ours.items()] == [
        name == scope for name in ours
    ]
    assert Event.objects.latest("number").details["scope"] == stop.scope
    resume = reverse("sending-resume", args=[stop.pk])
    assert "Sending On " in text_of(desk.post(resume, follow=True))
    again = text_of(desk.post(resume, follow=True))
    assert "Nothing was lifted: somebody was quicker." in again
    assert Event.objects.count() == 2


def test_each_stop_has_a_button_of_its_own(desk, admin, ours):
    first = stops.pause(by=admin, why="tea", trader=ours["trader"])
    second = stops.pause(by=admin, why="lunch")
    page = desk.get(reverse("sending")).content.decode()
    for stop in (first, second):
        assert page.count(f'action="{reverse("sending-resume", args=[stop.pk])}"') == 1
    text = text_of(desk.post(reverse("sending-resume", args=[second.pk]), follow=True))
    assert "trader trader : paused by admin" in text
    assert "everything :" not in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"scope": "trader"}, "Choose the trader."),
        ({"scope": ""}, "Choose one of these."),
        ({"scope": "planet"}, "Choose one of these."),
        ({"scope": "trader", "trader": "0"}, "Choose a trader of the list."),
        ({"scope": "trader", "trader": "9" * 30}, "Choose a trader of the list."),
        ({"scope": "trader", "trader": "a\0"}, "Null characters"),
        ({"scope": ["trader", "account"]}, "This was sent twice."),
    ],
)
def test_a_stop_of_nothing_is_refused_and_the_words_kept(desk, account, data, said):
    answer = desk.post(PAUSE, {"why": "tea <b>", **data})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'value="tea &lt;b&gt;"' in answer.content.decode()
    assert not Pause.objects.exists()


def test_what_is_chosen_beside_the_scope_is_asked_about(desk, ours):
    data = {"scope": "everything", "account": ours["account"].pk, "why": "tea"}
    answer = desk.post(PAUSE, data)
    assert answer.status_code == 422
    assert "One account is chosen too" in text_of(answer)
    assert f'<option value="{ours["account"].pk}" selected>' in answer.content.decode()


def test_deleted_connections_are_not_offered(desk, connection):
    assert "Sandbox (Sandbox) of trader" in text_of(desk.get(reverse("sending")))
    Connection.objects.update(deleted_at=connection.created_at)
    assert "Sandbox (Sandbox) of" not in text_of(desk.get(reverse("sending")))


@pytest.mark.parametrize("scope", ["connection", "account", "trader"])
def test_a_trader_reads_what_concerns_them_and_loses_nothing(
    confirm, signed_in, make_draft, admin, ours, scope
):
    draft = make_draft({"stop_loss.conditional.price.value": "61000"})
    stops.pause(by=admin, why="the scale is broken", **{scope: ours[scope]})
    text = text_of(signed_in.get(url("review", draft)))
    assert f"An administrator has paused sending for {scope}" in text
    answer = confirm(draft)
    assert answer.status_code == 409
    assert "checked" in answer.content.decode()
    assert "the scale is broken" in text_of(answer)
    assert "the scale is broken" in text_of(signed_in.get(draft.get_absolute_url()))


def test_others_read_nothing_of_it(confirm, signed_in, draft, admin, stranger):
    stops.pause(by=admin, why="the scale is broken", trader=stranger)
    for address in (url("review", draft), draft.get_absolute_url(), "/trades/"):
        assert "Nothing is sent at the moment" not in text_of(signed_in.get(address))
    assert confirm(draft).status_code == 303
