"""A card for each rule, to which every message leads."""

from __future__ import annotations

import html

from tests.web.browsing import Page
from tests.web.pages import text_of
from trades.domain.rules.catalogue import catalogue

RULES = "/rules/"


def test_every_rule_has_its_card_with_condition_severity_and_source(signed_in):
    response = signed_in.get(RULES)
    page = Page(response)
    text = html.unescape(response.content.decode())
    cards = {part.split('"')[0]: part for part in text.split('rule-card" id="')[1:]}
    assert set(cards) == {entry.id for entry in catalogue()}
    assert len(cards) == 99
    for entry in catalogue():
        card = cards[entry.id]
        assert entry.fires in card
        assert f">{entry.severity.value}<" in card
        assert "; ".join(entry.sources) in card
        assert entry.message in card
    assert page.references <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_a_source_with_a_number_names_its_issue(signed_in):
    text = text_of(signed_in.get(RULES))
    assert "documentation repository, issue 19" in text


def test_reviewers_read_it_too_and_strangers_log_in(client, reviewer):
    assert client.get(RULES).url == "/accounts/login/?next=/rules/"
    client.force_login(reviewer)
    assert client.get(RULES).status_code == 200
    assert client.post(RULES).status_code == 405
