"""Taking a normalised message in: who wrote, which ticket, what happens to it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection

from channels_adapters.contracts import Automatic, CalendarEntry, InboundMessage, Person, Visibility
from channels_adapters.registry import adapter, network_of
from inbox.channels.access import ours_among
from inbox.channels.echoes import settle_by_echo
from inbox.channels.mail_models import MailAnswer, TicketMail
from inbox.channels.media import stored
from inbox.channels.models import Channel, Delivery, Envelope, ReceivedEvent
from inbox.channels.news import TooEarly, is_in_flight, remember_part
from inbox.channels.profiles import wonder
from inbox.channels.receipts import answers_direct, answers_mail, confirm_answered, is_told_by_mail
from inbox.channels.threading import find_ticket, follow_thread, is_own_id
from inbox.common.clock import now
from inbox.common.rows import insert_new
from inbox.common.text import one_line
from inbox.customers.actions import recognize, set_reach
from inbox.customers.models import Customer, Identity
from inbox.surveys.buttons import press, typed
from inbox.tickets.actions import join, opening
from inbox.tickets.albums import begin_album, enlarge, told_in
from inbox.tickets.changes import SYSTEM, Actor, Change, change
from inbox.tickets.conversation import hear, remember, say_elsewhere
from inbox.tickets.enums import AuthorKind, State
from inbox.tickets.models import Message, Ticket, TicketChannel
from inbox.tickets.networks import capabilities_of

#: More people than this in one mail are a distribution list, not participants.
_MOST_COPIED = 30
#: An echo that comes before the answer to our own call is looked at again so often.
ECHO_TRIES = 3


def take_in(channel: Channel, envelope: Envelope, event: InboundMessage) -> tuple[Message | None, str]:
    """The message made of `event` and the outcome.

    `opened` a ticket, `joined` one, `followed_up` a closed or deleted one, `also` (another channel has it already),
    `echo` (a message of ours that came back), `elsewhere` (a colleague's answer from another mail program), `unrelated`
    (one of a colleague's that belongs to no ticket; nothing is made of it), `automatic` (a program's answer to a survey
    outside tickets or to a mail about a chat; nothing is made of that either), `answered` (a survey, by a button of
    ours), `too_late` for that, `added` to the message of the same album.
    """
    if own := settle_by_echo(channel, event) or _our_own(channel, event):
        return own, "echo"
    if is_told_by_mail(event.external_id):
        return None, "echo"
    if event.direction == "echo" and envelope.attempts < ECHO_TRIES and is_in_flight(channel):
        raise TooEarly("It may be a message of ours whose id we are yet to be told.")
    others = _other_addresses(channel, event)
    ours = ours_among(others) if others else set()
    if ours and (twin := _taken_by_another(channel, event)):
        TicketChannel.objects.get_or_create(ticket=twin.ticket, channel=channel)
        return twin, "also"
    if _is_said_by_us(channel, envelope, event):
        return _said_elsewhere(channel, envelope, event)
    if event.thread.keys and (_writes_own_ids(channel) or any(is_own_id(key[4:]) for key in event.thread.keys)):
        confirm_answered(event)
    mail = answers_mail(event)
    if event.automatic and (answers_direct(event) or (mail and event.automatic != Automatic.BOUNCE)):
        return None, "automatic"
    at = _at(envelope, event)
    if mail:
        _prove(mail, at)
    identity = _identity(event.author, event.language, at)
    customer = identity.customer
    wonder(channel, identity)
    network = network_of(channel.kind)
    if identity.is_blocked_on(network):
        # Who writes has let us in again.
        is_opted_out = identity.is_opted_out_on(network)
        set_reach(identity, is_blocked=False, is_opted_out=is_opted_out, at=at, network=network)
    if event.choice and (pressed := press(event.choice.id, by=customer, at=at)):
        return pressed.invitation.message, "answered" if pressed.is_kept else "too_late"
    is_plain = not event.attachments and event.direction == "in" and envelope.mail_import_id is None
    if is_plain and (said := typed(event.text, by=customer, channel=channel, at=at)):
        return said.invitation.message, "answered"
    album = _album(channel, envelope, event)
    if album and album.message:
        files = [stored(attachment) for attachment in event.attachments]
        remember_part(channel, envelope, event.external_id, album.message)
        enlarged = enlarge(album.message, event.external_id, text=event.text, files=files, by=customer, at=at)
        return enlarged, "added"
    found = find_ticket(channel, event, customer)
    ticket = found.ticket if found else None
    if ticket and ticket.deleted_at:
        ticket = _going_on_from(ticket, customer) or ticket
    is_history = envelope.mail_import_id is not None
    outcome = "joined"
    if ticket is None or ticket.deleted_at or (ticket.state == State.CLOSED and not is_history):
        outcome = "followed_up" if ticket else "opened"
        ticket, about = None, _opened(channel, event, identity, customer, at, follows=ticket)
    else:
        about = change(ticket, by=customer, at=min(at, now()), falls_back=False)
    message = _message(channel, envelope, event, at, identity)
    files = [stored(attachment) for attachment in event.attachments]
    with about as it:
        is_stranger = ticket is not None and not event.automatic and join(it, customer, identity)
        if is_history:
            remember(it, message, customer=customer, files=files)
        else:
            hear(it, message, customer=customer, files=files, is_stranger=is_stranger)
        if others and not event.automatic:
            _put_in_copy(it, event, others - ours, at)
        if ticket is not None and channel.pk != ticket.channel_id:
            TicketChannel.objects.get_or_create(ticket=it.ticket, channel=channel)
        if mail and not message.automatic:
            MailAnswer.objects.create(message=message, mail=mail)
        follow_thread(channel, event, it.ticket)
        if album:
            begin_album(message)
    if album:
        album.message = message
        album.save(update_fields=["message"])
    return message, outcome


def _album(channel: Channel, envelope: Envelope, event: InboundMessage) -> ReceivedEvent | None:
    """The claim on messages that are one (`group_key`): with the message the first of them became, or to be given it.

    Whoever comes at the same time waits for the first one's transaction.
    """
    if not event.group_key:
        return None
    claim = ReceivedEvent(
        channel=channel, event_id=f"(album) {event.group_key}"[:600], kind="Album", envelope=envelope, outcome="kept"
    )
    if insert_new(claim, "an_event_arrives_once"):
        return claim
    return ReceivedEvent.objects.select_related("message__ticket").get(channel=channel, event_id=claim.event_id)


def _prove(mail: TicketMail, at: datetime) -> None:
    """Who answers what we wrote to an address has that address: it is his from now on, if it was nobody's."""
    if asker := mail.identity:
        his = (asker.kind, asker.scope, asker.value, asker.verified)
        recognize([his, ("email", "", mail.address, True)], at=at)


def _going_on_from(ticket: Ticket, customer: Customer) -> Ticket | None:
    """What the customer's last message to a deleted ticket opened, as long as it is not closed."""
    opened = ticket.follow_ups.filter(customer=customer, deleted_at=None).exclude(state=State.CLOSED)
    return opened.order_by("-id").first()


def _at(envelope: Envelope, event: InboundMessage) -> datetime:
    return min(event.occurred_at or envelope.received_at, now())


def _opened(
    channel: Channel,
    event: InboundMessage,
    identity: Identity,
    by: Actor,
    at: datetime,
    *,
    follows: Ticket | None = None,
) -> AbstractContextManager[Change]:
    return opening(
        customer=identity.customer,
        identity=identity,
        channel_id=channel.pk,
        subject=event.subject or one_line(event.text or event.unsupported, 120),
        by=by,
        at=at,
        team=channel.team,
        language=event.language,
        follows=follows,
    )


def _message(
    channel: Channel, envelope: Envelope, event: InboundMessage, at: datetime, identity: Identity | None
) -> Message:
    answers_elsewhere = event.reply_to and event.authenticity.reply_to_differs
    origin = event.forwarded_from
    return Message(
        identity=identity,
        channel=channel,
        envelope=envelope,
        external_id=event.external_id[:998],
        subject=one_line(event.subject, 500),
        text=event.text,
        full_text=event.full_text,
        html=event.html,
        language=event.language,
        occurred_at=at,
        automatic=str(event.automatic or ""),
        authenticity=str(event.authenticity.verdict),
        authenticity_details=event.authenticity.details,
        reply_to=event.reply_to.primary.value[:320] if event.reply_to and answers_elsewhere else "",
        recipients=[
            {"role": recipient.role, "name": recipient.person.name, "value": recipient.person.primary.value}
            for recipient in event.recipients
        ],
        unsupported=event.unsupported,
        forwarded_from=origin.primary.value[:320] if origin else "",
        forwarded_name=one_line(origin.name, 200) if origin else "",
        mailing_list=one_line(event.mailing_list, 200),
        is_public=event.thread.visibility == Visibility.PUBLIC,
        calendar=[_calendar_entry(entry) for entry in event.calendar],
        context=told_in(event.context),
    )


def _calendar_entry(entry: CalendarEntry) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(entry).items()}


