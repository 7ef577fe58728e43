"""P7, P8, P11: the history of a million submissions, beside one of ten thousand.

The stock Django changelist of the same table stands for what everybody has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from time import perf_counter

from django.contrib.admin import (
    AdminSite,
    ModelAdmin,
    RelatedOnlyFieldListFilter,
)
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import Place
from tests.bench.processes import Child
from trades.models import Submission
from trades.services import searching
from trades.views import history, reviewing

FEW, MANY = 10_000, 1_000_000
ROUNDS, SLOW_ROUNDS = 41, 5
_LISTED = (
    *("confirmed_at", "trader", "account", "pair", "trade_type", "side", "size"),
    *("state", "mode", "is_overridden", "verdict", "refusal", "duration_ms"),
)

Took = dict[str, list[float]]


class Stock(ModelAdmin):
    """What Django makes of the same columns, filters and search, as its
    documentation tells to write them."""

    list_display = _LISTED
    list_select_related = ("trader", "account", "verdict")
    list_filter = (
        *("confirmed_at", "state", "mode", "trade_type", "side", "is_overridden"),
        *("verdict__value", "pair"),
        ("trader", RelatedOnlyFieldListFilter),
        ("account", RelatedOnlyFieldListFilter),
    )
    list_per_page = searching.PAGE_SIZE
    search_fields = ("note", "pair", "refusal", "=public_id", "=remote_id")


class Reader:
    """A reviewer at both lists, without a network in between."""

    def __init__(self) -> None:
        self._user = User.objects.create_superuser("root", password="correct horse")
        self._stock = Stock(Submission, AdminSite())

    def desk(self, **query: object) -> float:
        return self._took(history.listing, {"all": 1, **query})

    def one(self, submission: Submission) -> float:
        return self._took(reviewing.submission, {}, id=submission.public_id)

    def stock(self, **query: object) -> float:
        return self._took(self._stock.changelist_view, query)

    def _took(self, view: Callable, query: dict, **where: object) -> float:
        request = RequestFactory().get("/", query)
        request.user = self._user
        started = perf_counter()
        response: HttpResponse = view(request, **where)
        if hasattr(response, "render"):
            response.render()
        took = perf_counter() - started
        assert response.status_code == 200, response
        return took


def of_a_million(place: Place) -> Iterator[Figure]:
    reader = Reader()
    _fill(FEW)
    few, few_kib = _pages(reader), _peak(place)
    _fill(MANY - FEW)
    many, many_kib = _pages(reader), _peak(place)
    for name, took in many.items():
        what = f"{name} at {MANY:,}, beside {FEW:,}"
        yield figures.ratio("P7", what, took, few[name], 1.3)
    yield from _beside_stock(reader)
    what = f"export of {MANY:,}: peak memory, beside {FEW:,}"
    ratio = many_kib / few_kib
    yield Figure("P11", what, ratio, ratio, ratio, 1.1, "×", "measured once")


def _fill(count: int) -> None:
    """As a server keeps its statistics fresh by itself, and SQLite has none."""
    call_command("fill_history", str(count), stdout=StringIO())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _pages(reader: Reader) -> Took:
    """Each as often as the others, in turn."""
    middle = Submission.objects.order_by("pk")[Submission.objects.count() // 2]
    reads: dict[str, Callable[[], float]] = {
        "first page": reader.desk,
        "middle page": lambda: reader.desk(before=middle.pk),
        "last page": lambda: reader.desk(oldest=1),
        "exact look-up": lambda: reader.desk(q=str(middle.public_id)),
        "one submission": lambda: reader.one(middle),
    }
    took: Took = {name: [] for name in reads}
    for number in range(ROUNDS + 1):
        for name, read in reads.items():
            seconds = read()
            if number:  # the first warms up
                took[name].append(seconds)
    return took


def _beside_stock(reader: Reader) -> Iterator[Figure]:
    word, last = _rare_word(), Submission.objects.count() // searching.PAGE_SIZE
    pairs = {
        "first page": (reader.desk, reader.stock, 0.25),
        "search": (lambda: reader.desk(q=word), lambda: reader.stock(q=word), 0.05),
        "last page": (
            lambda: reader.desk(oldest=1),
            lambda: reader.stock(p=last),
            0.05,
        ),
    }
    for name, (ours, stock, goal) in pairs.items():
        ours()
        took = [(ours(), stock()) for _ in range(SLOW_ROUNDS)]
        what = f"{name} at {MANY:,}, beside the stock changelist"
        yield figures.ratio("P8", what, *zip(*took, strict=True), goal)


def _rare_word() -> str:
    """Something that one order in ten thousand has in its note."""
    some = Submission.objects.exclude(note="").order_by("-pk")
    submission = some[Submission.objects.count() // 3]
    return submission.token[:6]


def _peak(place: Place) -> int:
    """The most memory that a process needs which exports everything, in KiB."""
    child = Child("-m", "tests.bench.exporter", env=place.env, log=place.log)
    try:
        return child.said()["kib"]
    finally:
        child.end()
