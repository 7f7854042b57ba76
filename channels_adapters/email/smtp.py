"""One mail over one SMTP connection, step by step, so that every moment it can break at is told apart."""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from channels_adapters import network
from channels_adapters.contracts import Account, Fault, Identifier, Refusal, SendError
from channels_adapters.wording import Said, say

TIMEOUT = 30.0
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_NOT_ALLOWED = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to send; password and token show in no `repr`.

    With a `token` (OAuth 2) the sign-in is XOAUTH2. `is_operators`: named by who runs the installation, so it may
    be inside his own network.
    """

    host: str
    port: int
    security: str = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    is_operators: bool = False

    @classmethod
    def of(cls, account: Account) -> Server:
        """The server an account's settings name. Raises `SendError` when they name none."""
        host = str(account.settings.get("host") or "").strip()
        security = str(account.settings.get("security") or "starttls")
        usual = {"none": 25, "starttls": 587, "tls": 465}
        if not host or security not in usual:
            raise SendError(Fault.AUTH, say("No SMTP server is set for this account."))
        try:
            port = int(str(account.settings.get("port") or usual[security]))
        except ValueError:
            raise SendError(Fault.AUTH, say("The SMTP port is not a number.")) from None
        if account.settings.get("host_is_operators") is True:
            username = str(account.settings.get("operators_username") or "")
            password = account.secrets.get("operators_password", "")
            return cls(host, port, security, username, password, is_operators=True)
        username, token = str(account.settings.get("username") or ""), account.secrets.get("oauth_access_token", "")
        username = username or (account.address if token else "")
        return cls(host, port, security, username, account.secrets.get("password", ""), token)


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer."""

    code: int
    text: str

    @property
    def positive(self) -> bool:
        """Whether the server agreed."""
        return 200 <= self.code < 300

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


def transmit(server: Server, sender: str, recipients: Sequence[str], mail: bytes) -> Mapping[str, Reply]:
    """Hand the mail over once; gives the recipients that were refused while others were taken.

    `sender` is "" for automatic answers (RFC 3834). Raises `SendError`: `unknown_outcome` exactly when the whole mail
    went out and no answer came; with `refused` when nobody was accepted.
    """
    with connected(server) as smtp:
        _fits(smtp, mail, (*((sender,) if sender else ()), *recipients))
        options = ["smtputf8", "body=8bitmime"] if not all(one.isascii() for one in recipients) else []
        _must(_say(lambda: smtp.mail(sender, options)), "mail")
        refused: dict[str, Reply] = {}
        for recipient in recipients:
            reply = _say(partial(smtp.rcpt, recipient))
            if not reply.positive:
                if reply.code == 421:
                    raise SendError(Fault.TEMPORARY, str(reply))
                refused[recipient] = reply
        if len(refused) == len(recipients):
            raise _all_refused(refused)
        _hand_over(smtp, mail)
        return refused


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that has said hello, is encrypted as set, and signed in. Raises `SendError`."""
    smtp = _open(server)
    try:
        _say(smtp.ehlo)
        if server.security == "starttls":
            _encrypt(smtp)
        if server.username:
            _sign_in(smtp, server)
        yield smtp
        _goodbye(smtp)
    finally:
        smtp.close()


def fault_of(reply: Reply, stage: str) -> Fault:
    """What a refusal means, by its enhanced status (RFC 3463) where there is one, else by its code and moment."""
    found = _ENHANCED.search(reply.text)
    status = (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)
    if stage == "auth":
        return Fault.AUTH if reply.code >= 500 else Fault.TEMPORARY
    if reply.code < 500 or status[1:] == (2, 2):
        return Fault.TEMPORARY
    if reply.code in _NOT_ALLOWED or status[1:] in ((7, 8), (7, 9), (7, 30)):
        return Fault.AUTH
    if reply.code == 552 or status[1:] in ((3, 4), (2, 3)):
        return Fault.TOO_LARGE
    if status[1] == 7:
        return Fault.BLOCKED
    if status[1] == 6:
        return Fault.CONTENT
    if stage == "rcpt" and (status[1] in (1, 2) or reply.code in (550, 551, 553)):
        return Fault.RECIPIENT
    if stage == "data" and status[1] == 1:
        return Fault.RECIPIENT
    return Fault.CONTENT if stage == "data" and reply.code not in (550, 554) else Fault.BLOCKED


def refusal(recipient: Identifier, reply: Reply) -> Refusal:
    """A server's answer to one recipient."""
    return Refusal(recipient, str(reply), retryable=fault_of(reply, "rcpt").retryable)


class _Plain(smtplib.SMTP):
    """Connects through the check of addresses."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return network.connect(host, port, timeout)


class _Encrypted(smtplib.SMTP_SSL):
    """The same, encrypted from the start."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = network.connect(host, port, timeout)
        return self.context.wrap_socket(plain, server_hostname=host)


def _open(server: Server) -> smtplib.SMTP:
    plain, encrypted = (smtplib.SMTP, smtplib.SMTP_SSL) if server.is_operators else (_Plain, _Encrypted)
    try:
        if server.security == "tls":
            return encrypted(server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context())
        return plain(server.host, server.port, timeout=TIMEOUT)
    except network.Forbidden as problem:
        raise SendError(Fault.AUTH, problem.said) from problem
    except smtplib.SMTPResponseException as refusal:
        reply = _reply((refusal.smtp_code, refusal.smtp_error))
        raise SendError(fault_of(reply, "connect"), str(reply)) from refusal
    except (OSError, smtplib.SMTPException) as problem:
        raise SendError(
            Fault.TEMPORARY,
            say("No connection to %(host)s:%(port)s: %(problem)s", host=server.host, port=server.port, problem=problem),
        ) from problem


