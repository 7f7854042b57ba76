"""What stands in a mail of ours beside what was written: signature, quotation, pictures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels_adapters.email.quotes import newly_written
from inbox.agents.models import Agent
from inbox.channels.languages import _ATTRIBUTIONS, attribution, best
from inbox.channels.models import Channel, ChannelText, Delivery
from inbox.channels.outgoing import outbound
from inbox.customers.actions import recognize
from inbox.customers.models import Customer, Identity
from inbox.tickets.conversation import reply
from inbox.tickets.files import store
from inbox.tickets.models import Message, Ticket
from tests.inbox.questions import asks, says

NOON = datetime(2018, 3, 5, 11, tzinfo=UTC)


def eva() -> Identity:
    return recognize([("email", "", "eva@x.example", False)], name="Eva")


def bo(support: Channel) -> Ticket:
    return asks(support, 1, "Where are they?\nI wait.", name="Bo Larsen", address="bo@x.example", at=NOON)


def written(message: Message) -> str:
    message.refresh_from_db()
    return message.full_text


def test_the_channels_signature_stands_under_the_agents_own_in_the_customers_language(
    support: Channel, ada: Agent
) -> None:
    for language, signature in (("en", "Nordlys\n+45 1"), ("de", "Nordlys Schuhe")):
        ChannelText.objects.create(channel=support, language=language, signature=signature)
    Agent.objects.filter(pk=ada.pk).update(signature="Ada")
    ada.refresh_from_db()
    ticket = bo(support)
    english = reply(ticket, "Soon.", by=ada)
    Ticket.objects.filter(pk=ticket.pk).update(language="de-AT")
    german = reply(Ticket.objects.get(pk=ticket.pk), "Bald.", by=ada)
    assert ([written(english), written(german)], german.text) == (
        ["Soon.\n\n-- \nAda\nNordlys\n+45 1", "Bald.\n\n-- \nAda\nNordlys Schuhe"],
        "Bald.",
    )
    html = outbound(Delivery.objects.get(message=german)).html
    assert html == '<html><body><p>Bald.</p><p style="color:#667">-- <br>Ada<br>Nordlys Schuhe</p></body></html>'


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("de-AT", "fr"), "de"),
        (("ja", "fr"), "fr"),
        (("zh-TW",), "zh-hant"),
        (("zh",), "zh-hans"),
        (("ja",), "en"),
        ((), "en"),
    ],
)
def test_the_language_is_the_first_that_there_is_else_english(wanted: tuple[str, ...], found: str) -> None:
    assert best({"en", "de", "fr", "zh-hans", "zh-hant"}, *wanted) == found


def test_without_english_and_without_the_language_nothing_is_said() -> None:
    assert best({"de"}, "ja") == ""


@pytest.mark.parametrize("language", sorted(_ATTRIBUTIONS))
def test_the_line_above_a_quotation_is_one_that_mail_programs_know(language: str) -> None:
    line = attribution("Bo Larsen <bo@x.example>", NOON, Customer(time_zone="Europe/Copenhagen"), language)
    assert ("12:00" in line, newly_written(f"Soon.\n\n{line}\n> Where?")) == (True, "Soon.")


def test_a_quotation_repeats_what_is_answered_in_both_forms(support: Channel, ada: Agent) -> None:
    ticket = bo(support)
    hostile = '<p onclick="x()">Where are <b>they</b>?<img src="https://spy.example/1.gif"><script>x()</script></p>'
    ticket.messages.update(html=hostile)
    answer = reply(ticket, "Soon.", by=ada, quotes_history=True)
    message = outbound(Delivery.objects.get(message=answer))
    line = "On March 5, 2018 at 11:00, Bo Larsen <bo@x.example> wrote:"
    assert (answer.text, message.text) == ("Soon.", f"Soon.\n\n{line}\n> Where are they?\n> I wait.")
    assert message.html == (
        "<html><body><p>Soon.</p><div>On March 5, 2018 at 11:00, Bo Larsen &lt;bo@x.example&gt; wrote:</div>"
        '<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
        "<p>Where are <b>they</b>?</p></blockquote></body></html>"
    )


def test_whoever_is_put_in_copy_sees_nothing_of_what_came_before(support: Channel, ada: Agent) -> None:
    ticket = bo(support)
    answer = reply(ticket, "Eva knows.", by=ada, cc=[eva()], quotes_history=True)
    participant = ticket.participants.get(customer__name="Eva")
    assert (written(answer), "Where are they" in answer.html, participant.is_copied) == ("Eva knows.", False, True)


def test_who_was_in_copy_of_what_is_answered_sees_it_again(support: Channel, ada: Agent) -> None:
    ticket = bo(support)
    second = says(ticket, "And the laces?")
    Message.objects.filter(pk=second.pk).update(recipients=[{"role": "cc", "name": "", "value": "eva@x.example"}])
    says(ticket, "Between us: hurry.")
    answer = reply(ticket, "Soon.", by=ada, cc=[eva()], quotes_history=True)
    assert ("> And the laces?" in written(answer), "hurry" in answer.full_text) == (True, False)


def test_a_picture_in_the_text_is_shown_there_and_a_file_stays_a_file(support: Channel, ada: Agent) -> None:
    picture = store(b"GIF89a", filename="shoe.gif", content_type="image/gif", content_id="c1@x", is_inline=True)
    bill = store(b"%PDF", filename="bill.pdf", content_type="application/pdf")
    answer = reply(bo(support), "Like this one:\n[shoe.gif]\n<ok>?", by=ada, files=[picture, bill])
    message = outbound(Delivery.objects.get(message=answer))
    assert (message.text, [(one.filename, one.content_id, one.inline) for one in message.attachments]) == (
        "Like this one:\n[shoe.gif]\n<ok>?",
        [("shoe.gif", "c1@x", True), ("bill.pdf", "", False)],
    )
    assert '<br><img src="cid:c1@x" alt="shoe.gif" style="max-width:100%"><br>&lt;ok&gt;?' in message.html
