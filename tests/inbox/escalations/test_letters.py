"""The mail to an agent, over a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.test import override_settings

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.escalations.taking import take, waiting
from inbox.sla.escalation import On, Step
from inbox.sla.models import Escalation
from inbox.sla.sweep import notice_due
from tests.inbox.escalating import ASKED, DUE, MINUTE, escalates
from tests.inbox.questions import asks
from tests.product import MailServer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with override_settings(EMAIL_URL=f"smtp://127.0.0.1:{server.start()}"):
        yield server
    server.stop()


def test_an_agent_gets_one_mail_in_text_and_html_that_nothing_answers(
    support: Channel, ada: Agent, mail_server: MailServer
) -> None:
    Agent.objects.filter(pk=ada.pk).update(language="ru", time_zone="Europe/Moscow")
    escalates(Step(on=On.BREACHED, notify=(f"agent:{ada.pk}",), by_mail=True))
    ticket = asks(support, 1, subject="Boots\r\nBcc: evil@x.example", at=ASKED)
    notice_due(DUE + MINUTE)
    for one in waiting():
        take(one)
    (sent,) = mail_server.mails
    assert isinstance(sent, EmailMessage)
    text = sent.get_body(("plain",)).get_content()
    html = sent.get_body(("html",)).get_content()
    link = f"/tickets/{ticket.ref}/"
    assert (
        sent["To"],
        sent["Bcc"],
        sent["Auto-Submitted"],
        [("16:00 (Europe/Moscow)" in part, link in part, 'lang="ru"' in part) for part in (text, html)],
        Escalation.objects.get().error,
    ) == ("Ada <ada@nordlys.example>", None, "auto-generated", [(True, True, False), (True, True, True)], "")
