"""Every measurement by its id."""

from __future__ import annotations

from tests.bench import chain, send

MEASURES = {
    "P1": send.whole_send,
    "P2": send.signing,
    "P15": chain.verifying,
}
