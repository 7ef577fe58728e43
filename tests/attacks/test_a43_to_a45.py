"""Too much at once: bytes, steps, digits."""

from __future__ import annotations

import http.client
import re
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection as db
from django.urls import reverse

from tests.attacks.forms import FORMS
from tests.attacks.house import nowhere
from tests.faults.processes import Process, database_url
from tests.web.browsing import Page
from trades.forms.names import data_of, input_name
from trades.models import Cap, Draft

pytestmark = pytest.mark.django_db

NEW = reverse("draft-new")
TEN_MB = b"note=" + b"x" * 10_000_000
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n%s\r\n--x--\r\n'


@pytest.fixture
def web(transactional_db, tmp_path):
    """The pages as a process of their own."""
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(db.settings_dict),
        "DATA_DIR": str(tmp_path),
    }
    with closing(Process("web", "--port", "0", env=env)) as process:
        process.wait_for_line('"url"')
        yield process


def memory_kb(process: Process, what: str) -> int:
    """VmRSS is what it has now, VmHWM the most it ever had."""
    told = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", told)[1])


@pytest.mark.django_db(transaction=True)
def test_a43_ten_megabytes_are_refused_by_every_form_without_taking_memory(
    web, log_in, root
):
    browser = log_in(root)
    browser.get(NEW)
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    cookies = {name: browser.cookies[name].value for name in names}
    own = {"Cookie": "; ".join(map("=".join, cookies.items()))}
    own["X-CSRFToken"] = cookies[settings.CSRF_COOKIE_NAME]
    address = urlsplit(re.search('"url": "([^"]+)"', web.output)[1]).netloc

    def post(name: str, body: bytes, kind: str = URLENCODED) -> tuple[int, str]:
        with closing(http.client.HTTPConnection(address, timeout=30)) as socket:
            headers = own | {"Content-Type": kind}
            socket.request("POST", nowhere(name), body, headers)
            answer = socket.getresponse()
            return answer.status, answer.read().decode()

    for name in FORMS:
        assert post(name, b"note=small")[0] != 403, name
    before = memory_kb(web, "VmHWM")
    for name in FORMS:
        status, page = post(name, TEN_MB)
        assert status in (400, 413), name
        assert "could not be read" in page
    whole = MULTIPART % TEN_MB
    assert post("draft-new", whole, "multipart/form-data; boundary=x")[0] in (400, 413)
    assert memory_kb(web, "VmHWM") - before < 5_000
    assert all("xxx" not in str(draft.typed) for draft in Draft.objects.all())


def judged(browser, data: dict[str, str]) -> tuple[object, float]:
    """The answer, and the seconds of work that it took: the least of five times.

    It is work that counts, not the time on a clock, which a busy machine stretches.
    """
    body, took = urlencode(data), []
    for _ in range(5):
        began = time.thread_time()
        answer = browser.generic("POST", NEW, body, content_type=URLENCODED)
        took.append(time.thread_time() - began)
    return answer, min(took)


STEP = {"price__value": "66000", "volume": "1", "order_type": "limit"}


def steps(count: int) -> dict[str, str]:
    return {f"steps-{n}-{f}": text for n in range(count) for f, text in STEP.items()}


@pytest.mark.parametrize("count", [8, 130, 10_000], ids="{} rows".format)
def test_a44_ten_thousand_steps_are_refused_at_once(signed_in, typed, count):
    """By their count alone, by the number of fields, and by the size of it all."""
    forged = {"steps-TOTAL_FORMS": "10000", "steps-INITIAL_FORMS": "10000"}
    data = data_of(typed) | steps(count) | forged | {"steps-MAX_NUM_FORMS": "10000"}
    answer, took = judged(signed_in, data)
    assert answer.status_code == 400
    assert took < 0.1
    assert not Draft.objects.exists()


ABSURD = {
    "exponent": "1e999999",
    "nan": "NaN",
    "infinity": "Infinity",
    "hexadecimal": "0x10",
    "100 kB of digits": "9" * 100_000,
    "60 kB of digits": "9" * 60_000,
    "60 kB after the dot": "0." + "9" * 60_000,
    "60 kB of zeros": "0" * 60_000,
    "Arabic digits": "١٢٣",
    "full-width digits": "１２３",
    "underscores": "1_000",
    "minus infinity": "-Infinity",
    "signalling": "sNaN123",
    "superscript": "²",
}
NUMBERS = ["position.units.value", "position.price.value", "stop_loss.timeout.value"]


@pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD)
def test_a45_an_absurd_number_is_an_error_at_its_field(signed_in, typed, text):
    data = data_of(typed | {"position.units.value": text}) | {"action": "check"}
    answer, took = judged(signed_in, data)
    assert took < 0.05
    if len(text) > 64_000:  # it is too large for a form
        assert answer.status_code == 400
    else:
        said = Page(answer).message_of("position__units__value")
        assert said.count("Error:") == 1


@pytest.mark.parametrize("name", NUMBERS)
def test_a45_every_number_of_a_ticket_is_read_so(signed_in, typed, name):
    for text in ABSURD.values():
        if len(text) < 60_000:
            on = {"stop_loss.timeout.enabled": "true", name: text}
            page = signed_in.post(NEW, data_of(typed | on) | {"action": "check"})
            said = Page(page).message_of(input_name(name))
            assert said.count("Error:") == 1, text


@pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD)
def test_a45_an_absurd_cap_or_filter_is_an_error_at_its_field(log_in, root, text):
    browser = log_in(root)
    cap = {"kind": "approval", "scope": "everyone", "currency": "USDT"}
    if len(text) < 60_000:
        answer = browser.get(reverse("desk-history"), {"size_from": text, "all": "1"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (
            422,
            ["size_from"],
        )
    answer = browser.post(reverse("cap-set"), cap | {"amount": text})
    assert answer.status_code in (400, 422)
    assert answer.status_code == 400 or "amount" in answer.context["form"].errors
    assert not Cap.objects.exists()
