"""The door: what a browser, or somebody else, posted, as text that can be kept."""

from __future__ import annotations

from django.http import QueryDict

_TWICE = "This was sent twice. Check it and save again."
_UNKEPT = "This held a character that can't be kept; it is shown as � now."


def receive(post: QueryDict) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The text by input name, and by name what can't be taken as it came."""
    data = {name: keepable(text) for name, text in post.items()}
    refused = [(name, _TWICE) for name, texts in post.lists() if len(texts) > 1]
    refused += [(name, _UNKEPT) for name in data if data[name] != post[name]]
    return data, refused


def keepable(text: str) -> str:
    """The text without what no database or page can hold: NUL and lone surrogates."""
    return "".join("�" if _is_lost(char) else char for char in text)


def _is_lost(char: str) -> bool:
    return char == "\0" or "\ud800" <= char <= "\udfff"
