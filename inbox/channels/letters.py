"""A mail of ours as its reader gets it: what was written, whose name stands under it, and what it answers.

Put together once, when it is said: every attempt to send it, and the ticket, have the same words.
"""

from __future__ import annotations

import re

import nh3
from django.utils.html import escape, linebreaks, urlize

from inbox.channels.languages import attribution, best
from inbox.channels.models import Channel, ChannelText
from inbox.tickets.enums import AuthorKind
from inbox.tickets.models import Message
from inbox.tickets.recipients import answered, recipients_of

_LONGEST_QUOTE = 60_000
_LONGEST_HTML_QUOTE = 200_000
_QUOTED_TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
}
_QUOTED_TAGS |= {
    "h6",
    "hr",
    "i",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
}
_QUOTED_TAGS |= {"th", "thead", "tr", "u", "ul"}
_SIGNATURE_MARK = "-- \n"
_QUOTE_STYLE = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"


def write(message: Message, *, quotes: bool = False) -> None:
    """Give a mail of ours its signature and, if wanted, what it answers: `full_text` and `html`. Saves nothing.

    Only what all its recipients were part of is quoted, so that nobody who joins sees what came before him.
    """
    if message.channel is None or message.author_kind != AuthorKind.HUMAN:
        return
    signature = _signature(message, message.channel)
    original = _original(message) if quotes else None
    pieces = [message.text]
    if signature:
        pieces.append(f"{_SIGNATURE_MARK}{signature}")
    if original:
        pieces.append(f"{_attribution(message, original)}\n{_quoted(original)}")
    message.full_text = "\n\n".join(pieces)
    is_illustrated = "[" in message.text
    pictures = list(message.attachments.filter(is_inline=True).exclude(content_id="")) if is_illustrated else []
    if original or pictures:
        body = _body(message.text)
        for one in pictures:
            image = f'<img src="cid:{escape(one.content_id)}" alt="{escape(one.filename)}" style="max-width:100%">'
            body = body.replace(escape(marker(one.filename)), image)
        quotation = _quoted_html(message, original) if original else ""
        message.html = _page(body, signature, quotation)


def html_of(message: Message) -> str:
    """The mail's other form, for programs that show it."""
    if message.html:
        return message.html
    _, mark, signature = message.full_text.removeprefix(message.text).partition(_SIGNATURE_MARK)
    return _page(_body(message.text), signature.strip() if mark else "", "")


def text_of(message: Message) -> str:
    """The mail as plain text."""
    return message.full_text or message.text


def marker(filename: str) -> str:
    """What stands in a text where a picture is shown."""
    return f"[{filename}]"


def texts_for(channel: Channel, *wanted: str) -> ChannelText | None:
    """The channel's own words in the best language it has: the customer's, its own, English."""
    texts = {one.language: one for one in channel.texts.all()}
    return texts.get(best(texts, *wanted, channel.language))


def _signature(message: Message, channel: Channel) -> str:
    own = message.agent.signature.strip() if message.agent else ""
    texts = texts_for(channel, *_languages(message))
    return "\n".join(part for part in (own, texts.signature.strip() if texts else "") if part)


def _languages(message: Message) -> tuple[str, ...]:
    ticket = message.ticket
    return tuple(tag for tag in (message.language, ticket.language, ticket.customer.language) if tag)


def _original(message: Message) -> Message | None:
    people = [identity for _, identity in recipients_of(message)]
    return answered(message.ticket, people, before=message) if people else None


def _attribution(message: Message, original: Message) -> str:
    customer = message.ticket.customer
    name = str(original.customer.name) if original.customer else ""
    address = original.identity.value if original.identity else ""
    who = f"{name} <{address}>" if name and address else name or address
    languages = (*_languages(message), message.channel.language if message.channel else "")
    return attribution(who, original.occurred_at, customer, *languages)


def _quoted(original: Message) -> str:
    lines = (original.full_text or original.text)[:_LONGEST_QUOTE].strip("\n").splitlines()
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def _quoted_html(message: Message, original: Message) -> str:
    if original.html and len(original.html) <= _LONGEST_HTML_QUOTE:
        # Its pictures are not sent on: each could tell a stranger who opened our mail, and when.
        inside = nh3.clean(original.html, tags=_QUOTED_TAGS, attributes={"a": {"href"}}, link_rel="nofollow")
    else:
        inside = _body((original.full_text or original.text)[:_LONGEST_QUOTE])
    line = escape(_attribution(message, original))
    return f'<div>{line}</div><blockquote type="cite" style="{_QUOTE_STYLE}">{inside}</blockquote>'


def _body(text: str) -> str:
    return str(linebreaks(urlize(text, nofollow=True, autoescape=True)))


def _page(body: str, signature: str, quotation: str) -> str:
    lines = "<br>".join(escape(line) for line in signature.splitlines())
    tail = f'<p style="color:#667">-- <br>{lines}</p>' if signature else ""
    return f"<html><body>{body}{tail}{quotation}</body></html>"


def answer_subject(subject: str) -> str:
    """The subject of an answer: with one "Re:" in front, whatever language the first one had it in."""
    return subject if _ANSWERS.match(subject) else f"Re: {subject}"


_ANSWERS = re.compile(r"(?:re|aw|sv|antw|vs|odp|ref|r|回复|回覆|ответ|на)(?:\[\d+\])?\s?[:：]", re.IGNORECASE)