def _our_own(channel: Channel, event: InboundMessage) -> Message | None:
    """The message of ours that comes back: by a copy to ourselves, a mailing list, the folder of sent mail."""
    # Where our own store is the network, nothing comes back: the ids that come are those of others.
    if not event.external_id or adapter(channel.kind).capabilities.is_our_own:
        return None
    if channel.kind != "email" or is_own_id(event.external_id):
        own = Message.objects.filter(channel=channel, external_id=event.external_id)
        if found := own.exclude(author_kind=AuthorKind.CUSTOMER).first():
            return found
    if channel.kind != "email" or _writes_own_ids(channel):
        # A provider that writes ids of its own told them when it took the message.
        sent = Delivery.objects.filter(channel=channel, external_ids__contains=[event.external_id])
        return next((delivery.message for delivery in sent.select_related("message")), None)
    return None


def _writes_own_ids(channel: Channel) -> bool:
    """True where what we send leaves by a provider's API, which may give it ids that don't look like ours."""
    return str(channel.settings.get("outgoing") or "smtp") != "smtp"


def _other_addresses(channel: Channel, event: InboundMessage) -> set[str]:
    """Mail addresses the message went to, but for the channel's own and its author's."""
    if channel.kind != "email":
        return set()
    addresses = {recipient.person.primary.value.lower() for recipient in event.recipients[:_MOST_COPIED]}
    return addresses - {channel.address, event.author.primary.value.lower()}


