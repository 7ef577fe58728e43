"""Another address, by setting it, by sending it, or by saying so in an answer."""

from __future__ import annotations

from contextlib import closing

import pytest
from django import forms as django_forms
from django.apps import apps
from django.contrib.admin.sites import site
from django.db import models

from tests.attacks.forms import all_forms, posted
from tests.attacks.steps import work_off
from tests.gateway.servers import Authority, Server, answering
from trades.services import sending

pytestmark = pytest.mark.django_db

KEY_FORMS = [f"connection-{name}" for name in ("new", "key", "rename", "joiner")]
TRADE = b'{"id": 30350494}'


def test_a22_no_form_and_no_model_has_a_field_for_an_address(root, rf):
    rf_request = rf.get("/")
    rf_request.user = root
    made = [admin.get_form(rf_request) for admin in site._registry.values()]
    forms = {*all_forms(), *made}
    fields = [field for form in forms for field in form.base_fields.items()]
    assert len(fields) > 60
    for name, field in fields:
        assert not isinstance(field, django_forms.URLField), name
        assert not is_an_address(name)
    for model in apps.get_app_config("trades").get_models():
        for column in model._meta.concrete_fields:
            assert not isinstance(column, models.URLField)
            assert not is_an_address(column.name)


def is_an_address(name: str) -> bool:
    return any(part in name for part in ("url", "host", "port", "proxy", "endpoint"))


def test_a22_an_address_that_is_posted_leads_nowhere_else(
    log_in, house, trader, root, wire
):
    """It is posted with the forms of keys and of sending; then all is sent."""
    with closing(Server(answering(201, TRADE))) as evil:
        elsewhere = dict.fromkeys(("url", "host", "base_url", "sandbox_url"), evil.url)
        for name in ("draft-confirm", *KEY_FORMS):
            browser = log_in(trader)
            browser.post(house.url(name), elsewhere | posted(name, house, browser))
        work_off()
        assert evil.connections == 0
    assert wire.connections > 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a23_a_redirect_to_the_inside_is_not_followed(confirmed, settings, status):
    with closing(Server(answering(200, TRADE))) as inside:
        to = f"Location: {inside.url}/public/api/v2/smart_trades"
        with closing(Server(answering(status, TRADE, to))) as remote:
            settings.SANDBOX_URL = remote.url
            submission = confirmed()
            work_off()
            assert inside.connections == 0
    submission.refresh_from_db()
    assert (submission.state, submission.status) == ("unknown", status)


@pytest.mark.parametrize("wrong", ["self-signed", "another name", "expired"])
def test_a24_a_false_certificate_gets_nothing(confirmed, settings, tmp_path, wrong):
    ours = Authority(tmp_path)
    (tmp_path / "other").mkdir()
    context = {
        "self-signed": lambda: Authority(tmp_path / "other").context(),
        "another name": lambda: ours.context("api.3commas.io.evil.test"),
        "expired": lambda: ours.context(days=-1),
    }[wrong]()
    with closing(Server(answering(201, TRADE), context)) as server:
        settings.SANDBOX_URL, settings.SANDBOX_CA_FILE = server.url, ours.ca_file
        submission = confirmed()
        sending.send(submission.pk)
        assert server.requests == []
    submission.refresh_from_db()
    assert (submission.state, submission.reason) == ("not_sent", "tls")
