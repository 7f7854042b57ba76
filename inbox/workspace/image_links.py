"""Signed addresses of remote images: only what stands in a mail can be asked for, and only for a while."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

_HOUR = 3600


def image_link(address: str, at: datetime) -> str:
    """Where the picture at `address` can be had from now on for one to two hours.

    Within an hour it is the same for the same picture, so that browsers need not ask twice.
    """
    until = (int(at.timestamp()) // _HOUR + 2) * _HOUR
    given = urlencode({"of": address, "until": str(until), "mac": _mac(address, until)})
    return f"{reverse('workspace:remote_image')}?{given}"


def image_address(given: Mapping[str, str], at: datetime) -> str:
    """The remote address in the parameters of such a link; "" when it was not made here or its time is over."""
    address, until = given.get("of", ""), given.get("until", "")
    if not (until.isascii() and until.isdigit() and len(until) < 14) or int(until) < at.timestamp():
        return ""
    return address if hmac.compare_digest(given.get("mac", "").encode(), _mac(address, int(until)).encode()) else ""


def _mac(address: str, until: int) -> str:
    key = hashlib.sha256(f"remote image:{settings.LINK_SIGNING_KEY}".encode()).digest()
    return hmac.new(key, f"{until}:{address}".encode(), hashlib.sha256).hexdigest()[:32]
