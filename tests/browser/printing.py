"""What a printed page says, read back out of the PDF that Chromium makes of it."""

from __future__ import annotations

import re
import unicodedata
import zlib

from playwright.sync_api import Page

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
_TO_UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")
_RANGE = re.compile(rb"<(\w{4})> <(\w{4})> <(\w{4})>")
_CHARACTER = re.compile(rb"^<(\w{4})> <(\w{4})>$", re.M)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)>(?= *Tj|[^\[\]]*\] *TJ)")


def printed(page: Page) -> list[str]:
    """The characters of each A4 page, without any blank."""
    objects = dict(_OBJECT.findall(page.pdf(format="A4")))
    fonts = {
        name: _characters(_stream(objects[_TO_UNICODE.search(objects[number])[1]]))
        for text in objects.values()
        for name, number in _FONT.findall(text)
        if _TO_UNICODE.search(objects[number])
    }
    pages = [text for text in objects.values() if b"/Type /Page\n" in text]
    contents = [re.search(rb"/Contents (\d+) 0 R", text)[1] for text in pages]
    return [_text(_stream(objects[number]), fonts) for number in contents]


def _stream(text: bytes) -> bytes:
    return zlib.decompress(_STREAM.search(text)[1])


def _characters(cmap: bytes) -> dict[int, str]:
    """A font's characters by the numbers that stand for them."""
    known = {int(n, 16): chr(int(c, 16)) for n, c in _CHARACTER.findall(cmap)}
    for first, last, character in _RANGE.findall(cmap):
        begin = int(first, 16)
        for number in range(begin, int(last, 16) + 1):
            known[number] = chr(int(character, 16) + number - begin)
    return known


def _text(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    font, said = {}, []
    for name, digits in _SHOWN.findall(content):
        font = fonts.get(name, font) if name else font
        numbers = re.findall("....", digits.decode())
        said += [font.get(int(number, 16), "") for number in numbers]
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", "".join(said)))
