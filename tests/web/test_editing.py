"""What the ticket's own buttons make of it: stored, and shown anew."""

from __future__ import annotations

import pytest

from tests.web.browsing import Page
from trades.forms.names import data_of
from trades.models import Draft

NEW = "/trades/new/"


@pytest.fixture
def press(signed_in):
    """Press a button of the ticket, and see the page that it leads to."""

    def press(data: dict[str, str], action: str) -> Page:
        where = Draft.objects.first().get_absolute_url() if "version" in data else NEW
        answer = signed_in.post(where, data | {"action": action})
        assert answer.status_code == 303
        return Page(signed_in.get(answer.url))

    return press


def test_steps_are_added_and_removed_without_a_loss(press, typed):
    added = press(data_of(typed | {"pair": "wrong"}), "add-step")
    assert added.form["steps-TOTAL_FORMS"] == "2"
    assert added.form["steps-1-order_type"] == "market"
    removed = press(added.form | {"steps-1-volume": "7"}, "remove-steps-0")
    assert removed.form["steps-TOTAL_FORMS"] == "1"
    assert removed.form["steps-0-volume"] == "7"
    assert removed.form["pair"] == "wrong"
    assert Draft.objects.get().typed["pair"] == "wrong"


def test_a_step_is_moved_with_all_that_was_typed_in_it(press, typed):
    three = {f"take_profit.steps.{n}.volume": str(n) for n in range(3)}
    three |= {"take_profit.steps.2.price.percent": "9"}
    page = press(data_of(typed | three), "up-steps-2")
    assert [page.form[f"steps-{n}-volume"] for n in range(3)] == ["0", "2", "1"]
    assert page.form["steps-1-price__percent"] == "9"
    page = press(page.form, "down-steps-0")
    assert [page.form[f"steps-{n}-volume"] for n in range(3)] == ["2", "0", "1"]
    for action in ("up-steps-0", "down-steps-2", "remove-steps-7"):
        page = press(page.form, action)
        assert [page.form[f"steps-{n}-volume"] for n in range(3)] == ["2", "0", "1"]


def test_a_button_sets_what_it_names_and_nothing_else(press, typed):
    changes = "set:position__units__value=0.02&take_profit__enabled=false&version=9"
    page = press(data_of(typed), changes + "&owner=1&steps-9-volume=1")
    stored = Draft.objects.get()
    assert stored.version == 1
    expected = {"position.units.value": "0.02", "take_profit.enabled": "false"}
    assert stored.typed == typed | expected | {
        "position.conditional.trailing.enabled": "false"
    }
    assert page.form["position__units__value"] == "0.02"


def test_there_is_always_a_step_to_fill_in_and_never_a_ninth(press, typed):
    page = press(data_of(typed), "remove-steps-0")
    assert page.form["steps-TOTAL_FORMS"] == "1"
    assert page.form["steps-0-volume"] == ""
    for _ in range(9):
        page = press(page.form, "add-step")
    assert page.form["steps-TOTAL_FORMS"] == "8"


@pytest.mark.parametrize("steps", ["", "x", "-1", "99", "9" * 5000, "٣"])
def test_odd_counts_of_steps_in_the_address_are_harmless(signed_in, draft, steps):
    page = Page(signed_in.get(draft.get_absolute_url(), {"steps": steps}))
    assert page.form["steps-TOTAL_FORMS"] == ("8" if steps == "99" else "1")


def shares(page: Page, count: int) -> list[str]:
    return [page.form[f"steps-{n}-volume"] for n in range(count)]


def test_shares_are_split_evenly_and_make_100(press, typed):
    page = press(data_of(typed), "add-step")
    page = press(page.form, "add-step")
    page = press(page.form, "split-evenly")
    assert shares(page, 3) == ["33.33", "33.33", "33.34"]


def test_a_step_takes_what_the_others_leave(press, typed):
    two = {"take_profit.steps.0.volume": "62.5", "take_profit.steps.1.volume": "1"}
    page = press(data_of(typed | two), "rest-steps-1")
    assert shares(page, 2) == ["62.5", "37.5"]


@pytest.mark.parametrize("share", ["100", "140", "x"])
def test_where_nothing_is_left_the_share_stays(press, typed, share):
    two = {"take_profit.steps.0.volume": share, "take_profit.steps.1.volume": "7"}
    page = press(data_of(typed | two), "rest-steps-1")
    assert shares(page, 2) == [share, "7"]


def test_targets_stand_at_multiples_of_the_risk(press, typed):
    page = press(data_of(typed), "targets-at-r")
    prices = [page.form[f"steps-{n}-price__value"] for n in range(3)]
    assert prices == ["62000", "64000", "66000"]  # 60000, and a stop at 58000
    assert shares(page, 3) == ["100", "", ""]


def test_without_a_stop_there_is_no_risk_to_count_by(signed_in, typed):
    data = data_of(typed | {"stop_loss.enabled": "false"})
    answer = signed_in.post(NEW, data | {"action": "targets-at-r"}, follow=True)
    assert "take the entry" in answer.content.decode()
    assert Page(answer).form["steps-0-price__value"] == "66000"


ACTIONS = (
    *("save", "review", "add-step", "remove-steps-0", "up-steps-0", "rest-steps-0"),
    *("split-evenly", "targets-at-r", "find-pair", "pair:USDT_ETH", "refresh", "odd"),
    *("set:note=x", "use-preset", "save-preset"),
)


@pytest.mark.parametrize("action", ACTIONS)
def test_after_each_post_comes_a_303_and_a_reload_posts_nothing(
    signed_in, typed, action
):
    answer = signed_in.post(NEW, data_of(typed) | {"action": action})
    assert answer.status_code == 303
    assert signed_in.get(answer.url).status_code == 200
    assert Draft.objects.count() == 1
