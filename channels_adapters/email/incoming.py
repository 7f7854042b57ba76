"""Where mail is fetched: the settings of a mailbox, and the connection to its server (IMAP or POP3)."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from channels_adapters import network
from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.wording import say

TIMEOUT = 30.0
_USUAL_PORTS = {("imap", "tls"): 993, ("imap", ""): 143, ("pop3", "tls"): 995, ("pop3", ""): 110}
#: Verification results of OpenSSL that have a cause and a cure of their own.
_EXPIRED, _OTHER_NAME = 10, (62, 64)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox to fetch from; password and token show in no `repr`. With a `token` the sign-in is XOAUTH2."""

    protocol: str
    host: str
    port: int
    security: str
    username: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    folders: tuple[str, ...] = ("INBOX",)
    since: str = "new"
    after_import: str = "nothing"
    move_to: str = ""
    sent_folder: str = ""
    watches_sent: bool = False

    @classmethod
    def of(cls, account: Account) -> Mailbox:
        """The mailbox an account's settings name. Raises `SendError` when they name none."""
        said = {name: str(value).strip() for name, value in account.settings.items() if value not in (None, "")}
        protocol = said.get("incoming", "none")
        host, security = said.get("incoming_host", ""), said.get("incoming_security", "tls")
        if protocol not in ("imap", "pop3") or not host or security not in ("tls", "starttls", "none"):
            raise SendError(Fault.AUTH, say("No server to fetch mail from is set for this account."))
        usual = _USUAL_PORTS[protocol, "tls" if security == "tls" else ""]
        try:
            port = int(said.get("incoming_port", usual))
        except ValueError:
            raise SendError(Fault.AUTH, say("The port of the incoming mail server is not a number.")) from None
        has_token = bool(said.get("oauth_provider"))
        folders = tuple(dict.fromkeys(name.strip() for name in said.get("folders", "").split(",") if name.strip()))
        return cls(
            protocol,
            host,
            port,
            security,
            said.get("incoming_username") or said.get("username") or account.address,
            "" if has_token else account.secrets.get("incoming_password") or account.secrets.get("password", ""),
            account.secrets.get("oauth_access_token", "") if has_token else "",
            folders or ("INBOX",),
            said.get("since", "new"),
            said.get("after_import", "nothing"),
            said.get("after_import_folder", ""),
            said.get("sent_folder", ""),
            _is_on(said.get("watch_sent", "")),
        )

    @property
    def where(self) -> str:
        """The server, for sentences."""
        return f"{self.host}:{self.port}"

    @property
    def places(self) -> tuple[str, ...]:
        """What is polled: `imap:` and a folder's name, `sent:` and the name of a folder of sent mail, or `pop3:`."""
        if self.protocol == "pop3":
            return ("pop3:",)
        sent = (f"sent:{self.sent_folder}",) if self.watches_sent else ()
        return (*(f"imap:{folder}" for folder in self.folders), *sent)


def fetches(account: Account) -> bool:
    """Whether mail of this account is fetched by us (else it is brought to us)."""
    return account.settings.get("incoming") in ("imap", "pop3")


def saves_sent(account: Account) -> bool:
    """Whether a copy of what we send belongs into the mailbox's folder of sent mail."""
    return account.settings.get("incoming") == "imap" and _is_on(str(account.settings.get("saves_sent", "")))


def dial(mailbox: Mailbox) -> socket.socket:
    """A connection to the mailbox's server, encrypted where TLS comes first. Raises `SendError`."""
    with said_plainly(mailbox):
        connection = network.connect(mailbox.host, mailbox.port, TIMEOUT)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            if mailbox.security == "tls":
                return certified().wrap_socket(connection, server_hostname=mailbox.host)
            if mailbox.security == "none" and not _is_inside(connection):
                raise SendError(
                    Fault.AUTH, say("%(host)s is on the internet: choose TLS or STARTTLS for it.", host=mailbox.host)
                )
        except BaseException:
            connection.close()
            raise
        return connection


def certified() -> ssl.SSLContext:
    """TLS that verifies certificates with what this machine trusts (`SSL_CERT_FILE` adds authorities of one's own)."""
    return ssl.create_default_context()


@contextmanager
def said_plainly(mailbox: Mailbox) -> Iterator[None]:
    """Turn what goes wrong on the line into a `SendError` that says what to do."""
    try:
        yield
    except ssl.SSLCertVerificationError as problem:
        raise SendError(Fault.AUTH, _untrusted(mailbox, problem)) from problem
    except ssl.SSLError as problem:
        raise SendError(
            Fault.AUTH if problem.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE") else Fault.TEMPORARY,
            say(
                "No encrypted connection to %(where)s (%(value)s). Check that the port and the encryption belong "
                "together.",
                where=mailbox.where,
                value=problem.reason or problem,
            ),
        ) from problem
    except network.Forbidden as problem:
        raise SendError(Fault.BLOCKED, problem.said) from problem
    except TimeoutError as problem:
        raise SendError(Fault.TEMPORARY, say("%(where)s did not answer in time.", where=mailbox.where)) from problem
    except OSError as problem:
        raise SendError(
            Fault.TEMPORARY, say("No connection to %(where)s: %(problem)s", where=mailbox.where, problem=problem)
        ) from problem


def wrong_password(mailbox: Mailbox, said: str) -> SendError:
    """What to do when the server refuses the sign-in."""
    said = withheld(mailbox, said)
    if mailbox.token:
        return SendError(
            Fault.AUTH,
            say(
                "The server refused the sign-in of %(username)s: %(said)s Connect the account again, and check "
                "that this user may read the mailbox.",
                username=mailbox.username,
                said=said,
            ),
        )
    return SendError(
        Fault.AUTH,
        say(
            "The server refused the sign-in of %(username)s: %(said)s Check the user name and the password; with "
            "two-step sign-in an app password is needed.",
            username=mailbox.username,
            said=said,
        ),
    )


def withheld(mailbox: Mailbox, said: str) -> str:
    """A server's words without our secrets, should it quote them, and no longer than a person reads."""
    for secret in (mailbox.password, mailbox.token):
        said = said.replace(secret, "***") if secret else said
    said = " ".join(said.split())[:500]
    return said if said.endswith((".", "!")) else f"{said}."


def _untrusted(mailbox: Mailbox, problem: ssl.SSLCertVerificationError) -> str:
    if problem.verify_code == _EXPIRED:
        return f"The certificate of {mailbox.host} has expired. Whoever runs that server has to renew it."
    if problem.verify_code in _OTHER_NAME:
        return (
            f"The certificate of {mailbox.where} is for another name than {mailbox.host}. "
            "Set the name that your provider gives for its server."
        )
    return (
        f"The certificate of {mailbox.where} can't be trusted: {problem.verify_message}. For a server of your own, "
        "name the certificate of its authority in SSL_CERT_FILE."
    )


def _is_inside(connection: socket.socket) -> bool:
    return not ipaddress.ip_address(connection.getpeername()[0].partition("%")[0]).is_global


def _is_on(value: str) -> bool:
    return value.lower() in ("true", "on", "yes", "1")
