"""The page of approvals, and what a review says of them."""

from __future__ import annotations

import html
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.web.known import know
from tests.web.pages import in_page, stamp_in, text_of, ticks_in, url
from trades.models import Approval, Event, Submission
from trades.services import approving, caps, drafts, submissions

pytestmark = pytest.mark.django_db

URL = reverse("approvals")
WARNED = {"stop_loss.conditional.price.value": "61000"}


def of(name: str, number: int) -> str:
    return reverse(f"approval-{name}", args=[number])


@pytest.fixture(autouse=True)
def covered(reviewer, account):
    """Every order needs approval."""
    know(account)
    return caps.set_cap(by=reviewer, kind="approval", amount=Decimal(0))


@pytest.fixture
def approver(make_user):
    return make_user("approver", "approve_order", is_staff=True)


@pytest.fixture
def other(approver):
    """The browser of somebody else."""
    client = Client()
    client.force_login(approver)
    return client


@pytest.fixture
def ask(signed_in):
    """Press the review page's button."""

    def ask(draft):
        page = signed_in.get(url("review", draft))
        assert f'formaction="{url("ask", draft)}"' in page.content.decode()
        return signed_in.post(url("ask", draft), {"stamp": stamp_in(page)})

    return ask


def test_an_order_is_asked_for_approved_and_sent(
    signed_in, confirm, ask, draft, other, approver
):
    page = signed_in.get(url("review", draft))
    assert "Ask for approval</button>" in page.content.decode()
    assert "Send sandbox order" not in text_of(page)
    assert "Somebody else has to approve an order like this" in text_of(page)
    assert ask(draft)["Location"] == url("review", draft)
    page = signed_in.get(url("review", draft))
    assert "Waits for approval" in text_of(page)
    assert "Ask for approval</button>" not in page.content.decode()
    assert "Send sandbox order" not in text_of(page)
    approval = Approval.objects.get()
    listed = other.get(URL)
    assert approval.body in in_text(listed)
    for words in (
        *(approval.sha256, approval.sentence, "Trader trader", "600 USDT"),
        *("1001 Spot, Sandbox (Sandbox) of trader", "Stop loss"),
    ):
        assert words in text_of(listed)
    done = other.post(of("approve", approval.pk), follow=True)
    assert done.redirect_chain == [(URL, 303)]
    assert "Approved. " in text_of(done)
    assert "Nobody waits for an approval." in text_of(done)
    page = signed_in.get(url("review", draft))
    assert "approver approved just this order at" in text_of(page)
    assert in_page(page, "sha256") == approval.sha256
    assert "Send sandbox order" in text_of(page)
    assert confirm(draft).status_code == 303
    assert Submission.objects.get().sha256 == approval.sha256


def in_text(response) -> str:
    return html.unescape(response.content.decode())


def test_a_refusal_needs_a_reason_and_the_trader_reads_it(signed_in, ask, draft, other):
    ask(draft)
    approval = Approval.objects.get()
    for why in ("", " ", "a\0b", "a\u202eb", "x" * 301):
        answer = other.post(of("refuse", approval.pk), {"why": why})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
    assert f'value="{"x" * 301}"' in answer.content.decode()
    assert Event.objects.latest("number").new == "approval asked for"
    other.post(of("refuse", approval.pk), {"why": "far <too> large"})
    page = signed_in.get(url("review", draft))
    assert "approver refused to approve it at" in text_of(page)
    assert "“far <too> large”. Change the order, or ask again." in text_of(page)
    ask(draft)
    assert Approval.objects.count() == 2


def test_whoever_asked_decides_nothing(client, make_user, make_draft, typed, account):
    both = make_user("both", "send_trade", "approve_order", is_staff=True)
    account.connection.owner = both
    account.connection.save()
    draft = drafts.create(owner=both, typed=typed)
    stamp = submissions.review(draft).stamp
    approval = approving.ask(draft, by=both, stamp=stamp)
    client.force_login(both)
    page = client.get(URL)
    assert of("approve", approval.pk) not in page.content.decode()
    assert of("refuse", approval.pk) not in page.content.decode()
    assert "somebody else decides" in text_of(page)
    for name in ("approve", "refuse"):
        for why in ("no", ""):
            answer = client.post(of(name, approval.pk), {"why": why})
            assert answer.status_code == 403
            assert "Somebody else decides." in text_of(answer)
    approval.refresh_from_db()
    assert approval.approved is None


