"""What no role may do, what no form takes along, and what no address tells."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.admin.sites import site
from django.contrib.auth.models import User
from django.core import serializers
from django.db import connection as db
from django.urls import NoReverseMatch, reverse

from tests.attacks.forms import FORMS, all_forms, posted
from tests.attacks.house import OF_ONE, PAGES
from tests.attacks.steps import as_it_is, everything, posts, work_off
from tests.web.pages import stamp_in, ticks_in, url
from trades.models import ChainHead, Submission

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
HIGH = 987_650_000  # no other number in these pages is near
HISTORY = reverse("admin:trades_submission_changelist")


def test_a09_staff_without_the_traders_right_sends_nothing(
    log_in, draft, trader, reviewer, wire
):
    page = log_in(trader).get(url("review", draft))
    posted = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    assert log_in(reviewer).post(url("confirm", draft), posted).status_code == 403
    assert not Submission.objects.exists()
    work_off()
    assert posts(wire) == []


FORGED = {
    "state": "accepted",
    "remote_id": "424242",
    "version": "77777",
    "public_id": "6f3c1a52-7f0e-4a5c-9a43-0f8a4f7e2d11",
    **dict.fromkeys(("is_staff", "is_superuser", "approved", "is_active"), "on"),
    **dict.fromkeys(("by", "set_by", "sealed_secret", "body", "token"), "forged"),
}
WHOSE = ("owner_id", "trader_id", "asked_by_id", "reviewer_id")


def test_a10_every_page_that_takes_a_post_is_tried(log_in, house, root):
    browser = log_in(root)
    takes = {n for n in PAGES if "POST" in browser.options(house.url(n))["Allow"]}
    assert takes == set(FORMS)


def test_a10_what_no_form_asks_for_is_ignored(log_in, house, request, stranger):
    people = {who: request.getfixturevalue(who) for who in ("trader", "reviewer")}
    people["root"] = request.getfixturevalue("root")
    before = belonging_to(stranger)
    for name, (who, _) in FORMS.items():
        browser = log_in(people[who])
        forged = FORGED | dict.fromkeys(("owner", "trader", "owner_id"), stranger.pk)
        answer = browser.post(house.url(name), forged | posted(name, house, browser))
        answer.getvalue()  # reads an export to its end, which closes it
        needed = name == "connection-delete"  # for the submission nobody knows of
        assert answer.status_code in ((409,) if needed else (200, 303)), name
    assert belonging_to(stranger) == before
    stored = serializers.serialize("json", everything())
    assert "It was me." in stored  # so the rest would be found
    for value in ("424242", "77777", FORGED["public_id"], "forged"):
        assert value not in stored
    assert not Submission.objects.filter(state="accepted").exists()
    assert list(User.objects.filter(is_superuser=True)) == [people["root"]]


def test_a10_a_form_lists_its_fields_one_by_one():
    assert len(all_forms()) > 20
    for form in all_forms():
        meta = getattr(form, "Meta", None)
        assert not hasattr(meta, "exclude"), form
        assert isinstance(getattr(meta, "fields", []), list | tuple), form
    for admin in site._registry.values():
        assert admin.exclude is None


def test_a10_what_is_given_twice_is_taken_by_no_form(log_in, house, request):
    """Neither the first nor the second: each name, one by one; of a ticket some."""
    browsers = {
        who: log_in(request.getfixturevalue(who))
        for who in ("trader", "reviewer", "root")
    }
    by = {name: browsers[who] for name, (who, _) in FORMS.items()}
    forms = {name: posted(name, house, by[name]) for name in FORMS}
    before, tried = as_it_is(), 0
    for name, form in forms.items():
        for twice in [name for name in form if name != "warnings"][:6]:
            body = urlencode([*form.items(), (twice, form[twice])], doseq=True)
            answer = by[name].generic("POST", house.url(name), body, content_type=FORM)
            assert answer.status_code in (303, 400, 422), (name, twice)
            tried += 1
    assert as_it_is() == before
    assert tried > 50


def test_a10_an_address_with_a_name_in_it_twice_is_no_page(log_in, house, root):
    browser = log_in(root)
    for name in ("desk-history", "draft-list", "submission-list", "desk-numbers"):
        assert browser.get(f"{house.url(name)}?q=a&q=b").status_code == 400
        assert browser.get(f"{house.url(name)}?q=a").status_code in (200, 422)


def belonging_to(user: User) -> set[str]:
    return {
        f"{type(row).__name__} {row.pk}"
        for row in everything()
        if any(getattr(row, whose, None) == user.pk for whose in WHOSE)
    }


@pytest.mark.parametrize("who", ["root", "reviewer"])
@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("{pk}/change/", {"state": "accepted", "note": "x"}, 405),
        ("{pk}/change/", {"_saveasnew": "1"}, 405),
        ("{pk}/change/", {"events-0-id": "1", "events-0-record": "{}"}, 405),
        ("{pk}/delete/", {"post": "yes"}, 403),
        ("add/", {"state": "queued"}, 403),
        (
            "",
            {"action": "delete_selected", "_selected_action": "1", "post": "yes"},
            405,
        ),
        ("", {"form-0-id": "1", "form-0-state": "x", "_save": "1"}, 405),
    ],
)
def test_a11_nobody_changes_history_in_the_admin(
    log_in, request, put, who, path, data, status
):
    submission = put()
    browser = log_in(request.getfixturevalue(who))
    address = HISTORY + path.format(pk=submission.pk)
    assert browser.post(address, data).status_code == status
    assert Submission.objects.values().get() == {
        field.attname: getattr(submission, field.attname)
        for field in Submission._meta.concrete_fields
    }
    assert submission.events.count() == 1


def test_a11_no_page_of_the_admin_is_about_what_happened():
    registered = {model._meta.model_name for model in site._registry}
    assert registered == {"user", "group", "submission", "connection", "grant"}
    assert not any(admin.inlines for admin in site._registry.values())
    with pytest.raises(NoReverseMatch):
        reverse("admin:trades_event_changelist")


def test_a12_an_id_is_drawn_and_tells_neither_a_place_nor_a_time():
    drawn = [
        [field.default() for _ in range(300)]
        for model in apps.get_app_config("trades").get_models()
        for field in model._meta.concrete_fields
        if field.name == "public_id"
    ]
    assert len(drawn) > 5
    for ids in drawn:
        assert {id.version for id in ids} == {4}
        ever = [any(id.int >> bit & 1 for id in ids) for bit in range(128)]
        always = [all(id.int >> bit & 1 for id in ids) for bit in range(128)]
        assert sum(ever) - sum(always) == 122


def test_a12_only_pages_of_staff_go_by_a_number():
    """It tells them nothing: they see all of these. A version's counts one draft's."""
    numbered = {
        name
        for name in OF_ONE
        if any(type(c).__name__ != "UUIDConverter" for c in converters(name))
    }
    by_staff = {"sending-resume", "missing-found", "cap-lift"}
    by_staff |= {"approval-approve", "approval-refuse"}
    assert numbered == by_staff | {"draft-version", "draft-restore"}


def converters(name: str) -> list[object]:
    return list(PAGES[name].pattern.converters.values())


@pytest.fixture
def numbered_high(db):
    """All rows to come have numbers that stand out."""
    models = apps.get_app_config("trades").get_models()
    for model in models:
        if model._meta.auto_field:
            start_at(model._meta.db_table)
    ChainHead.objects.update_or_create(pk=1, defaults={"number": HIGH})


def start_at(table: str) -> None:
    with db.cursor() as cursor:
        if db.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            insert = "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)"
            cursor.execute(insert, [table, HIGH])
        else:
            sequence = "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)"
            cursor.execute(sequence, [table, HIGH])


def test_a12_no_page_of_a_trader_shows_a_rows_number(
    numbered_high, request, log_in, trader
):
    house = request.getfixturevalue("house")
    read_pages(log_in(trader), house)


def read_pages(browser, house) -> None:
    read = 0
    for name in PAGES:
        page = browser.get(house.url(name))
        if page.status_code == 200:
            read += 1
            numbers = re.findall(r"98765\d{4}", page.content.decode())
            assert numbers == [], name
    assert read > 15


def test_a12_no_page_of_a_list_is_asked_for_by_a_rows_number(
    numbered_high, log_in, put, trader
):
    model = put()
    same = {
        field.attname: getattr(model, field.attname)
        for field in Submission._meta.concrete_fields
    } | {"id": None, "holds_draft_id": None}
    Submission.objects.bulk_create(
        Submission(**same | {"public_id": uuid.uuid4(), "token": f"t{n}"})
        for n in range(60)
    )
    page = log_in(trader).get(reverse("submission-list")).content.decode()
    assert "?before=" in page
    assert re.findall(r"98765\d{4}", page) == []
