"""The `email` channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    Fault,
    Handshake,
    InboundMessage,
    Malformed,
    OutboundMessage,
    Payload,
    Polled,
    SendError,
    Sent,
    SettingsField,
)
from channels_adapters.email.addresses import canonical
from channels_adapters.email.compose import (
    address_of,
    compose,
    leaves_no_sender,
    mail_identifier,
    message_id_of,
    sender_of,
)
from channels_adapters.email.dkim_check import verified
from channels_adapters.email.esp import fields as esp_fields
from channels_adapters.email.esp.completed import complete
from channels_adapters.email.esp.outgoing import check_sending, send_by_api, sends
from channels_adapters.email.esp.signatures import single_use, verify_webhook
from channels_adapters.email.imap import find_sent, save_sent
from channels_adapters.email.imap_poll import listen_imap, poll_imap
from channels_adapters.email.incoming import Mailbox, fetches, saves_sent
from channels_adapters.email.incoming_check import check_incoming
from channels_adapters.email.incoming_fields import INCOMING_FIELDS, SIGN_IN_FIELDS
from channels_adapters.email.oauth import renewed
from channels_adapters.email.parse import parse_mail, recipient_addresses
from channels_adapters.email.pop3 import poll_pop3
from channels_adapters.email.smtp import Server, connected, refusal, transmit
from channels_adapters.wording import say

_INCOMING, _OUTGOING = "Incoming mail", "Outgoing mail"


class EmailAdapter(BaseAdapter):
    """Mail, fetched by IMAP or POP3 or brought to us, and sent over SMTP or by a provider's API."""

    kind: ClassVar[str] = "email"
    label: ClassVar[str] = "E-mail"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us", "poll", "listen"}),
        threading="headers",
        rich_text=True,
        subject=True,
        # Most servers refuse more than 25 to 35 MB, and base64 adds a third.
        attachments_total_limit=20 * 1024 * 1024,
        receipts=frozenset(
            {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ}
            | {DeliveryState.BOUNCED, DeliveryState.COMPLAINED}
        ),
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        *INCOMING_FIELDS,
        SettingsField(
            "sender_name",
            "Sender name",
            "Shown beside the address in mails you send, for example the name of your shop.",
            required=False,
            section=_OUTGOING,
        ),
        esp_fields.OUTGOING,
        SettingsField(
            "host",
            "SMTP server",
            "The server your provider names for outgoing mail, e.g. smtp.example.org.",
            section=_OUTGOING,
            only_if=esp_fields.BY_SMTP,
        ),
        SettingsField(
            "port",
            "SMTP port",
            "Usually 587 with STARTTLS, 465 with TLS, 25 without encryption.",
            required=False,
            kind="number",
            default="587",
            section=_OUTGOING,
            only_if=esp_fields.BY_SMTP,
        ),
        SettingsField(
            "security",
            "Encryption",
            "STARTTLS begins in the clear and then encrypts; TLS encrypts from the start.",
            kind="choice",
            choices=(("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "None (only inside your own network)")),
            default="starttls",
            section=_OUTGOING,
            only_if=esp_fields.BY_SMTP,
        ),
        SettingsField(
            "username",
            "User name",
            "Often the whole mail address. Leave empty for a server without sign-in.",
            required=False,
            section=_OUTGOING,
        ),
        SettingsField(
            "password",
            "Password",
            "Kept encrypted and never shown again. With two-step sign-in, create an app password.",
            secret=True,
            required=False,
            section=_OUTGOING,
        ),
        SettingsField(
            "authserv_id",
            "Name of your own mail server in Authentication-Results",
            "The first word of the Authentication-Results header in mails you receive, e.g. mx.example.org. "
            "Only results under this name are believed; leave empty to believe none.",
            required=False,
            section=_INCOMING,
        ),
        *SIGN_IN_FIELDS,
        *esp_fields.OUT,
        *esp_fields.IN,
    )

    def route(self, payload: Payload) -> Sequence[str]:
        """The addresses the mail was delivered to, then those it names, without plus tags, lower case."""
        return recipient_addresses(payload)

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Check a provider's webhook; a bare mail proves itself otherwise. Raises `InvalidSignature`."""
        if payload.is_request:
            verify_webhook(payload, account)
        return None

    def single_use(self, payload: Payload, account: Account) -> str:
        """The token that Mailgun signs in place of the body."""
        return single_use(payload, account) if payload.is_request else ""

    def completed(self, payload: Payload, account: Account) -> Payload:
        """A provider's webhook with the mail or the attachments that it only announces. Raises `SendError`."""
        return complete(payload, account) if payload.is_request else payload

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """The message of a mail, or the events of a provider's webhook; then what they tell of mails of ours."""
        try:
            if payload.is_request:
                # Brings a framework along, which bare mails have no use for.
                from channels_adapters.email.esp.parse import parse_webhook

                return parse_webhook(payload, account)
            return parse_mail(payload, account)
        except Malformed:
            raise
        except Exception as bug:
            # Total by contract: a mail that finds a bug of ours goes to quarantine, with the bug's name on it.
            raise Malformed(f"The mail could not be read: {type(bug).__name__}.") from bug

    def authenticated(self, events: Sequence[Event], payload: Payload, account: Account) -> Sequence[Event]:
        """The events with what the mail's own signatures prove, where no server of ours judged its sender before."""
        if payload.is_request:
            if not any(isinstance(event, InboundMessage) for event in events):
                return events
            from channels_adapters.email.esp.parse import whole_mail

            raw = whole_mail(payload, account)
            if raw is None:
                return events
            payload = Payload(raw)
        name_server = str(account.settings.get("name_server") or "")
        return verified(tuple(events), payload, name_server=name_server, own=canonical(account.address))

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Send one mail to all recipients. Raises `SendError`; some refused recipients are in `Sent.refused`."""
        if not message.to:
            raise SendError(Fault.RECIPIENT, say("The message has no recipient."))
        if sends(account):
            return send_by_api(message, account)
        mail = compose(message, account)
        have_it = {one.value for one in message.already_sent}
        people = {
            address_of(one.person): identifier
            for one in message.to
            if (identifier := mail_identifier(one.person)).value not in have_it
        }
        if not people:
            raise SendError(Fault.RECIPIENT, say("Every recipient has it already."))
        sender = "" if leaves_no_sender(message) else sender_of(account)
        refused = transmit(Server.of(account), sender, tuple(people), mail)
        return Sent(
            (message_id_of(message, account),),
            refused=tuple(refusal(people[address], reply) for address, reply in refused.items()),
            # One copy is enough, however many attempts it took to reach everybody.
            detail="" if message.already_sent else _copied(mail, account),
        )

    def places(self, account: Account) -> Sequence[str]:
        """`imap:` with each folder's name, `sent:` for the folder of sent mail, or `pop3:`; none if not fetched."""
        return Mailbox.of(account).places if fetches(account) else ()

    def poll(self, account: Account, place: str, cursor: str) -> Iterator[Polled]:
        """Mails beyond the cursor, each once; what is to be done with them at the server follows their journalling."""
        mailbox, at = Mailbox.of(account), datetime.now(UTC)
        return poll_pop3(mailbox, cursor, at) if mailbox.protocol == "pop3" else poll_imap(mailbox, place, cursor, at)

    def listen(self, account: Account, place: str) -> Iterator[bool]:
        """IMAP's IDLE; nothing where the server has none, and for POP3."""
        mailbox = Mailbox.of(account)
        return iter(()) if mailbox.protocol == "pop3" else listen_imap(mailbox, place)

    def find_outbound(self, client_ref: str, account: Account) -> Sent | None:
        """The mail by its Message-ID in the folder of sent mail or the first folder; None where that can't be told.

        Raises `SendError` when the mailbox can't be asked now.
        """
        if account.settings.get("incoming") != "imap":
            return None
        message_id = find_sent(Mailbox.of(account), (client_ref.replace("-", ""), client_ref))
        return Sent((message_id,)) if message_id else None

    def refresh_credentials(self, account: Account) -> Mapping[str, str]:
        """A new access token when the old one has less than five minutes left. Raises `SendError`."""
        return renewed(account, datetime.now(UTC))

    def check(self, account: Account) -> Iterator[CheckResult]:
        """Connect, encrypt and sign in for sending and for fetching; read what is newest; change and send nothing."""
        if sends(account):
            yield from check_sending(account)
        elif account.settings.get("host") or not fetches(account):
            yield from _check_outgoing(account)
        if fetches(account):
            yield from check_incoming(account)


def _copied(mail: bytes, account: Account) -> str:
    """Keep a copy in the folder of sent mail where that is wanted; why there is none, for the mail itself has left."""
    if not saves_sent(account):
        return ""
    try:
        save_sent(Mailbox.of(account), mail)
    except SendError as problem:
        return f"The mail was sent, but no copy is in the folder of sent mail. {problem.reason}"
    return ""


def _check_outgoing(account: Account) -> Iterator[CheckResult]:
    try:
        sender_of(account)
        server = Server.of(account)
    except SendError as problem:
        yield CheckResult(say("Settings"), False, problem.reason)
        return
    label = say("Outgoing mail server %(where)s", where=f"{server.host}:{server.port}")
    try:
        with connected(server):
            pass
    except SendError as problem:
        if problem.fault is Fault.AUTH:
            sign_in = say("Check the user name and the password; some providers want an app password.")
            yield CheckResult(label, False, sign_in, (problem.reason,))
        else:
            advice = say("Check the server, the port and the encryption.")
            yield CheckResult(label, False, advice, (problem.reason,))
        return
    yield CheckResult(label, True)
    if server.username:
        yield CheckResult(say("Signed in as %(username)s", username=server.username), True)
