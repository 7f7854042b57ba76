"""Writing in Messenger and Instagram: a reply as messages of the Send API.

Each carries in `metadata`, which Meta gives back in its echo, which part of which reply it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from channels_adapters.contracts import (
    Account,
    Capabilities,
    Fault,
    Identifier,
    OutboundMessage,
    Person,
    SendError,
    Sent,
)
from channels_adapters.faults import needed
from channels_adapters.json_reading import text
from channels_adapters.meta.graph import FACEBOOK, graph
from channels_adapters.outgoing_parts import Portion, portions, send_parts
from channels_adapters.part_marks import mark
from channels_adapters.wording import say

_GROUPS = ("image", "video", "audio")
#: For so long Meta's apps show that somebody writes.
TYPING = timedelta(seconds=20)


def send_talk(message: OutboundMessage, account: Account, can: Capabilities, path: str, host: str = FACEBOOK) -> Sent:
    """Write to a person at `path` (`/me/messages`): texts, then files, quick replies with the last."""
    people = needed(message.to, Fault.RECIPIENT, say("There is nobody to write to."))
    person = {"id": people[0].person.primary.value}

    parts = portions(message, can, buttons_at_end=True)

    def transmit(part: Portion) -> str:
        said = {**_body(part), "metadata": mark(message.client_ref, part.number, len(parts))}
        body = {"recipient": person, "message": said, **_way(message)}
        return text(graph(account, "POST", path, host=host, json=body), "message_id")

    return send_parts(message, parts, transmit)


def tell_typing(message: OutboundMessage, account: Account, path: str, host: str = FACEBOOK) -> bool:
    """Show a person that somebody writes. Raises `SendError`."""
    people = needed(message.to, Fault.RECIPIENT, say("There is nobody to write to."))
    body = {"recipient": {"id": people[0].person.primary.value}, "sender_action": "typing_on"}
    graph(account, "POST", path, host=host, json=body)
    return True


def send_privately(
    message: OutboundMessage,
    account: Account,
    can: Capabilities,
    comment: str,
    path: str,
    host: str = FACEBOOK,
    *,
    is_post: bool = False,
) -> Sent:
    """Answer a comment in private, which can be done once, by one message without files. Raises `SendError`.

    `is_post`: it is a post of a visitor's. What is learned is the id by which its author can be reached from then on.
    """
    parts = portions(message, can.once_in_private())
    if len(parts) != 1:
        raise SendError(
            Fault.CONTENT,
            say(
                "A private answer to a comment is one message of at most %(most)s characters.", most=can.text_limit or 0
            ),
        )
    said = {**_body(parts[0]), "metadata": mark(message.client_ref, 0, 1)}
    body = {"recipient": {"post_id" if is_post else "comment_id": comment}, "message": said}
    answer = graph(account, "POST", path, host=host, json=body)
    return Sent((text(answer, "message_id"),), learned=_learned(message, text(answer, "recipient_id"), account))


def _learned(message: OutboundMessage, value: str, account: Account) -> tuple[Person, ...]:
    known = [one.person.primary for one in message.to[:1]]
    kind = "igsid" if account.kind == "instagram" else "psid"
    found = Identifier(kind, value, account.address, verified=True)
    return (Person((*known, found)),) if value and found not in known else ()


def _body(part: Portion) -> Mapping[str, object]:
    said: dict[str, object] = {"text": part.text}
    for file in part.files:
        link = needed(
            file.link, Fault.MEDIA, say("%(file)s has no address Meta could load it from.", file=file.filename)
        )
        group = file.content_type.partition("/")[0]
        kind = group if group in _GROUPS else "file"
        said = {"attachment": {"type": kind, "payload": {"url": link, "is_reusable": False}}}
    if part.buttons:
        buttons = [{"content_type": "text", "title": one.label, "payload": one.id} for one in part.buttons]
        said["quick_replies"] = buttons
    return said


def _way(message: OutboundMessage) -> Mapping[str, str]:
    """How it is justified: as an answer within a day, or by the tag that is for people's answers within a week."""
    if message.way != "human_tag":
        return {"messaging_type": "RESPONSE"}
    if not message.by_human:
        raise SendError(
            Fault.WINDOW_CLOSED,
            say("More than 24 hours have passed since the customer wrote: only a person may answer."),
        )
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
