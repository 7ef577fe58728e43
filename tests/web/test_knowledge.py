"""The review desk's knowledge: refusals, replay and numbers, read and nothing else."""

from __future__ import annotations

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.rewriting import rewrite
from tests.web.known import know, wishes
from tests.web.pages import text_of
from trades.domain.lifecycle import State
from trades.models import Draft, Event, Fact, Submission, Verdict

pytestmark = pytest.mark.django_db

NAMES = ("refusals", "replay", "numbers")
URLS = {name: reverse(f"desk-{name}") for name in NAMES}
REJECTED = (State.CLAIMED, State.SENDING, State.REJECTED)
UNITS = "position.units.value"
SAID = {UNITS: ["is below 5 & far too “small”"]}


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def refused(put):
    def refused(**fields):
        told = {"reason": "refused", "vendor_errors": SAID} | fields
        return put(*REJECTED, **told)

    return refused


@pytest.fixture
def page(desk):
    """The text of a page that was asked for so."""

    def page(name: str, status: int = 200, **query: str) -> str:
        answer = desk.get(URLS[name], query)
        assert answer.status_code == status
        return text_of(answer)

    return page


def links(response) -> list[str]:
    return [html.unescape(u) for u in re.findall('href="([^"]+)"', str(response.text))]


@pytest.mark.parametrize("url", URLS.values())
def test_only_reviewers_are_let_in(client, url, trader, reviewer, admin, make_user):
    assert client.get(url).url == f"/accounts/login/?next={url}"
    entitled = make_user("entitled", "view_submission")  # but no staff
    stopper = make_user("stopper", "stop_sending", is_staff=True)
    for user in (trader, entitled, stopper):
        client.force_login(user)
        assert client.get(url).status_code == 403
    for user in (reviewer, admin):
        client.force_login(user)
        assert client.get(url).status_code == 200
        assert client.head(url).status_code == 200
        assert client.post(url).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_lead_to_each_other(desk, name):
    response = desk.get(URLS[name])
    assert {"/desk/", *URLS.values()} <= set(links(response))
    assert response.text.count('aria-current="page"') == 2
    assert f'href="{URLS[name]}" aria-current="page"' in response.text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_changes_by_reading(desk, refused, account, name):
    refused()
    know(account, age_s=3600, minLotSize="1")  # old enough to be wished for elsewhere
    models = (Submission, Verdict, Draft, Event, Fact)
    before = [list(model.objects.values()) for model in models]
    assert desk.get(URLS[name]).status_code == 200
    assert [list(model.objects.values()) for model in models] == before
    assert wishes() == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("from", "yesterday"),
        ("from", "2026-02-30"),
        ("to", "0001-01-01"),
        ("to", "9999-12-31"),
        ("from", "<b>\0"),
    ],
)
def test_what_is_no_day_comes_back_as_typed(desk, refused, name, field, text):
    refused()
    response = desk.get(URLS[name], {field: text})
    assert response.status_code == 422
    value = text.replace("<", "&lt;").replace(">", "&gt;")
    assert f'<input type="text" name="{field}" value="{value}"' in response.text
    assert "<title>Error: " in response.text
    assert text_of(response).count("Enter a day like 2026-05-31.") == 2
    assert "<table" not in response.text


@pytest.mark.parametrize("name", NAMES)
def test_the_last_day_is_not_before_the_first(page, name):
    query = {"from": "2026-05-02", "to": "2026-05-01"}
    assert "The last day is before the first." in page(name, 422, **query)


@pytest.mark.parametrize(("name", "days"), [("refusals", 90), ("numbers", 30)])
def test_the_days_are_filled_in(desk, refused, name, days):
    refused()
    today = timezone.now().date()
    first = today - timedelta(days=days - 1)
    for query in ({}, {"from": "", "to": " "}, {"to": str(today)}):
        text = desk.get(URLS[name], query).text
        assert f'name="from" value="{first}"' in text
        assert f'name="to" value="{today}"' in text
        assert f"from {first} to {today} (UTC)" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_first_day_in_the_future_finds_nothing(desk, refused, name):
    refused()
    text = desk.get(URLS[name], {"from": "2999-12-31"}).text
    assert 'name="to" value="2999-12-31"' in text
    assert 'class="empty"' in text


@pytest.mark.parametrize("name", NAMES)
def test_a_day_is_by_utc_and_whole(desk, refused, name):
    submission = refused()
    rows = Submission.objects.filter(pk=submission.pk)
    rewrite(rows, confirmed_at="2026-05-06T23:59:59.999999Z")
    for day, there in (("2026-05-05", 0), ("2026-05-06", 1), ("2026-05-07", 0)):
        know(submission.account, minLotSize="1")
        response = desk.get(URLS[name], {"from": day, "to": day})
        assert ("<tbody>" in response.text) == there


def test_a_cluster_leads_to_its_orders_and_to_the_rule(desk, refused, account):
    submission = refused()
    know(account, minLotSize="1")
    response = desk.get(URLS["refusals"])
    text = text_of(response)
    assert "“is below 5 & far too “small”” Entry: Amount binance refused 1" in text
    assert "1: trader" in text
    newest = reverse("desk-submission", args=[submission.public_id])
    searched = "/desk/?state=rejected&q=%26+far+too+%E2%80%9Csmall%E2%80%9D"
    assert {newest, "/rules/#units-min", searched} <= set(links(response))


