"""``check_trade``: judges a trade in the API's JSON shape, without sending anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trades.domain import payload, rules
from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING, Finding, Severity
from trades.domain.reading import read_json
from trades.domain.strict_json import NotReadable, load

VALID, REFUSED, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Judge a SmartTrade in the API's JSON shape. Exit code 0: valid, 1: refused, "
        "2: unreadable."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="left out: standard input")
        parser.add_argument(
            "--jsonl",
            action="store_true",
            help="judge one case a line, {id, input, context}, and print one a line",
        )

    def handle(self, *args: object, **options: object) -> None:
        with _opened(options["file"]) as source:
            if options["jsonl"]:
                for line in source:
                    self.stdout.write(json.dumps(_judged_line(line), default=str))
            else:
                sys.exit(self._one(source.read()))

    def _one(self, text: bytes) -> int:
        try:
            ticket = read_json(load(text))
        except NotReadable as wrong:
            self.stderr.write(f"This is not a trade in JSON: {wrong}.")
            return UNREADABLE
        findings = rules.check(ticket)
        refused = any(f.severity is ERROR for f in findings)
        if not refused:
            self.stdout.write(f"Trade type: {ticket.trade_type.value}")
        for severity, title in ((ERROR, "Errors"), (WARNING, "Warnings")):
            self._list(title, [f for f in findings if f.severity is severity])
        if not refused:
            self.stdout.write(f"Body:\n{payload.encode(payload.body(ticket))}")
        return REFUSED if refused else VALID

    def _list(self, title: str, findings: list[Finding]) -> None:
        if findings:
            self.stdout.write(f"{title}:")
        for f in findings:
            self.stdout.write(_printable(f"  {f.path}: {f.message} [{f.rule}]"))


def _opened(name: object) -> BinaryIO:
    if name is None:
        if sys.stdin is None:
            raise CommandError("There is no standard input.", returncode=UNREADABLE)
        return sys.stdin.buffer
    try:
        return open(str(name), "rb")
    except OSError as wrong:
        raise CommandError(f"{name}: {wrong.strerror}", returncode=UNREADABLE) from None


def _judged_line(line: bytes) -> dict[str, object]:
    try:
        case = load(line)
    except NotReadable as wrong:
        return {"error": str(wrong)}
    if not isinstance(case, Mapping) or "input" not in case:
        return {"error": "a case is an object with an input"}
    return {"id": case.get("id"), **_judged(case["input"], case.get("context"))}


def _judged(trade: object, context: object) -> dict[str, object]:
    ticket, facts = read_json(trade), MarketFacts.read(context)
    findings = rules.check(ticket, facts)
    errors = _by_path(findings, ERROR)
    if errors:
        return {"valid": False, "errors": errors}
    return {
        "valid": True,
        "errors": {},
        "warnings": _by_path(findings, WARNING),
        "trade_type": ticket.trade_type.value,
        "payload": payload.body(ticket, facts),
    }


def _by_path(findings: list[Finding], severity: Severity) -> dict[str, str]:
    return {f.path: f.rule for f in findings if f.severity is severity}


def _printable(text: str) -> str:
    """A key of the input may hold anything; a terminal shows it escaped."""
    return text if text.isprintable() else json.dumps(text)[1:-1]
