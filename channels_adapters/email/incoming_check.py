"""The connection test of a mailbox: what its server is, what lies in it, the three newest mails; nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from channels_adapters.contracts import Account, CheckResult, Fault, SendError
from channels_adapters.email import imap, pop3
from channels_adapters.email.incoming import Mailbox
from channels_adapters.email.mime import read_head
from channels_adapters.wording import say

_NEWEST = 3
_SKILLS = (
    ("IDLE", say("It tells of new mail at once (IDLE).")),
    ("MOVE", say("It moves mails in one step (MOVE).")),
    ("UIDPLUS", say("It removes single mails safely (UIDPLUS).")),
    ("SPECIAL-USE", say("It marks its folder of sent mail (SPECIAL-USE).")),
)
_CAPABILITIES = re.compile(r"\[CAPABILITY [^\]]{0,2000}\]")
_HEAD = "BODY.PEEK[HEADER.FIELDS (DATE FROM SUBJECT)]"


def check_incoming(account: Account) -> Iterator[CheckResult]:
    """One line for each step as it is done, up to the first that fails."""
    try:
        mailbox = Mailbox.of(account)
    except SendError as problem:
        yield CheckResult(say("Settings of incoming mail"), False, problem.reason)
        return
    server, done = say("Incoming mail server %(where)s", where=mailbox.where), 0
    try:
        for step in (_imap if mailbox.protocol == "imap" else _pop3)(mailbox, server):
            done += 1
            yield step
    except SendError as problem:
        is_sign_in = problem.fault is Fault.AUTH and "sign-in" in problem.reason
        signing_in = say("Signed in as %(username)s", username=mailbox.username)
        label = signing_in if is_sign_in else server
        yield CheckResult(say("Newest mails") if done else label, False, problem.reason)


def _imap(mailbox: Mailbox, server: str) -> Iterator[CheckResult]:
    with imap.signed_in(mailbox) as client:
        skills = tuple(sentence for name, sentence in _SKILLS if client.has_capability(name))
        yield CheckResult(server, True, details=(_greeting(client.welcome), *skills))
        yield CheckResult(say("Signed in as %(username)s", username=mailbox.username), True)
        folders = tuple(str(name) for _flags, _delimiter, name in client.list_folders())
        sent = imap.sent_folder(client, mailbox)
        sent_is = (say("Sent mail: %(folder)s", folder=sent),) if sent else (say("No folder of sent mail was found."),)
        yield CheckResult(say("Folders"), True, details=(*folders, *sent_is))
        for folder in (*mailbox.folders, *((sent,) if mailbox.watches_sent and sent else ())):
            exists = imap.selected(client, folder).get(b"EXISTS", 0)
            yield CheckResult(
                say("Folder %(folder)s", folder=folder), True, details=(say("Mails: %(exists)s", exists=exists),)
            )
        exists = imap.selected(client, mailbox.folders[0]).get(b"EXISTS", 0)
        newest = client.search([f"{max(exists - _NEWEST, 0) + 1}:*"]) if exists else []
        told = client.fetch(newest[-_NEWEST:], [_HEAD, "INTERNALDATE"])
        lines = (_line(_head_of(one), one.get(b"INTERNALDATE")) for _uid, one in sorted(told.items(), reverse=True))
        yield CheckResult(say("Newest mails"), True, details=tuple(lines))


def _pop3(mailbox: Mailbox, server: str) -> Iterator[CheckResult]:
    with pop3.signed_in(mailbox) as client:
        yield CheckResult(server, True, details=(_greeting(client.getwelcome()),))
        yield CheckResult(say("Signed in as %(username)s", username=mailbox.username), True)
        count = client.stat()[0]
        yield CheckResult(say("Mailbox"), True, details=(say("Mails: %(count)s", count=count),))
        heads = (client.top(number, 0)[1] for number in range(count, max(count - _NEWEST, 0), -1))
        yield CheckResult(
            say("Newest mails"), True, details=tuple(_line(b"\r\n".join(head) + b"\r\n", None) for head in heads)
        )


def _head_of(told: Mapping[bytes, object]) -> bytes:
    value = next((value for key, value in told.items() if key.startswith(b"BODY[")), None)
    return value if isinstance(value, bytes) else b""


def _line(head: bytes, arrived_at: datetime | None) -> str:
    part = read_head(head)
    when = f"{arrived_at:%Y-%m-%d %H:%M}" if arrived_at else part.text("date")[:40]
    return " · ".join((when, part.words("from")[:120], part.words("subject")[:200]))


def _greeting(said: bytes | str) -> str:
    """A server's first words, without its list of capabilities: those are told in sentences."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(_CAPABILITIES.sub("", text.removeprefix("* OK").removeprefix("+OK")).split())[:300]
