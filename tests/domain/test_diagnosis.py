"""What each way of failing means, for every sample of a refusal that there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trades.domain.classification import why_refused
from trades.domain.diagnosis import ALL_WELL, diagnose

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
# The status that 3Commas answers with, where the samples do not say.
ASSUMED = {"access_denied_ip": 401, "access_denied_permissions": 403}

HEADINGS = {
    "create.403.account_not_owned": "The account belongs to somebody else",
    "error.401.api_key_invalid_or_expired": "3Commas does not know this API key",
    "error.401.signature_invalid": "The signature is wrong",
    "error.403.account_not_owned": "The account belongs to somebody else",
    "error.403.api_key_not_authorized": "The key lacks a permission",
    "error.403.unavailable_for_account": "Not available for this account",
    "error.429.subscription_plan": "The subscription plan does not include this",
    "error.status-unknown.access_denied_ip": "This server's address is not allowed",
    "error.status-unknown.access_denied_permissions": "The key lacks a permission",
    "set_note.401.signature_invalid": "The signature is wrong",
}


def refusals() -> list[str]:
    """The names of all samples that refuse the key, and not what was asked."""
    names = (path.name.removesuffix(".json") for path in SAMPLES.glob("*.json"))
    marks = (".401.", ".403.", ".418.", ".429.", "access_denied")
    return sorted(name for name in names if any(mark in name for mark in marks))


def of_sample(name: str, step: str):
    said = json.loads((SAMPLES / f"{name}.json").read_text())
    text = said.get("error_description") or said["error"]
    _, status, about = name.split(".", 2)
    number = ASSUMED[about] if about in ASSUMED else int(status)
    return diagnose(step, why_refused(number, text), number, text), text


def test_every_refusal_of_a_key_is_in_the_table():
    assert refusals() == sorted(HEADINGS)


@pytest.mark.parametrize("step", ["validate", "accounts"])
@pytest.mark.parametrize("name", HEADINGS)
def test_each_sample_is_explained_in_words_of_ours_and_theirs(name, step):
    told, text = of_sample(name, step)
    assert told.heading == HEADINGS[name]
    assert told.said == text
    assert told.advice
    assert not told.is_good


def test_a_signature_that_only_orders_fail_at_is_about_their_form():
    told, _ = of_sample("error.401.signature_invalid", "order")
    assert "Switch what stands between path and body" in told.advice
    told, _ = of_sample("error.401.signature_invalid", "validate")
    assert "HMAC and RSA" in told.advice


@pytest.mark.parametrize(
    ("reason", "status", "text", "heading"),
    [
        ("rate", 429, "", "3Commas had too many requests"),
        ("ban", 418, "", "3Commas has shut out this server's address"),
        ("plan", 429, "… subscription plan …", "The subscription plan does not"),
        ("network", None, "", "3Commas could not be reached"),
        ("broken", None, "", "3Commas could not be reached"),
        ("tls", None, "", "The other end could not prove"),
        ("config", None, "", "The stored secret can't be opened"),
        ("unclear", 500, "Unknown error occurred#X", "3Commas could not answer"),
        ("unclear", 502, "", "3Commas could not answer"),
        ("unclear", 200, "", "3Commas answered something else"),
        ("unclear", 302, "", "3Commas answered something else"),
        ("refused", 400, "Forced mode is not included in the [", "3Commas does not"),
        ("key", 401, "", "3Commas refuses the key"),
        ("key", 401, "something new", "3Commas refuses the key"),
        ("refused", 404, "Not Found", "3Commas refuses the key"),
        ("", None, "", "3Commas answered something else"),
    ],
)
def test_what_no_sample_shows_is_explained_too(reason, status, text, heading):
    assert diagnose("validate", reason, status, text).heading.startswith(heading)


def test_the_status_counts_before_the_text():
    told = diagnose("validate", "unclear", 503, "Provided signature is invalid")
    assert told.heading == "3Commas could not answer"
    told = diagnose("validate", "unclear", 200, "IP address is not allowed")
    assert told.heading == "3Commas answered something else than expected"


def test_nothing_but_success_is_called_good():
    assert ALL_WELL.is_good
    assert not diagnose("accounts", "", None, "").is_good