def _encrypt(smtp: smtplib.SMTP) -> None:
    if not smtp.has_extn("starttls"):
        raise SendError(Fault.AUTH, say("The server offers no STARTTLS; nothing is sent in the clear."))
    try:
        reply = _reply(smtp.starttls(context=ssl.create_default_context()))
    except ssl.SSLError as problem:
        raise SendError(Fault.TEMPORARY, say("STARTTLS failed: %(problem)s", problem=problem)) from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise SendError(Fault.TEMPORARY, _lost(problem)) from problem
    _must(reply, "connect")
    _say(smtp.ehlo)


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    if server.token:
        _sign_in_by_token(smtp, server)
        return
    try:
        smtp.login(server.username, server.password)
    except smtplib.SMTPAuthenticationError as refusal:
        reply = _reply((refusal.smtp_code, refusal.smtp_error))
        # A server that quotes what it was sent must not put a password into an error.
        text = str(reply).replace(server.password, "***") if server.password else str(reply)
        raise SendError(fault_of(reply, "auth"), text) from None
    except smtplib.SMTPServerDisconnected as problem:
        raise SendError(Fault.TEMPORARY, _lost(problem)) from None
    except smtplib.SMTPException as problem:
        raise SendError(Fault.AUTH, say("The server offers no way to sign in: %(problem)s", problem=problem)) from None
    except OSError as problem:
        raise SendError(Fault.TEMPORARY, _lost(problem)) from None


def _sign_in_by_token(smtp: smtplib.SMTP, server: Server) -> None:
    """XOAUTH2, as Google and Microsoft have it. A refusal comes as 334 with its reason; an empty line ends it."""
    said = f"user={server.username}\x01auth=Bearer {server.token}\x01\x01"
    word = base64.b64encode(said.encode()).decode()
    reply = _say(lambda: smtp.docmd("AUTH", f"XOAUTH2 {word}"))
    if reply.code == 334:
        told = reply.text
        reply = _say(lambda: smtp.docmd(""))
        reply = Reply(reply.code if reply.code >= 400 else 535, f"{reply.text} {_challenge(told)}".strip())
    if not reply.positive:
        text = str(reply).replace(word, "***").replace(server.token, "***")
        raise SendError(fault_of(reply, "auth"), text)


def _challenge(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")[:300]
    except ValueError:
        return text[:300]


def _fits(smtp: smtplib.SMTP, mail: bytes, addresses: Sequence[str]) -> None:
    allowed = smtp.esmtp_features.get("size", "")
    if allowed.isdigit() and 0 < int(allowed) < len(mail):
        raise SendError(
            Fault.TOO_LARGE,
            say("The server takes %(allowed)s bytes at most; the mail has %(size)s.", allowed=allowed, size=len(mail)),
        )
    if not all(address.isascii() for address in addresses) and not smtp.has_extn("smtputf8"):
        raise SendError(Fault.RECIPIENT, say("The server can't deliver to international addresses (SMTPUTF8)."))


def _hand_over(smtp: smtplib.SMTP, mail: bytes) -> None:
    """DATA. Until the final dot is sent the server can't have taken the mail; from then on it may have."""
    reply = _say(lambda: smtp.docmd("DATA"))
    if reply.code != 354:
        raise SendError(fault_of(reply, "data"), str(reply))
    lines = re.sub(rb"(?m)^\.", b"..", mail)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    try:
        smtp.send(lines)
    except (OSError, smtplib.SMTPException) as problem:
        raise SendError(
            Fault.TEMPORARY, say("The connection was lost before the whole mail was sent: %(problem)s", problem=problem)
        ) from problem
    try:
        smtp.send(b".\r\n")
        reply = _reply(smtp.getreply())
    except (OSError, smtplib.SMTPException) as problem:
        raise SendError(
            Fault.UNKNOWN_OUTCOME,
            say("The mail was sent, but the connection was lost before an answer: %(problem)s", problem=problem),
        ) from problem
    if not 200 <= reply.code < 600:
        raise SendError(
            Fault.UNKNOWN_OUTCOME, say("The mail was sent, and the answer can't be understood: %(reply)s", reply=reply)
        )
    _must(reply, "data")


def _all_refused(replies: Mapping[str, Reply]) -> SendError:
    """Nobody was accepted; when waiting may help one of them, the whole is worth another attempt."""
    refused = tuple(refusal(Identifier("email", address), reply) for address, reply in replies.items())
    told = sorted(replies.values(), key=lambda reply: not fault_of(reply, "rcpt").retryable)[0]
    return SendError(fault_of(told, "rcpt"), str(told), refused=refused)


def _say(command: Callable[[], tuple[int, bytes | str]]) -> Reply:
    try:
        return _reply(command())
    except (OSError, smtplib.SMTPException) as problem:
        raise SendError(Fault.TEMPORARY, _lost(problem)) from problem


def _lost(problem: Exception) -> Said:
    return say("The connection was lost: %(problem)s", problem=problem)


def _must(reply: Reply, stage: str) -> None:
    if not reply.positive:
        raise SendError(fault_of(reply, stage), str(reply))


def _reply(answer: tuple[int, bytes | str]) -> Reply:
    code, text = answer
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Reply(code, " ".join(words.split())[:1000])


def _goodbye(smtp: smtplib.SMTP) -> None:
    """QUIT is courtesy: the mail is taken, whatever the server says to it now."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