def _taken_by_another(channel: Channel, event: InboundMessage) -> Message | None:
    """The same message where another channel of ours took it in; twins that come at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(event.event_id.encode())])
    taken = ReceivedEvent.objects.filter(
        channel__in=Channel.objects.filter(kind=channel.kind).exclude(pk=channel.pk),
        event_id=event.event_id[:600],
        message__isnull=False,
    )
    return next((received.message for received in taken.select_related("message__ticket")), None)


def _is_said_by_us(channel: Channel, envelope: Envelope, event: InboundMessage) -> bool:
    if event.direction == "echo":
        return True
    # Old mail carries no proof of its sender; whoever brings it in vouches for it.
    return envelope.mail_import_id is not None and event.author.primary.value.lower() == channel.address


def _said_elsewhere(channel: Channel, envelope: Envelope, event: InboundMessage) -> tuple[Message | None, str]:
    """A colleague's mail from another program joins the ticket it answers; imported ones may open theirs."""
    at = _at(envelope, event)
    found = find_ticket(channel, event, _spoken_to(channel, event, at))
    is_history = envelope.mail_import_id is not None
    about: AbstractContextManager[Change]
    if found:
        about = change(found.ticket, by=SYSTEM, at=at, falls_back=False)
    elif is_history and event.recipients:
        about = _opened(channel, event, _identity(event.recipients[0].person, event.language, at), SYSTEM, at)
    else:
        return None, "unrelated"
    message = _message(channel, envelope, event, at, None)
    files = [stored(attachment) for attachment in event.attachments]
    with about as it:
        if is_history:
            remember(it, message, customer=None, files=files)
        else:
            say_elsewhere(it, message, files=files)
    return message, "elsewhere"


def _spoken_to(channel: Channel, event: InboundMessage, at: datetime) -> Customer | None:
    """Whom a colleague answered elsewhere, on networks where that person is the conversation."""
    if capabilities_of(channel).threading != "person" or not event.recipients:
        return None
    return _identity(event.recipients[0].person, event.language, at).customer


def _put_in_copy(it: Change, event: InboundMessage, addresses: Sequence[str] | set[str], at: datetime) -> None:
    """Who else the mail went to takes part from here on; what was said before is not shown to them."""
    for recipient in event.recipients[:_MOST_COPIED]:
        if recipient.person.primary.value.lower() in addresses:
            identity = _identity(recipient.person, "", at)
            join(it, identity.customer, identity, is_copied=True)


def _identity(person: Person, language: str, at: datetime) -> Identity:
    return recognize(
        [(key.kind, key.scope, key.value, key.verified) for key in person.identifiers],
        name=person.name or person.username,
        language=language or person.locale,
        at=at,
    )
