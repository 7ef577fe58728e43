"""An alarm stands on every page of those concerned until one of them knows."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.pages import text_of
from trades.models import Alarm
from trades.services.alarms import raise_alarm

pytestmark = pytest.mark.django_db

TEXT = "Look at 7 and 8."
SAID = f"Alarm: Possible double. {TEXT}"


def raised(submission=None, kind: str = "double") -> Alarm:
    raise_alarm(kind, TEXT, submission)
    return Alarm.objects.latest("pk")


def known(alarm: Alarm) -> str:
    return reverse("alarm-known", args=[alarm.public_id])


def test_an_alarm_stands_once_on_every_page_of_the_trader(signed_in, put, draft):
    submission = put()
    alarm = raised(submission)
    pages = (
        *("/trades/", "/trades/new/", draft.get_absolute_url(), "/submissions/"),
        *(reverse("draft-review", args=[draft.public_id]), "/nonsense/"),
        submission.get_absolute_url(),
    )
    for url in pages:
        page = signed_in.get(url)
        source = page.content.decode()
        assert SAID in text_of(page).replace("  ", " "), url
        assert source.count('role="alert"') == 1
        assert f'action="{known(alarm)}"' in source
        assert f'href="{submission.get_absolute_url()}"' in source


def test_staff_sees_it_in_the_admin_too_with_their_own_link(client, put, reviewer):
    submission = put()
    raised(submission)
    client.force_login(reviewer)
    desk = reverse("desk-submission", args=[submission.public_id])
    for url in (reverse("admin:index"), desk, "/admin/trades/submission/"):
        page = client.get(url)
        assert SAID in text_of(page)
        assert f'href="{desk}"' in page.content.decode()


def test_what_concerns_all_stands_at_staff_without_a_link(client, trader, reviewer):
    raised(kind="chain")
    client.force_login(trader)
    assert TEXT not in text_of(client.get("/trades/"))
    client.force_login(reviewer)
    page = client.get(reverse("admin:index"))
    assert f"Alarm: History was changed. {TEXT}" in text_of(page)
    assert "See the submission" not in text_of(page)


def test_strangers_and_passers_by_see_none(client, put, stranger):
    raised(put())
    assert TEXT not in text_of(client.get(reverse("login")))
    client.force_login(stranger)
    assert TEXT not in text_of(client.get("/trades/"))


@pytest.mark.parametrize("who", ["trader", "reviewer"])
def test_it_goes_when_one_of_them_knows(client, request, put, who):
    alarm = raised(submission := put())
    client.force_login(request.getfixturevalue(who))
    back = "/trades/?page=2" if who == "trader" else "/admin/"
    page = client.get(back).content.decode()
    assert html.unescape(re.search(r'name="back" value="([^"]+)"', page)[1]) == back
    answer = client.post(known(alarm), {"back": back})
    assert (answer.status_code, answer["Location"]) == (303, back)
    assert TEXT not in text_of(client.get(back))
    event = submission.events.last()
    assert (event.by, event.new) == (who, "alarm acknowledged")


def test_knowing_twice_is_no_second_event(signed_in, put):
    alarm = raised(submission := put())
    for _ in range(2):
        assert signed_in.post(known(alarm)).status_code == 303
    assert submission.events.count() == 2


def test_an_acknowledged_alarm_is_no_move_in_the_timeline(signed_in, put):
    alarm = raised(submission := put())
    signed_in.post(known(alarm))
    text = text_of(signed_in.get(submission.get_absolute_url()))
    assert "Alarm acknowledged by trader" in text
    assert "alarm: Possible double" in text
    assert "Draft → Queued" in text
    assert text.count("→") == 1


@pytest.mark.parametrize("id", [0, 10**25, "6f3c1a52-7f0e-4a5c-9a43-0f8a4f7e2d11"])
def test_there_is_nothing_to_know_of_no_alarm(signed_in, id):
    assert signed_in.post(f"/alarms/{id}/known/").status_code == 404


def test_a_stranger_can_not_take_a_banner_down(client, put, stranger):
    alarm = raised(put())
    assert client.post(known(alarm))["Location"].startswith(reverse("login"))
    client.force_login(stranger)
    assert client.post(known(alarm)).status_code == 404
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None


def test_an_alarm_for_all_is_not_a_traders_to_know(signed_in):
    assert signed_in.post(known(raised())).status_code == 404


def test_neither_a_link_nor_another_site_takes_it_down(signed_in, put, trader):
    alarm = raised(put())
    assert signed_in.get(known(alarm)).status_code == 405
    client = Client(enforce_csrf_checks=True)
    client.force_login(trader)
    assert client.post(known(alarm)).status_code == 403
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None


@pytest.mark.parametrize(
    "back",
    [
        *("", "//evil.example/", "https://evil.example/", "javascript:alert(1)", "\0"),
        *("1e999999", "draft-list", "desk/"),  # the name of a page is no address
    ],
)
def test_the_way_back_stays_here(signed_in, put, back):
    answer = signed_in.post(known(raised(put())), {"back": back})
    assert answer["Location"] == reverse("home")


def test_a_page_that_answers_a_post_is_not_the_way_back(signed_in, not_found):
    raised(submission := not_found())
    url = reverse("submission-absent", args=[submission.public_id])
    page = signed_in.post(url, {"pair": "wrong"})
    assert SAID in text_of(page)
    assert b'name="back"' not in page.content


def test_many_alarms_leave_the_page_in_sight(signed_in, put):
    submission = put()
    for kind in ("double", "echo", "tls", "unknown"):
        raised(submission, kind)
    text = text_of(signed_in.get("/trades/"))
    assert text.count("I know") == 3
    assert "There are more" in text
