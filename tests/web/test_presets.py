"""Presets: saved from the ticket, used in another, shared with others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.browsing import Page
from tests.web.pages import text_of
from trades.forms.names import data_of
from trades.models import Draft, Preset

NEW, LIST = "/trades/new/", "/presets/"


@pytest.fixture
def save(signed_in, typed):
    """Save the ticket's settings under a name."""

    def save(name: str = "Swing", **more):
        data = data_of(typed) | {"action": "save-preset", "preset_name": name}
        return signed_in.post(NEW, data | more, follow=True)

    return save


def act(client, preset, what: str, **data):
    where = reverse(f"preset-{what}", args=[preset.public_id])
    return client.post(where, data, follow=True)


def test_a_ticket_is_saved_as_a_preset_and_used_in_another(save, signed_in, typed):
    assert "The preset is saved." in text_of(save())
    preset = Preset.objects.get()
    new = {"pair": "USDT_ETH", "position.order_type": "limit"}
    new |= {"position.price.value": "3000", "trade_type": "smart_cover"}
    data = data_of(new) | {"action": "use-preset", "preset": str(preset.public_id)}
    page = Page(signed_in.post(NEW, data, follow=True))
    assert page.form["pair"] == "USDT_ETH"
    assert page.form["trade_type"] == "smart_trade"
    assert page.form["steps-0-price__value"] == "3299.7"  # 3R of 3.33 %
    assert page.form["stop_loss__conditional__price__value"] == "2900.1"


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb"])
def test_a_preset_needs_a_name(save, name):
    assert "needs a name" in text_of(save(name))
    assert not Preset.objects.exists()
    assert Draft.objects.exists()  # what was typed is kept all the same


def test_a_name_stands_once_for_each_trader(save):
    save()
    assert "a preset of that name already" in text_of(save())
    assert Preset.objects.count() == 1


def test_a_shared_preset_is_for_all_to_use_and_for_its_owner_to_change(
    save, client, stranger
):
    save(preset_shared="true")
    save("Mine")
    shared, own = Preset.objects.get(name="Swing"), Preset.objects.get(name="Mine")
    client.force_login(stranger)
    text = text_of(client.get(LIST))
    assert "Swing" in text
    assert "Mine" not in text
    for preset in (shared, own):
        for what in ("rename", "share", "delete"):
            assert act(client, preset, what, name="x").status_code == 404
    data = {"action": "use-preset", "preset": str(own.public_id)}
    answer = client.post(NEW, data_of({"pair": "USDT_ETH"}) | data, follow=True)
    assert "not there any more" in text_of(answer)
    data["preset"] = str(shared.public_id)
    answer = client.post(NEW, data_of({"pair": "USDT_ETH"}) | data, follow=True)
    assert Page(answer).form["trade_type"] == "smart_trade"


def test_its_owner_renames_shares_and_deletes_it(save, signed_in):
    save()
    preset = Preset.objects.get()
    assert "Scalp" in text_of(act(signed_in, preset, "rename", name=" Scalp "))
    assert "all traders" in text_of(act(signed_in, preset, "share", shared="true"))
    assert "you alone" in text_of(act(signed_in, preset, "share", shared="false"))
    assert "needs a name" in text_of(act(signed_in, preset, "rename", name=""))
    assert "No presets yet" in text_of(act(signed_in, preset, "delete"))


def test_only_traders_come_in(client, reviewer):
    client.force_login(reviewer)
    assert client.get(LIST).status_code == 403
