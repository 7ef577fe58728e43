"""What a printed page says, read back out of the PDF that Chromium makes of it."""

from __future__ import annotations

import io
import unicodedata

from playwright.sync_api import Page
from pypdf import PdfReader


def printed(page: Page) -> list[str]:
    """The characters of each A4 page, without any blank."""
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    texts = (unicodedata.normalize("NFKC", one.extract_text()) for one in pages)
    return ["".join(text.split()) for text in texts]
