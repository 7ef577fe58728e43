"""What is said of the inputs once the market is known, for ``market.js`` too."""

from __future__ import annotations

import json
from collections.abc import Mapping

from trades.forms.names import input_name


def as_json(
    units: Mapping[str, str], helps: Mapping[str, str], account_trouble: str
) -> str:
    """The names of units, and texts by the id of their element."""
    texts = {f"id_{input_name(path)}_help": text for path, text in helps.items()}
    texts["account_trouble"] = account_trouble
    return json.dumps({"units": dict(units), "texts": texts})
