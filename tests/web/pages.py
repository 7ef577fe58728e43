"""Reads our pages as a person would, and says where they are."""

from __future__ import annotations

import html
import re

from django.urls import reverse


def url(name: str, draft) -> str:
    return reverse(f"draft-{name}", args=[draft.public_id])


def in_page(response, id: str) -> str:
    """The text of an element, as a person would copy it."""
    pattern = rf'<(\w+)[^>]* id="{id}"[^>]*>(.*?)</\1>'
    return html.unescape(re.search(pattern, response.content.decode(), re.S)[2])


def stamp_in(response) -> str:
    return re.search(r'name="stamp" value="([^"]+)"', response.content.decode())[1]


def ticks_in(response) -> list[str]:
    pattern = r'name="warnings" id="warning-\d" value="([^"]+)"'
    return re.findall(pattern, response.content.decode())


def without_tokens(response) -> str:
    """The page but for the forgery tokens, which are new in each."""
    return re.sub(
        r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode()
    )


def text_of(response) -> str:
    """The page's words, without markup and with single blanks."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return html.unescape(re.sub(r"\s+", " ", bare))
