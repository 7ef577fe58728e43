"""A page as a browser without scripts sees it: its ids, its links, its form."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """What stands in a page; ``form`` is what its ticket would post as it stands.

    What lies in a ``<template>`` is not in the page.
    """

    def __init__(self, response) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.conditions: list[str] = []
        self.form: dict[str, str] = {}
        self.described: dict[str, list[str]] = {}
        self.text: dict[str, str] = {}
        self._templates = 0
        self._in_form = False
        self._open: str | None = None
        self._select = ""
        self._within: list[str] = []
        self.feed(response.content.decode())
        self.close()

    def message_of(self, name: str) -> str:
        """What is said of an input, by what its ``aria-describedby`` points at."""
        return " ".join(self.text[id] for id in self.described[name])

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "template":
            self._templates += 1
        if self._templates:
            return
        self._note(tag, attributes)
        if tag == "form":
            self._in_form = "data-ticket" in attributes
        elif self._in_form and "name" in attributes:
            self._control(tag, attributes)
        elif self._in_form and tag == "option" and "selected" in attributes:
            self.form[self._select] = attributes["value"]

    def handle_endtag(self, tag):
        if tag == "template":
            self._templates -= 1
        elif tag == "textarea" and self._open:
            # A browser drops the newline that a textarea begins with.
            self.form[self._open] = self.form[self._open].removeprefix("\n")
            self._open = None
        elif tag == "form":
            self._in_form = False
        elif tag in ("div", "p", "span", "fieldset") and self._within:
            self._within.pop()

    def handle_data(self, data):
        if self._templates:
            return
        if self._open:
            self.form[self._open] += data
        for id in filter(None, self._within):
            self.text[id] += data

    def _note(self, tag, attributes):
        """Ids, and what points at them."""
        id = attributes.get("id", "")
        if id:
            self.ids.append(id)
            self.text[id] = ""
        if tag in ("div", "p", "span", "fieldset"):
            self._within.append(id)
        described = attributes.get("aria-describedby", "").split()
        if "name" in attributes:
            self.described[attributes["name"]] = described
        self.references |= {*described, attributes.get("for", "")}
        self.references |= {*attributes.get("aria-labelledby", "").split()}
        if attributes.get("href", "").startswith("#"):
            self.references.add(attributes["href"][1:])
        if "data-when" in attributes:
            self.conditions.append(attributes["data-when"])
        self.references.discard("")

    def _control(self, tag, attributes):
        name, kind = attributes["name"], attributes.get("type", "text")
        if tag == "textarea":
            self._open = name
            self.form[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "input" and (
            kind not in ("checkbox", "radio") or "checked" in attributes
        ):
            self.form[name] = attributes.get("value", "")
