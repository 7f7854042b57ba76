"""Sending through django-anymail: its backends know each provider's API, our mail and our way out are put into them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from email.encoders import encode_base64
from email.message import EmailMessage
from email.mime.base import MIMEBase
from importlib import import_module
from typing import Any

import httpx
import requests
from requests.adapters import BaseAdapter

from channels_adapters.contracts import Account, Fault, OutboundMessage, Recipient, SendError, Sent
from channels_adapters.email.compose import build, message_id_of, sender_of
from channels_adapters.email.esp.api import api_key, external_ids, mailboxes, posted, refusal, refused
from channels_adapters.email.esp.framework import configure, letter
from channels_adapters.email.esp.providers import LABELS
from channels_adapters.email.esp.tracking import REFERENCE
from channels_adapters.email.esp.written import mailbox
from channels_adapters.wording import say

_MAX_REFERENCE = 80
_BUILT_OTHERWISE = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "mime-version"}
    | {"content-type", "content-transfer-encoding", "content-disposition"}
)
_TAKEN = frozenset({"sent", "queued"})
_NO_METADATA = frozenset({"mailersend", "postal"})
#: Their APIs know no pictures inside the text: those become attachments.
_NO_PICTURES = frozenset({"brevo", "postal"})
#: Headers with which a provider would refuse the mail.
_FORBIDDEN = {"mailjet": frozenset({"message-id", "list-id", "x-mailer", "user-agent"})}
#: What the library stumbles with over an answer that is not built as it knows it.
_NEW_SHAPES = (LookupError, TypeError, ValueError, AttributeError)


def send_by_library(name: str, message: OutboundMessage, account: Account, people: Mapping[str, Recipient]) -> Sent:
    """Send by the provider `name`. Raises `SendError`."""
    configure()
    from anymail.exceptions import (
        AnymailAPIError,
        AnymailError,
        AnymailRecipientsRefused,
        AnymailRequestsAPIError,
    )

    own = message_id_of(message, account)
    mail = _mail(name, message, account, people, own)
    way_out = _SafeWayOut()
    with warnings.catch_warnings():
        # That the library's support for SendGrid is unofficial is no news to whoever runs this.
        warnings.simplefilter("ignore")
        backend = _backend(name, account)
    with _session(way_out) as session:
        backend.session = session
        try:
            backend.send_messages([mail])
        except AnymailRecipientsRefused:
            reasons = "; ".join(f"{address}: {reason}" for address, reason in _reasons(mail).items())
            if not reasons:
                raise SendError(Fault.UNKNOWN_OUTCOME, say("The provider's answer names no recipient.")) from None
            raise SendError(Fault.RECIPIENT, reasons) from None
        except AnymailRequestsAPIError as problem:
            raise _requests_problem(problem) from None
        except AnymailAPIError as problem:
            raise SendError(Fault.UNKNOWN_OUTCOME, f"{LABELS[name]}: {problem}"[:1000]) from None
        except AnymailError as problem:
            raise SendError(Fault.CONTENT, str(problem)) from None
        except _NEW_SHAPES as problem:
            fault = Fault.UNKNOWN_OUTCOME if way_out.answered else Fault.CONTENT
            raise SendError(fault, f"{LABELS[name]}: {type(problem).__name__}: {problem}") from problem
    given = sorted({str(one.message_id) for one in mail.anymail_status.recipients.values() if one.message_id})
    return Sent(external_ids(own, name, given), refused=refused(people, _reasons(mail)))


def _backend(name: str, account: Account) -> Any:
    """A backend with the account's key and nothing of the installation's settings."""
    key = api_key(account)
    options: dict[str, Any] = {_KEY_NAMES.get(name, "api_key"): key, "debug_api_requests": False}
    if name == "mailjet":
        options["api_key"], _, options["secret_key"] = key.partition(":")
    if name == "resend":
        options["verify_attachment_extensions"] = False
    if url := str(account.settings.get("api_url") or "").strip():
        options["api_url"] = url
    elif name == "postal":
        raise SendError(Fault.AUTH, say("The address of your Postal server is not set for this account."))
    return import_module(f"anymail.backends.{name}").EmailBackend(**options)


_KEY_NAMES = {"mailersend": "api_token", "postmark": "server_token"}


def _mail(name: str, message: OutboundMessage, account: Account, people: Mapping[str, Recipient], own: str) -> Any:
    """The composed mail taken apart again: what is refused in a header by SMTP is refused here as well."""
    built = build(message, account)
    headers = {key: " ".join(str(value).split()) for key, value in built.items() if key.lower() not in _BUILT_OTHERWISE}
    if name == "postmark":
        headers["X-PM-KeepID"] = "true"
    plain, html = built.get_body(("plain",)), built.get_body(("html",))
    mail: Any = letter(
        sender=mailbox(message.sender_name, sender_of(account)),
        to=mailboxes(people),
        reply_to=[mailbox(message.sender_name, message.reply_to)] if message.reply_to else [],
        subject=str(built["Subject"] or ""),
        headers=headers,
        text=plain.get_content() if plain is not None else "",
        html=html.get_content() if html is not None else "",
        attachments=[_attachment(part, name not in _NO_PICTURES) for part in _others(built, plain, html)],
    )
    if name not in _NO_METADATA and len(own) <= _MAX_REFERENCE:
        mail.metadata = {REFERENCE: own}
    return mail


def _others(built: EmailMessage, *bodies: Any) -> list[Any]:
    return [part for part in built.walk() if not part.is_multipart() and all(part is not body for body in bodies)]


def _attachment(part: Any, may_be_inline: bool) -> MIMEBase:
    made = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    content = part.get_payload(decode=True) or b""
    made.set_payload(content)
    encode_base64(made)
    is_inline = may_be_inline and part["Content-ID"]
    made.add_header("Content-Disposition", "inline" if is_inline else "attachment", filename=part.get_filename() or "")
    if is_inline:
        made["Content-ID"] = str(part["Content-ID"])
    return made


def _reasons(mail: Any) -> dict[str, str]:
    found = getattr(mail, "anymail_status", None)
    statuses = found.recipients if found is not None and found.recipients else {}
    return {
        str(address).lower(): f"The provider answered: {one.status}"
        for address, one in statuses.items()
        if one.status not in _TAKEN and one.status != "unknown"
    }


def _requests_problem(problem: Any) -> SendError:
    cause: BaseException | None = problem
    while cause is not None:
        # The library's own exception is one of these as well, but knows nothing.
        if isinstance(error := getattr(cause, "error", None), SendError):
            return error
        cause = cause.__cause__
    answer = getattr(problem, "response", None)
    if answer is None:
        return SendError(Fault.UNKNOWN_OUTCOME, str(problem)[:1000])
    if 200 <= answer.status_code < 300:
        return SendError(
            Fault.UNKNOWN_OUTCOME,
            say("The provider's answer can't be understood: %(answer)s", answer=answer.text[:300]),
        )
    return refusal(answer.status_code, answer.text[:2000], answer.headers)


class _Failed(requests.ConnectionError):
    """Carries what became of a request through two libraries."""

    def __init__(self, error: SendError) -> None:
        super().__init__(str(error))
        self.error = error


class _SafeWayOut(BaseAdapter):
    """What `requests` sends, sent by the one safe way out; `answered` once the provider said anything."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = False

    def send(self, request: requests.PreparedRequest, *_positions: Any, **_options: Any) -> requests.Response:
        """The answer. Raises `_Failed`."""
        given: Any = request.body or b""
        content: bytes = given.encode() if isinstance(given, str) else given
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() != "accept-encoding"}
        headers["Accept-Encoding"] = "identity"
        try:
            answer = posted(httpx.Request(str(request.method), str(request.url), headers=headers, content=content))
        except SendError as problem:
            raise _Failed(problem) from problem
        self.answered = True
        made = requests.Response()
        made.status_code, made.url, made.request = answer.status_code, str(answer.url), request
        made.headers.update(answer.headers)
        made.encoding = answer.encoding
        made._content = answer.content
        return made

    def close(self) -> None:
        """Keep nothing open."""


def _session(way_out: _SafeWayOut) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, way_out)
    return session
