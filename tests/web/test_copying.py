"""Drafts out of JSON and out of the history, and JSON out of drafts."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.pages import text_of, url
from trades.domain.lifecycle import State
from trades.models import Draft
from trades.services import copying, drafts

IMPORT = "/trades/import/"
CLAIMED, SENDING = State.CLAIMED, State.SENDING
REJECTED = (CLAIMED, SENDING, State.REJECTED)
ERRORS = {"position.units.value": ["should change with step 0.1"], "": ["try later"]}


def paste(client, text: str, **more):
    return client.post(IMPORT, {"trade": text}, **more)


def export(client, draft) -> str:
    return client.get(url("export", draft)).content.decode()


def meant(typed: dict[str, str]) -> dict[str, str]:
    """Without what means nothing: switches that are off, and blanks."""
    return {p: t for p, t in typed.items() if t not in ("", "false")}


def test_what_was_exported_comes_back_when_imported(signed_in, draft):
    response = paste(signed_in, export(signed_in, draft), follow=True)
    copy = Draft.objects.exclude(pk=draft.pk).get()
    assert response.redirect_chain == [(copy.get_absolute_url(), 303)]
    assert "Imported as a new draft." in text_of(response)
    again = drafts.examine(copy.typed, owner=copy.owner)
    assert meant(copy.typed)["account_id"] == draft.typed["account_id"]
    assert export(signed_in, copy) == export(signed_in, draft)
    assert not again.errors


def test_a_draft_with_errors_comes_back_as_it_was_typed(signed_in, make_draft):
    draft = make_draft({"position.units.value": "1,5", "pair": ""})
    paste(signed_in, export(signed_in, draft))
    copy = Draft.objects.exclude(pk=draft.pk).get()
    assert meant(copy.typed) == meant(draft.typed)


def test_an_export_is_a_file_of_the_canonical_body(signed_in, draft):
    response = signed_in.get(url("export", draft))
    assert response["Content-Type"] == "application/json"
    assert re.fullmatch(
        r'attachment; filename="smarttrade-[0-9a-f-]{36}\.json"',
        response["Content-Disposition"],
    )
    trade = json.loads(response.content)
    assert trade["account_id"] == 1001
    assert trade["position"]["units"] == {"value": "0.01"}


def test_what_could_not_be_taken_is_said(signed_in):
    text = '{"account_id": 77, "colour": "red", "instant": true}'
    said = text_of(paste(signed_in, text, follow=True))
    assert "Account 77 is not one of yours; choose one." in said
    assert "colour is not a SmartTrade setting." in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value: line 1 column 1"),
        ('{"pair": USDT}', "Expecting value: line 1 column 10"),
        ("[]", "it must be one object"),
        ("null", "it must be one object"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "NaN is not JSON"),
        ("[" * 20_000, "nested too deeply"),
        ('{"a":' * 12 + "1" + "}" * 12, "nested too deeply"),
    ],
)
def test_what_is_no_trade_comes_back_with_the_reason(signed_in, text, why):
    response = paste(signed_in, text)
    assert response.status_code == 422
    assert "<title>Error: Import" in response.content.decode()
    assert text_of(response).count(why) == 2  # in the summary and at the input
    assert text[:200] in text_of(response).replace("&quot;", '"')
    assert not Draft.objects.exists()


def test_a_huge_paste_is_refused_at_once(signed_in):
    assert paste(signed_in, "x" * 10_000_000).status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["account_id", "position", "units", "value", "take_profit"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(trade=JSON)
def test_no_json_breaks_the_import(signed_in, trade):
    assert paste(signed_in, json.dumps(trade)).status_code in (303, 422)


def test_a_clone_asks_for_what_was_sent_whatever_the_draft_says(signed_in, put):
    submission = put(*REJECTED, reason="refused")
    draft = submission.draft
    drafts.save(draft, typed=draft.typed | {"pair": "USDT_ETH"}, version=1)
    listed = signed_in.get("/submissions/").content.decode()
    where = f"/submissions/{submission.public_id}/clone/"
    assert f'action="{where}"' in listed
    assert signed_in.post(where).status_code == 303
    copy = Draft.objects.exclude(pk=draft.pk).get()
    assert copy.typed["pair"] == "USDT_BTC"
    assert copy.typed["note"] == "plan A"  # without the reference
    assert copy.typed["account_id"] == str(submission.account.public_id)


def test_a_note_that_was_the_reference_alone_is_no_note(signed_in, put):
    submission = put(*REJECTED, changes={"note": ""})
    assert "note" not in copying.sent(submission)


def test_what_was_refused_is_mended_in_one_draft_that_shows_why(signed_in, put):
    submission = put(*REJECTED, reason="refused", vendor_errors=ERRORS)
    where = f"/submissions/{submission.public_id}/fix/"
    first = signed_in.post(where)
    assert signed_in.post(where).url == first.url
    draft = Draft.objects.get(follows=submission)
    text = text_of(signed_in.get(first.url))
    assert "3Commas refused this: “should change with step 0.1”." in text
    assert "3Commas refused this: “try later”." in text
    assert submission.get_absolute_url() in signed_in.get(first.url).content.decode()
    page = signed_in.get(submission.get_absolute_url()).content.decode()
    assert draft.get_absolute_url() in page


def test_of_what_was_changed_since_nothing_is_said_any_more(signed_in, put, trader):
    submission = put(*REJECTED, reason="refused", vendor_errors=ERRORS)
    draft = copying.mend(submission, by=trader)
    same = draft.typed | {"position.units.value": "0.010"}
    draft = drafts.save(draft, typed=same, version=1)
    assert len(copying.refusals(draft)) == 2
    other = draft.typed | {"position.units.value": "0.1"}
    draft = drafts.save(draft, typed=other, version=2)
    assert [finding.path for finding in copying.refusals(draft)] == ["$"]


@pytest.mark.parametrize("states", [(), (CLAIMED, SENDING, State.UNKNOWN)])
def test_only_what_was_refused_is_mended(signed_in, put, states):
    submission = put(*states)
    where = f"/submissions/{submission.public_id}/fix/"
    assert signed_in.post(where).status_code == 404


def test_somebody_elses_are_not_there(client, stranger, put, draft):
    submission = put(*REJECTED, reason="refused")
    client.force_login(stranger)
    for name in ("clone", "fix"):
        where = f"/submissions/{submission.public_id}/{name}/"
        assert client.post(where).status_code == 404
    assert client.get(url("export", draft)).status_code == 404


def test_a_refusal_that_names_no_field_stands_on_top(put, trader):
    submission = put(*REJECTED, reason="refused", vendor_text="Not today.")
    (finding,) = copying.refusals(copying.mend(submission, by=trader))
    assert (finding.path, finding.message) == (
        "$",
        "3Commas refused this: “Not today.”.",
    )
