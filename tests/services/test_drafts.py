"""Drafts: kept as typed, judged anew, changed by one page at a time."""

from __future__ import annotations

import pytest

from trades.domain import payload
from trades.domain.payload import Difference
from trades.models import Draft
from trades.services import drafts, submissions

pytestmark = pytest.mark.django_db


def rules_of(examined) -> dict[str, str]:
    return {f.path: f.rule for f in examined.findings}


def test_what_was_typed_is_kept_whatever_is_wrong_with_it(trader):
    typed = {"pair": "  btc/usdt ", "position.units.value": "1,5"}
    draft = drafts.create(owner=trader, typed=typed)
    assert Draft.objects.get(pk=draft.pk).typed == typed


def test_a_good_ticket_has_no_findings(draft, trader):
    assert drafts.examine(draft.typed, owner=trader).findings == []


def test_a_draft_is_judged_by_what_is_known_now(draft, trader, account):
    account.flags["smart_trading_supported"] = False
    account.save()
    examined = drafts.examine(draft.typed, owner=trader)
    assert rules_of(examined) == {"account_id": "account-smart-trading"}


def test_somebody_elses_account_counts_as_none(draft, stranger):
    examined = drafts.examine(draft.typed, owner=stranger)
    assert rules_of(examined) == {"account_id": "account-required"}
    assert examined.account is None


@pytest.mark.parametrize("forged", ["1001", "x", "", "0" * 36, "\x00"])
def test_an_account_that_is_no_account_counts_as_none(typed, trader, forged):
    examined = drafts.examine(typed | {"account_id": forged}, owner=trader)
    assert rules_of(examined) == {"account_id": "account-required"}


def test_saving_counts_the_versions(draft, typed):
    saved = drafts.save(draft, typed=typed | {"pair": "USDT_ETH"}, version=1)
    assert (saved.version, saved.typed["pair"]) == (2, "USDT_ETH")


def test_an_older_page_does_not_overwrite_a_newer_one(draft, typed):
    drafts.save(draft, typed=typed | {"pair": "USDT_ETH"}, version=1)
    with pytest.raises(drafts.DraftChanged) as refused:
        drafts.save(draft, typed=typed | {"pair": "USDT_SOL"}, version=1)
    assert refused.value.changes == [Difference("pair", "USDT_ETH", "USDT_SOL")]
    assert Draft.objects.get(pk=draft.pk).typed["pair"] == "USDT_ETH"


def test_a_draft_that_is_being_sent_is_locked(confirmed, typed):
    submission = confirmed()
    with pytest.raises(drafts.DraftLocked) as refused:
        drafts.save(submission.draft, typed=typed, version=1)
    assert refused.value.submission == submission


def test_a_clone_is_free_to_change(confirmed, typed):
    clone = drafts.clone(confirmed().draft)
    saved = drafts.save(clone, typed=typed | {"pair": "USDT_ETH"}, version=1)
    assert saved.live_submission is None


@pytest.mark.parametrize(("in_note", "room"), [(True, 285), (False, 300)])
def test_the_note_leaves_room_for_the_token(settings, typed, trader, in_note, room):
    settings.TOKEN_IN_NOTE = in_note
    full = drafts.create(owner=trader, typed=typed | {"note": "x" * room})
    note = payload.decode(submissions.review(full).body)["note"]
    assert len(note) == 300
    longer = typed | {"note": "x" * (room + 1)}
    assert rules_of(drafts.examine(longer, owner=trader)) == {"note": "note-length"}


def test_a_real_account_counts_as_none_until_the_settings_say_so_too(
    typed, trader, connection, settings
):
    connection.mode = "real"
    connection.save()
    examined = drafts.examine(typed, owner=trader)
    assert rules_of(examined) == {"account_id": "account-required"}
    settings.REAL_TRADING = True
    assert drafts.examine(typed, owner=trader).findings == []