def test_a_refusal_that_no_rule_sees_says_so(page, refused):
    refused()
    assert "none of our rules" in page("refusals")


def test_clusters_are_sorted_as_asked(page, refused):
    for message, count in (("often", 2), ("late", 1)):
        for _ in range(count):
            refused(vendor_errors={"note": [message]})
    text = page("refusals")
    assert text.index("“late”") < text.index("“often”")
    text = page("refusals", sort="count")
    assert text.index("“often”") < text.index("“late”")
    assert "zzz is not one of" in page("refusals", 422, sort="zzz")


def test_a_replay_names_who_would_be_stopped_by_what(desk, put, account):
    small, large = put(), put(changes={UNITS: "0.02"})
    know(account, minLotSize="0.015")
    response = desk.get(URLS["replay"])
    text = text_of(response)
    assert "2 judged, 1 would now be stopped." in text
    assert "Rule Would stop units-min 1 " in text
    assert "trader USDT_BTC Queued units-min Entry: Amount: The smallest" in text
    pages = {
        submission: reverse("desk-submission", args=[submission.public_id])
        for submission in (small, large)
    }
    assert {"/rules/#units-min", pages[small]} <= set(links(response))
    assert pages[large] not in links(response)


def test_a_replay_where_nothing_is_wrong_says_so(page, put):
    put()
    text = page("replay")
    assert "1 judged, 0 would now be stopped. 0 more would have a warning" in text
    assert "Of 1 the market's limits are not known today" in text
    assert "By rule" not in text


def test_what_is_judged_can_be_chosen(page, put, make_account):
    other = make_account(1002)
    put(State.NOT_SENT)
    put(changes={"account_id": str(other.public_id)})
    three = put(changes={"pair": "USDT_ETH"})
    for count, query in (
        (3, {}),
        (3, {"trader": " trader "}),
        (1, {"state": "not_sent"}),
        (1, {"account": "1002"}),
        (2, {"account": "1001"}),
        (1, {"pair": "usdt_eth"}),
        (1, {"account": "1001", "pair": "USDT_BTC"}),
        (1, {"ids": f" {three.public_id},\n", "pair": "USDT_BTC"}),
        (1, {"ids": f"{three.public_id} {uuid.uuid4()}", "from": "2000-01-01"}),
    ):
        assert f" {count} judged, " in page("replay", **query), query
    for query in ({"trader": "nobody"}, {"pair": "x"}, {"ids": str(uuid.uuid4())}):
        assert "Nothing in the history is as" in page("replay", **query)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("state", "gone", "gone is not one of"),
        ("account", "Spot", "Enter digits only."),
        ("account", "9" * 19, "Enter digits only."),
        ("account", "١٢", "Enter digits only."),
        ("ids", "4711", "“4711” is no id of a submission."),
        ("ids", f"{uuid.UUID(int=0)} " * 201, "These are more than 200 ids."),
        ("pair", "x" * 101, "at most 100 characters"),
        ("trader", "a\0b", "Null characters are not allowed."),
    ],
)
def test_a_typo_is_said_beside_its_field(page, put, name, text, said):
    put()
    answer = page("replay", 422, **{name: text})
    assert said in answer
    assert "judged," not in answer


def test_numbers_come_as_a_table_first_and_a_drawing_second(desk, refused, put):
    refused(), put(State.NOT_SENT)
    response = desk.get(URLS["numbers"])
    text = text_of(response)
    assert "trader 1 0 1 0 1 0 – 3 " in text
    assert "trader 0 · 1 · 0 · 1" in text
    assert response.text.index("<table") < response.text.index("<svg")
    drawing = response.text.partition("<svg")[2].partition("</svg>")[0]
    assert 'role="img" aria-label="The numbers of the table as stacked' in drawing
    assert "style" not in drawing
    fills = re.findall(r'width="\d{2,}" height="14" fill="url\(#([\w-]+)\)"', drawing)
    assert fills[4:] == ["fill-refused", "fill-not-sent"]
    assert set(fills) == set(re.findall('<pattern id="([^"]+)"', drawing))


def test_numbers_are_per_account_and_mode_where_that_is_asked(page, refused):
    refused()
    text = page("numbers", by="account")
    assert "Account Sent" in text
    assert "1001 Spot (sandbox) 1 0 1 0 0 0" in text
    assert "Nothing was confirmed" in page("numbers", mode="real")
    assert "zzz is not one of" in page("numbers", 422, by="zzz")


def test_there_is_no_drawing_while_nothing_is_settled(desk, put):
    put()
    response = desk.get(URLS["numbers"])
    assert "trader 0 0 0 0 0 0" in text_of(response)
    assert "<svg" not in response.text


def test_what_the_history_shows_is_judged_as_it_is_filtered(desk, put, account):
    put()
    put(changes={"pair": "USDT_ETH"})
    history = desk.get("/desk/?pair=USDT_ETH").text
    link = re.search(r'href="(/desk/replay/[^"]+)"', history)[1]
    answer = desk.get(html.unescape(link))
    assert "1 judged, " in text_of(answer)
    assert "pair=USDT_ETH" in answer.text
    everything = desk.get("/desk/replay/?history=all%3D1")
    assert "2 judged, " in text_of(everything)
    wrong = desk.get("/desk/replay/?history=since%3Dnever")
    assert "Nothing in the history is as these filters ask." in text_of(wrong)
