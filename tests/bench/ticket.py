"""P3 and P5: saving a filled ticket, and rendering it, beside stock Django forms."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter, thread_time

from django.http import QueryDict
from django.template import engines

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import TICKET, Place
from tests.bench.stock import stock_forms
from trades.forms import TicketForm, offering
from trades.forms.names import data_of
from trades.forms.posting import Post
from trades.services import drafts
from trades.views import market

ROUNDS, WARM_UP, STEPS = 120, 10, 4
_OURS = "{% load crispy_forms_tags %}{% crispy form %}"
_STOCK = "{{ steps.management_form }}{{ form.as_div }}"
_STOCK += "{% for step in steps %}{{ step.as_div }}{% endfor %}"


def saving(place: Place) -> Iterator[Figure]:
    """From the post to the findings and the stored draft; nobody else has saved it."""
    draft = drafts.create(owner=place.trader, typed={})
    ours, stock = [], []
    for number in range(WARM_UP + ROUNDS):
        data = _post(place, number)
        data["version"] = str(draft.version)
        started = perf_counter()
        draft = _saved(place, draft, data)
        ours.append(perf_counter() - started)
        accounts = [(o.value, o.name) for o in market.offers(place.trader)]
        started = perf_counter()
        form, steps = stock_forms(data, accounts)
        assert form.is_valid()
        assert steps.is_valid()
        stock.append(perf_counter() - started)
    what = "validating and saving a draft, and is_valid() of stock forms alone"
    yield figures.ratio("P3", what, ours[WARM_UP:], stock[WARM_UP:], 1.3)


def rendering(place: Place) -> Iterator[Figure]:
    """Other values in each round, so that no input is ever the same again."""
    ours, stock = [], []
    mine, theirs = (engines["django"].from_string(text) for text in (_OURS, _STOCK))
    for number in range(WARM_UP + ROUNDS):
        data = _post(place, number)
        offers = market.offers(place.trader)
        form = _judged(place, TicketForm.posted(Post.received(data), offers))
        context = market.beside(form, market.wished(place.trader, form)) | {
            "form": form
        }
        started = thread_time()
        mine.render(context)
        ours.append(thread_time() - started)
        plain, steps = stock_forms(data, [(o.value, o.name) for o in offers])
        assert plain.is_valid()  # as_div would judge it first, and ours was judged
        assert steps.is_valid()
        started = thread_time()
        theirs.render({"form": plain, "steps": steps})
        stock.append(thread_time() - started)
    what = "rendering the filled ticket, and as_div of stock forms"
    yield figures.ratio("P5", what, ours[WARM_UP:], stock[WARM_UP:], 0.25)


def _saved(place: Place, draft, data: QueryDict):
    post = Post.received(data)
    assert post.is_readable
    examined = drafts.examine(post.typed, owner=place.trader)
    return drafts.save(
        draft, typed=post.typed, version=post.version, seen=examined.seen
    )


def _judged(place: Place, form: TicketForm) -> TicketForm:
    """With all that the page says beside the inputs."""
    typed = Post(form.data).typed
    examined = drafts.examine(typed, owner=place.trader)
    judged = examined.ticket, examined.facts, typed
    form.show(examined.findings, offering.buttons(examined.findings, *judged))
    form.note(offering.notes(*judged))
    return form


def _post(place: Place, number: int) -> QueryDict:
    """A ticket with four steps and a stop, as a browser posts it."""
    typed = TICKET | {"account_id": str(place.account.public_id)}
    typed |= {"position.units.value": f"0.{number + 1000}", "note": f"plan {number}"}
    for n in range(STEPS):
        price = str(66_000 + 1000 * n + number)
        typed |= {f"take_profit.steps.{n}.price.value": price}
        typed |= {f"take_profit.steps.{n}.volume": "25"}
        typed |= {f"take_profit.steps.{n}.order_type": "limit"}
    data = QueryDict(mutable=True)
    data.update({n: t for n, t in data_of(typed).items() if t != "false"})
    return data
