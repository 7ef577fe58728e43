"""The public observatory's scoring table, applied to an answer.

After ``tests_and_scoring.md`` of the MDN HTTP Observatory: from 100 the penalties are
taken, and where 90 are left, the bonuses are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

BASELINE, WITH_BONUSES_FROM = 100, 90
FETCHED = ("script-src", "object-src", "style-src")
GOOD_REFERRERS = ("no-referrer", "same-origin", "strict-origin")
HALF_A_YEAR_S = 15_768_000


@dataclass
class Answer:
    """``headers`` by lower-case name; ``cookies`` as they were set, one a line."""

    headers: Mapping[str, str]
    cookies: list[str] = field(default_factory=list)
    page: str = ""

    def policy(self) -> dict[str, list[str]]:
        text = self.headers.get("content-security-policy", "")
        parts = [part.split() for part in text.lower().split(";") if part.strip()]
        return {name: sources for name, *sources in parts}

    def sources(self, directive: str) -> list[str] | None:
        """Of a directive that falls back to the default; None: anything goes."""
        policy = self.policy()
        return policy.get(directive, policy.get("default-src"))


def score(answer: Answer) -> int:
    """From 0 to 135 or more."""
    parts = [part(answer) for part in TABLE.values()]
    total = BASELINE + sum(part for part in parts if part < 0)
    if total >= WITH_BONUSES_FROM:
        total += sum(part for part in parts if part > 0)
    return max(total, 0)


def cookies(answer: Answer) -> int:
    """The worst of them counts; 5 where all are flawless."""
    return min((_cookie(answer, line) for line in answer.cookies), default=0)


def _cookie(answer: Answer, line: str) -> int:
    name, _, rest = line.partition("=")
    flags = [flag.strip().lower() for flag in rest.split(";")[1:]]
    is_session = "sess" in name.lower() or "login" in name.lower()
    has_hsts = "strict-transport-security" in answer.headers
    if "secure" not in flags:
        base = 5 if has_hsts else 20
        return -2 * base if is_session else -base
    if is_session and "httponly" not in flags:
        return -30
    same_site = [f.partition("=")[2] for f in flags if f.startswith("samesite")]
    if not same_site:
        return -20 if "csrf" in name.lower() else 0
    return 5 if same_site[0] in ("strict", "lax", "none") else -20


def cross_origin_sharing(answer: Answer) -> int:
    return -50 if "access-control-allow-origin" in answer.headers else 0


def content_security_policy(answer: Answer) -> int:
    if not answer.policy():
        return -25
    scripts, objects, styles = map(answer.sources, FETCHED)
    loose = {"'unsafe-inline'", "data:", "http:", "https:", "*"}
    if scripts is None or objects is None or loose & {*scripts, *objects}:
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if styles is None or loose & {*styles}:
        return 0
    return 10 if answer.policy().get("default-src") == ["'none'"] else 5


def transport_security(answer: Answer) -> int:
    """A preloaded host, 5, is no matter of its answers."""
    text = answer.headers.get("strict-transport-security", "")
    age = re.search(r"max-age=(\d+)", text)
    if not age:
        return -20
    return 0 if int(age[1]) >= HALF_A_YEAR_S else -10


def referrer_policy(answer: Answer) -> int:
    text = answer.headers.get("referrer-policy", "").lower()
    if not text:
        return 0
    is_good = text in (*GOOD_REFERRERS, "strict-origin-when-cross-origin")
    return 5 if is_good else -5


def subresource_integrity(answer: Answer) -> int:
    """Scripts of our own need none."""
    foreign = [
        tag
        for tag in re.findall(r"<script[^>]*>", answer.page)
        if re.search(r'src="(?:https?:)?//', tag) and "integrity=" not in tag
    ]
    return -5 if foreign else 0


def content_type_options(answer: Answer) -> int:
    return 0 if answer.headers.get("x-content-type-options") == "nosniff" else -5


def frame_options(answer: Answer) -> int:
    if answer.policy().get("frame-ancestors") in (["'none'"], ["'self'"]):
        return 5
    text = answer.headers.get("x-frame-options", "").upper()
    return 0 if text in ("DENY", "SAMEORIGIN") else -20


def resource_policy(answer: Answer) -> int:
    text = answer.headers.get("cross-origin-resource-policy")
    return {"same-origin": 10, "same-site": 10, None: 0, "cross-origin": 0}.get(
        text, -5
    )


TABLE: dict[str, Callable[[Answer], int]] = {
    "Cookies": cookies,
    "Cross-origin resource sharing": cross_origin_sharing,
    "Content Security Policy": content_security_policy,
    "Strict-Transport-Security": transport_security,
    "Referrer-Policy": referrer_policy,
    "Subresource integrity": subresource_integrity,
    "X-Content-Type-Options": content_type_options,
    "X-Frame-Options": frame_options,
    "Cross-Origin-Resource-Policy": resource_policy,
}


def lost(answer: Answer) -> Iterator[str]:
    """What costs points."""
    return (name for name, part in TABLE.items() if part(answer) < 0)
