"""A reply as several messages of a network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels_adapters.contracts import (
    Attachment,
    AttachmentKind,
    Button,
    Capabilities,
    Fault,
    FileLimit,
    OutboundMessage,
    SendError,
)
from channels_adapters.outgoing_parts import Part, Portion, portions, send_parts, text_and_files

CAN = Capabilities(
    inbound=frozenset({"push_to_us"}), threading="person", text_limit=20, files=(FileLimit(("image/*",), 100),)
)


def file(name: str, content_type: str, size: int = 10) -> Attachment:
    return Attachment(AttachmentKind.FILE, name, content_type, size, content=b"x", link=f"https://we.example/{name}")


def message(text: str = "", *files: Attachment, sent_parts: tuple[str, ...] = ()) -> OutboundMessage:
    return OutboundMessage("ref", (), text=text, attachments=files, sent_parts=sent_parts)


def test_files_that_are_not_taken_become_links() -> None:
    picture, big, paper = file("a.png", "image/png"), file("b.png", "image/png", 101), file("c.pdf", "application/pdf")
    parts = text_and_files(message("Here.", picture, big, paper), CAN)
    assert parts[-1] is picture
    assert "".join(str(one) for one in parts[:-1]).replace("\n", "").replace(" ", "") == (
        "Here.b.png:https://we.example/b.pngc.pdf:https://we.example/c.pdf"
    )


def test_what_left_before_a_failure_is_told_and_does_not_leave_again() -> None:
    left: list[Part] = []

    def transmit(part: Part) -> str:
        if part == "two" and "two" not in tried:
            tried.append("two")
            raise SendError(Fault.TEMPORARY, "Later.")
        left.append(part)
        return str(part)

    tried: list[str] = []
    with pytest.raises(SendError) as raised:
        send_parts(message(), ["one", "two", "three"], transmit)
    assert raised.value.sent_parts == ("one",)
    sent = send_parts(message(sent_parts=("one",)), ["one", "two", "three"], transmit)
    assert sent.external_ids == ("two", "three")
    assert left == ["one", "two", "three"]


def test_nothing_to_send_is_said() -> None:
    with pytest.raises(SendError) as raised:
        send_parts(message(), [], str)
    assert raised.value.fault == Fault.CONTENT


def test_portions_have_the_files_and_buttons_where_the_network_takes_them() -> None:
    files = [file(f"{name}.png", "image/png", size) for name, size in (("a", 40), ("b", 40), ("c", 40))]
    yes = (Button("y", "Yes"),)
    reply = replace(message("Where is it, please? It is here.", *files), buttons=yes)
    first, last, (a, b, c) = "Where is it, please?", "It is here.", files
    assert portions(reply, CAN) == [
        Portion(0, first, is_last=False),
        Portion(1, last, buttons=yes, is_last=False),
        Portion(2, files=(a,), is_last=False),
        Portion(3, files=(b,), is_last=False),
        Portion(4, files=(c,)),
    ]
    assert portions(reply, CAN, files_at_once=10, bytes_at_once=100, buttons_at_end=True) == [
        Portion(0, first, is_last=False),
        Portion(1, last, (a, b), is_last=False),
        Portion(2, files=(c,), buttons=yes),
    ]
    assert portions(message("", a, b), CAN, files_at_once=1) == [
        Portion(0, files=(a,), is_last=False),
        Portion(1, "", (b,)),
    ]
    assert portions(message(), CAN) == []
