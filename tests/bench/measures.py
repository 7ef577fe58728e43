"""Every measurement by its id."""

from __future__ import annotations

from tests.bench import (
    chain,
    click,
    history,
    judging,
    looks,
    pace,
    pages,
    send,
    ticket,
    weight,
)

MEASURES = {
    "P1": send.whole_send,
    "P2": send.signing,
    "P3": ticket.saving,
    "P4": judging.one_ticket,
    "P5": ticket.rendering,
    "P6": weight.of_the_page,
    "P7": history.of_a_million,
    "P8": history.of_a_million,
    "P9": pages.beside_hung_exchanges,
    "P11": history.of_a_million,
    "P12": pace.in_any_minute,
    "P13": click.until_shown,
    "P14": looks.until_found,
    "P15": chain.verifying,
}
