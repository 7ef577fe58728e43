"""Listed trades as a look keeps them, for the pages."""

from __future__ import annotations

from trades.models import Look, Submission

FIRST, SECOND = 3_000_000_001, 3_000_000_002


def candidate(remote_id: int = FIRST, **fields: object) -> dict[str, object]:
    """One that differs in nothing; a test changes the one thing that it is about."""
    return {
        "id": remote_id,
        "created_at": "2026-05-06T07:08:09+00:00",
        "status": "Pending",
        "note": "by hand",
        "hard": [],
        "numeric": [],
        "soft": [],
        "has_token": False,
    } | fields


def differs(path: str, ours: str, theirs: str) -> dict[str, str]:
    return {"path": path, "before": ours, "after": theirs}


def looked(submission: Submission, *candidates: dict, **fields: object) -> Look:
    """A clean look that found so many trades that may be this one."""
    kept = {"clean": True, "listed": 7, "candidates": list(candidates)} | fields
    return Look.objects.create(submission=submission, **kept)
