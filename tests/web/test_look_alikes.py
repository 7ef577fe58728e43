"""An order that may be there already is named before another one like it is sent."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.rewriting import rewrite
from tests.web.pages import stamp_in, text_of, ticks_in, url
from trades.domain.lifecycle import State
from trades.models import Gate, Pause, Submission
from trades.services import guards

pytestmark = pytest.mark.django_db

MADE = [State.CLAIMED, State.SENDING, State.ACCEPTED]
ASKED = "Send this too, though it may be the same as another order: 0.01 on USDT_BTC"


def test_an_order_that_may_exist_is_named_with_a_link(signed_in, unknown, draft):
    other = unknown()
    page = signed_in.get(url("review", draft))
    at = f"{other.confirmed_at:%Y-%m-%d %H:%M:%S}"
    assert f"{ASKED}, confirmed {at} UTC, unknown." in text_of(page)
    assert f'href="{other.get_absolute_url()}"' in page.content.decode()
    assert ticks_in(page) == [f"look-alike {other.public_id}"]


def test_a_trade_that_was_just_made_is_named_by_its_number(signed_in, put, draft):
    other = put(*MADE, remote_id=4711)
    Submission.objects.filter(pk=other.pk).update(ended_at=timezone.now())
    text = text_of(signed_in.get(url("review", draft)))
    assert "UTC, accepted as trade 4711." in text


def test_another_traders_order_is_named_without_a_link(
    signed_in, unknown, draft, stranger
):
    other = unknown()
    rewrite(Submission.objects.all(), trader=stranger)
    page = signed_in.get(url("review", draft))
    assert ASKED in text_of(page)
    assert "It belongs to another trader" in text_of(page)
    assert other.get_absolute_url() not in page.content.decode()


def test_another_amount_is_another_order(signed_in, unknown, make_draft):
    unknown()
    draft = make_draft({"position.units.value": "0.02"})
    assert ticks_in(signed_in.get(url("review", draft))) == []


def test_it_has_to_be_ticked_and_is_kept(confirm, signed_in, unknown, draft):
    other = unknown()
    answer = confirm(draft, warnings=[])
    assert answer.status_code == 422
    text = text_of(answer)
    assert "Possible double : Tick this to go on, or change the order." in text
    assert 'id="warning-0_error"' in answer.content.decode()
    data = {"stamp": stamp_in(answer), "warnings": ticks_in(answer)}
    page = signed_in.post(url("confirm", draft), data, follow=True)
    told = f"Accepted warnings: look-alike (submission {other.public_id})"
    assert told in text_of(page)


def test_one_that_came_up_meanwhile_is_asked_for_too(
    signed_in, confirm, unknown, draft
):
    page = signed_in.get(url("review", draft))
    unknown()
    data = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    assert signed_in.post(url("confirm", draft), data).status_code == 422


def test_while_paused_the_review_stays_with_its_ticks(signed_in, unknown, draft):
    unknown()
    page = signed_in.get(url("review", draft))
    Pause.objects.create(by="admin", why="maintenance")
    data = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    answer = signed_in.post(url("confirm", draft), data)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Nothing was sent, because sending is paused." in text
    assert "An administrator has paused sending: maintenance Drafts still work." in text
    assert "not accepted yet" not in text
    assert " checked" in box(answer)
    assert Submission.objects.count() == 1
    Pause.objects.update(lifted_at=timezone.now())
    data["stamp"] = stamp_in(answer)
    assert signed_in.post(url("confirm", draft), data).status_code == 303


def box(answer) -> str:
    page = answer.content.decode()
    start = page.index('<input type="checkbox"')
    return page[start : page.index(">", start)]


@pytest.mark.parametrize("place", ["/trades/", "/trades/new/", "edit", "review"])
@pytest.mark.parametrize("why", ["paused", "shut"])
def test_drafts_and_reviews_say_that_nothing_is_sent(signed_in, draft, place, why):
    address = place if place.startswith("/") else url(place, draft)
    said = "Nothing is sent at the moment"
    assert said not in text_of(signed_in.get(address))
    if why == "paused":
        Pause.objects.create(by="admin", why="maintenance")
    else:
        until = int(timezone.now().timestamp() * 1000) + 300_000
        Gate.objects.create(scope=Gate.ADDRESS, blocked_until=until)
    answer = signed_in.get(address)
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert "Drafts still work." in text_of(answer)


def test_who_confirms_too_often_is_told_when_to_go_on(confirm, put, make_draft):
    model = put(State.NOT_SENT)
    same = {
        name: getattr(model, name)
        for name in ("draft", "trader", "account", "mode", "body", "state", "send_by")
    }
    Submission.objects.bulk_create(
        Submission(**same, token=f"{n}") for n in range(guards.PER_MINUTE - 1)
    )
    draft = make_draft()
    answer = confirm(draft)
    assert answer.status_code == 429
    assert 50 <= int(answer["Retry-After"]) <= 60
    text = text_of(answer)
    assert "Nothing was sent: you have confirmed 20 orders within a minute." in text
    assert "Try again at" in text
    assert draft.live_submission is None
    rewrite(Submission.objects.filter(pk=model.pk), confirmed_at="2026-01-01T00:00Z")
    assert confirm(draft).status_code == 303
