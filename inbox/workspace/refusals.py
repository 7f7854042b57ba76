"""Why a mail was not taken, in a sentence: enhanced status codes (RFC 3463), else the code of SMTP (RFC 5321)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

_STATUS = re.compile(r"(?<![\d.])[45]\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<!\d)([45]\d\d)(?!\d)")
_BY_STATUS: Mapping[tuple[int, int], object] = {
    (1, 1): _("The address does not exist."),
    (1, 2): _("The domain of the address does not exist or takes no mail."),
    (1, 3): _("The address is not written as mail servers expect."),
    (1, 6): _("The mailbox has moved."),
    (1, 10): _("The domain of the address takes no mail."),
    (2, 1): _("The mailbox is switched off."),
    (2, 2): _("The mailbox is full."),
    (2, 3): _("The mail is too large for this mailbox."),
    (2, 4): _("The mailing list does not take it."),
    (3, 4): _("The mail is too large for the receiving server."),
    (4, 1): _("The receiving server does not answer."),
    (4, 2): _("The connection to the receiving server was lost."),
    (4, 4): _("The receiving server can't be found."),
    (4, 6): _("The mail went round in a circle."),
    (4, 7): _("It could not be delivered in time."),
    (5, 3): _("There are too many recipients for the receiving server."),
    (7, 1): _("The receiving server does not take mail from us."),
    (7, 2): _("The mailing list does not take mail from us."),
    (7, 8): _("Our sign-in at the mail server was refused."),
    (7, 9): _("Our sign-in at the mail server was refused."),
    (7, 20): _("The receiving server misses a valid DKIM signature of our domain."),
    (7, 21): _("The receiving server misses a valid DKIM signature of our domain."),
    (7, 23): _("Our mail server is not among those that may send for our domain (SPF)."),
    (7, 24): _("Our mail server is not among those that may send for our domain (SPF)."),
    (7, 25): _("Our mail server has no name in DNS (reverse lookup)."),
    (7, 26): _("Neither SPF nor DKIM shows that the mail is from our domain."),
    (7, 30): _("Our sign-in at the mail server was refused."),
}
_BY_SUBJECT: Mapping[int, object] = {
    1: _("The address can't be delivered to."),
    2: _("The mailbox can't take mail."),
    3: _("The receiving server has a problem of its own."),
    4: _("The mail could not be brought to the receiving server."),
    5: _("Our server and the receiving one did not understand each other."),
    6: _("The receiving server does not take content of this kind."),
    7: _("The receiving server refused it by its rules."),
}
_BY_CODE: Mapping[str, object] = {
    "421": _("The receiving server is closed for the moment."),
    "450": _("The mailbox can't take mail for the moment."),
    "451": _("The receiving server has a problem of its own."),
    "452": _("The receiving server has no room for the moment."),
    "530": _("The mail server asks for a sign-in."),
    "535": _("Our sign-in at the mail server was refused."),
    "550": _("The address does not exist or takes no mail from us."),
    "551": _("The mailbox is not on this server."),
    "552": _("The mailbox is full or the mail too large."),
    "553": _("The address is not written as mail servers expect."),
    "554": _("The receiving server refused it by its rules."),
}


def in_words(reason: str, kind: str = "email") -> str:
    """A sentence for what a server said; "" where it only speaks for itself, as networks do."""
    if kind not in ("email", ""):
        return ""
    if found := _STATUS.search(reason):
        subject, detail = int(found[1]), int(found[2])
        if sentence := _BY_STATUS.get((subject, detail)) or _BY_SUBJECT.get(subject):
            return str(sentence)
    found = _CODE.search(reason)
    return str(_BY_CODE.get(found[1], "")) if found else ""