def test_deciding_twice_or_too_late_changes_nothing_and_says_so(ask, draft, other):
    ask(draft)
    approval = Approval.objects.get()
    other.post(of("approve", approval.pk))
    before = Event.objects.count()
    for name in ("approve", "refuse"):
        done = other.post(of(name, approval.pk), {"why": "no"}, follow=True)
        assert "Nothing was decided" in text_of(done)
    gone = timezone.now() - timedelta(seconds=1)
    Approval.objects.update(
        approved=None, decided_by=None, decided_at=None, valid_until=gone
    )
    done = other.post(of("approve", approval.pk), follow=True)
    assert "Nothing was decided" in text_of(done)
    assert Event.objects.count() == before


def test_confirming_without_an_approval_keeps_what_was_ticked(
    signed_in, confirm, ask, make_draft, other
):
    draft = make_draft(WARNED)
    ask(draft)
    (approval,) = Approval.objects.all()
    assert "Warnings that the trader has to accept" in text_of(other.get(URL))
    other.post(of("approve", approval.pk))
    page = signed_in.get(url("review", draft))
    Approval.objects.update(valid_until=timezone.now())
    told = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    answer = signed_in.post(url("confirm", draft), told)
    assert answer.status_code == 409
    assert "somebody else has to approve this order" in text_of(answer)
    assert "Its approval ran out at" in text_of(answer)
    assert answer.content.decode().count(" checked") == len(told["warnings"]) == 1
    assert not Submission.objects.exists()


def test_an_edit_is_said_to_make_it_void(signed_in, ask, draft, typed):
    ask(draft)
    drafts.save(draft, typed=typed | {"note": "plan B"}, version=1)
    page = signed_in.get(url("review", draft))
    assert "does not apply: something is different since" in text_of(page)
    assert "Ask for approval</button>" in page.content.decode()


def test_asking_for_what_has_changed_since_is_refused_as_confirming_is(
    signed_in, draft, typed
):
    page = signed_in.get(url("review", draft))
    drafts.save(draft, typed=typed | {"note": "plan B"}, version=1)
    answer = signed_in.post(url("ask", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 409
    assert "plan B" in text_of(answer)
    for stamp in ("", "forged"):
        answer = signed_in.post(url("ask", draft), {"stamp": stamp})
        assert answer["Location"] == url("review", draft)
    assert not Approval.objects.exists()


def test_asking_in_vain_is_told(signed_in, draft, covered, reviewer):
    page = signed_in.get(url("review", draft))
    caps.lift_cap(covered, by=reviewer)
    told = {"stamp": stamp_in(page)}
    answer = signed_in.post(url("ask", draft), told, follow=True)
    assert "No approval is needed by now" in text_of(answer)
    assert "Send sandbox order" in text_of(answer)


def test_another_traders_draft_is_as_good_as_none(client, draft, stranger):
    client.force_login(stranger)
    stamp = submissions.review(draft).stamp
    assert client.post(url("ask", draft), {"stamp": stamp}).status_code == 404


@pytest.mark.parametrize("address", [URL, of("approve", 1), of("refuse", 1)])
def test_only_those_who_may_approve_are_let_in(
    client, address, trader, admin, make_user
):
    ask = client.get if address == URL else client.post
    assert ask(address)["Location"].startswith(reverse("login"))
    entitled = make_user("entitled", "approve_order")  # but no staff
    for user in (trader, admin, entitled):
        client.force_login(user)
        assert ask(address).status_code == 403
        assert f'href="{URL}"' not in client.get("/rules/").content.decode()


def test_links_and_other_sites_do_nothing(ask, draft, other, approver):
    ask(draft)
    (approval,) = Approval.objects.all()
    assert other.get("/rules/").content.decode().count(f'href="{URL}"') == 1
    for name in ("approve", "refuse"):
        assert other.get(of(name, approval.pk)).status_code == 405
        assert other.post(of(name, 10**25), {"why": "no"}).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(approver)
    assert strict.post(of("approve", approval.pk)).status_code == 403
    approval.refresh_from_db()
    assert approval.approved is None


def test_the_header_counts_what_waits_for_this_very_person(
    client, make_user, ask, draft, other, trader
):
    assert "(1 waiting )" not in text_of(other.get("/rules/"))
    ask(draft)
    assert "Approvals (1 waiting )" in text_of(other.get("/rules/"))
    trader.is_staff = True
    trader.save()
    trader.user_permissions.add(Permission.objects.get(codename="approve_order"))
    client.force_login(trader)  # who asked, and so has no say
    assert "waiting )" not in text_of(client.get("/rules/"))
    approval = Approval.objects.get()
    other.post(of("refuse", approval.pk), {"why": "too large"})
    assert "waiting )" not in text_of(other.get("/rules/"))
