"""What mails about a chat say, in the visitor's language: plain, and as HTML that looks the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.chats.models import ChatWidget, Visitor
from inbox.chats.origins import is_among
from inbox.chats.whereabouts import zone_of
from inbox.surveys.colours import accent_of
from inbox.tickets.enums import Direction
from inbox.tickets.models import Message, Ticket

_LONGEST_QUOTE, _LONGEST_CLAIMED_QUOTE = 4000, 500


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's subject line and its two forms."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """Something the visitor wrote."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One message as a mail shows it."""

    who: str
    when: str
    text: str
    html: SafeString
    files: tuple[str, ...]
    is_his: bool = False


def language_of(visitor: Visitor) -> str:
    """The language of ours that the visitor reads, else the channel's."""
    for one in (visitor.language, visitor.channel.language):
        try:
            return translation.get_supported_language_variant(one) if one else ""
        except LookupError:
            continue
    return "en"


def answers_written(
    ticket: Ticket,
    answers: Sequence[Message],
    quoted: Sequence[Quoted],
    *,
    visitor: Visitor,
    language: str,
    is_proven: bool,
) -> Written:
    """What tells a visitor who is gone what we answered."""
    widget = visitor.channel.widget
    with translation.override(language or visitor.channel.language):
        longest = _LONGEST_QUOTE if is_proven else _LONGEST_CLAIMED_QUOTE
        intro = ngettext(
            "This came for you when you had left the chat:",
            "These messages came for you when you had left the chat:",
            len(answers),
        )
        return _written(
            subject=subject_for(ticket, widget),
            greeting=_greeting(visitor, is_proven),
            intro=intro,
            said=[said_item(one, visitor, is_his=False) for one in answers],
            quoted=[cut(one.text, longest) for one in quoted],
            link=page_link(visitor, is_proven=is_proven),
            closing=_("You can answer this mail: your words come straight into the same conversation."),
            visitor=visitor,
            language=language,
        )


def transcript_written(
    ticket: Ticket, messages: Sequence[Message], *, visitor: Visitor, language: str, is_proven: bool, at: datetime
) -> Written:
    """A conversation as its visitor sees it, and who asked for it."""
    widget = visitor.channel.widget
    with translation.override(language or visitor.channel.language):
        intro = _("Here is what was said in the chat with %(brand)s.") % {"brand": house_of(widget)}
        asked = _("Somebody asked for it in this chat on %(when)s and gave this address.") % {
            "when": _when(at, visitor)
        }
        if not is_proven:
            asked += " " + _("If that was not you, you need not do anything: nobody learns more by it.")
        return _written(
            subject=_("Transcript: %(subject)s") % {"subject": subject_for(ticket, widget)},
            greeting=_greeting(visitor, is_proven),
            intro=intro,
            said=[said_item(one, visitor, is_his=one.direction == Direction.IN) for one in messages],
            quoted=[],
            link=page_link(visitor, is_proven=is_proven),
            closing=asked,
            visitor=visitor,
            language=language,
        )


def subject_for(ticket: Ticket, widget: ChatWidget) -> str:
    """The subject line: no words of the visitor's, who need not be the one who gets the mail."""
    return _("Your chat with %(brand)s (%(ticket)s)") % {"brand": house_of(widget), "ticket": ticket.ref}


def house_of(widget: ChatWidget) -> str:
    """Who chats with him."""
    return widget.channel.brand or widget.channel.name


def said_item(message: Message, visitor: Visitor, *, is_his: bool) -> Said:
    """A message with who said it, as customers see us, and when by the visitor's clock."""
    widget = visitor.channel.widget
    name = message.agent.first_name if message.agent and widget.shows_agents else house_of(widget)
    text = "" if message.deleted_at else message.text
    # What he wrote himself gets no links: who had us send it to others would choose where they lead.
    body = escape(text) if is_his else urlize(text, nofollow=True, autoescape=True)
    return Said(
        who=_("You") if is_his else name,
        when=_when(message.occurred_at, visitor),
        text=text if not message.deleted_at else _("(This message was deleted.)"),
        html=mark_safe(body.replace("\n", "<br>")),  # noqa: S308 - escaped above
        files=() if message.deleted_at else tuple(one.filename for one in message.attachments.all()),
        is_his=is_his,
    )


def page_link(visitor: Visitor, *, is_proven: bool) -> str:
    """The page he was on, if that is one of ours; for an address nobody has proven without what follows its path."""
    try:
        parts = urlsplit(visitor.page_url)
    except ValueError:
        return ""
    if not is_among(f"{parts.scheme}://{parts.netloc}", visitor.channel.widget.origins):
        return ""
    query = f"?{parts.query}" if is_proven and parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path or '/'}{query}"


def cut(text: str, longest: int) -> str:
    """The text, or its beginning where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _greeting(visitor: Visitor, is_proven: bool) -> str:
    return _("Hello %(name)s,") % {"name": visitor.name} if is_proven and visitor.name else _("Hello,")


def _when(at: datetime, visitor: Visitor) -> str:
    local = timezone.localtime(at, zone_of(visitor))
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"


def _written(
    *,
    subject: str,
    greeting: str,
    intro: str,
    said: Sequence[Said],
    quoted: Sequence[str],
    link: str,
    closing: str,
    visitor: Visitor,
    language: str,
) -> Written:
    widget = visitor.channel.widget
    back = _("Back to the chat") if link else ""
    yours = _("What you wrote:") if quoted else ""
    parts = [greeting, intro, *(_plain(one) for one in said), closing]
    parts += [f"{back}: {link}"] if link else []
    parts += [f"-- \n{house_of(widget)}"]
    parts += ["\n".join([yours, *(f"> {line}".rstrip() for one in quoted for line in [*one.splitlines(), ""])])] * bool(
        quoted
    )
    html = render_to_string(
        "chats/letter.html",
        {
            "subject": subject,
            "language": language or visitor.channel.language,
            "accent": accent_of(widget.colour),
            "brand": house_of(widget),
            "greeting": greeting,
            "intro": intro,
            "said": said,
            "closing": closing,
            "link": link,
            "back": back,
            "yours": yours,
            "quoted": quoted,
        },
    )
    return Written(subject, "\n\n".join(parts).rstrip("> \n") + "\n", html)


def _plain(one: Said) -> str:
    files = "".join(f"\n[{name}]" for name in one.files)
    return f"{one.who} · {one.when}\n{one.text}{files}".rstrip()
