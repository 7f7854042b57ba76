"""What is known of the sender's claim to be who he says: only what our own server wrote down (RFC 8601)."""

from __future__ import annotations

import re

from channels_adapters.contracts import Authenticity, Verdict
from channels_adapters.email.mime import Part

_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULT = re.compile(r"\s{0,20}([a-z0-9\-]{1,30})\s{0,5}=\s{0,5}([a-z]{1,20})")
_PROPERTY = re.compile(r"(header\.d|header\.i|smtp\.mailfrom|smtp\.mail)\s{0,5}=\s{0,5}\"?([^\s;\"]{1,300})")


def judge(head: Part, *, author: str, several_authors: bool, reply_to: str, authserv_id: str) -> Authenticity:
    """The verdict by the topmost Authentication-Results of the server named by `authserv_id`.

    Any sender can write that header; without a name to trust, nothing is believed. DMARC decides; without it a
    DKIM signature or an SPF pass of the author's own domain, or of one above it.
    """
    differs = bool(reply_to) and reply_to != author
    results = _trusted_results(head, authserv_id)
    if not results:
        return Authenticity(reply_to_differs=differs)
    domain = author.rpartition("@")[2]
    passed = failed = False
    decided: Verdict | None = None
    for result in results:
        found = _RESULT.match(result)
        if not found:
            continue
        method, outcome = found[1], found[2]
        if method == "dmarc" and outcome in ("pass", "fail"):
            decided = Verdict.VERIFIED if outcome == "pass" else Verdict.FAILED
        elif method in ("dkim", "spf"):
            passed = passed or (outcome == "pass" and _vouches(result, method, domain))
            failed = failed or outcome == "fail"
    verdict = decided or (Verdict.VERIFIED if passed else Verdict.FAILED if failed else Verdict.UNVERIFIED)
    if several_authors and verdict is Verdict.VERIFIED:
        verdict = Verdict.UNVERIFIED
    return Authenticity(verdict, "; ".join(" ".join(result.split()) for result in results)[:1000], differs)


def _trusted_results(head: Part, authserv_id: str) -> list[str]:
    if not authserv_id:
        return []
    for value in head.texts("authentication-results"):
        server, _, rest = _COMMENT.sub(" ", value.lower()).partition(";")
        if server.split()[:1] == [authserv_id.strip().lower()]:
            return [one for one in rest.split(";")[:50] if one.strip()]
    return []


def _vouches(result: str, method: str, domain: str) -> bool:
    wanted = ("header.d", "header.i") if method == "dkim" else ("smtp.mailfrom", "smtp.mail")
    for name, value in _PROPERTY.findall(result):
        vouching = value.rpartition("@")[2].strip("<>.")
        if name in wanted and "." in vouching and (domain == vouching or domain.endswith(f".{vouching}")):
            return True
    return False
