"""Customers asked by a schedule and not about a ticket."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy

import pytest

from inbox.agents.models import Agent
from inbox.channels.actions import connect
from inbox.channels.delivery import send_direct
from inbox.channels.models import Channel, DirectMail, OutboxMail
from inbox.channels.unconfirmed import look_again_direct
from inbox.customers.models import Customer, Identity
from inbox.surveys import campaigns
from inbox.surveys.actions import answer, remind_due, run_due, send_due, stop_surveys
from inbox.surveys.campaigns import next_run
from inbox.surveys.enums import SurveyKind, SurveyMoment
from inbox.surveys.models import Answer, Campaign, Invitation, Survey
from inbox.tickets.actions import mark_spam
from inbox.tickets.models import Message, Ticket
from tests.inbox.mails import arrives, mail
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled

PLANNED = NOON + 40 * DAY


@pytest.fixture
def campaign(support: Channel) -> Campaign:
    """Everybody is asked on 12 April at noon, and every 90 days."""
    texts = Survey.objects.get().versions.get().texts
    survey = Survey.objects.create(name="Recommend", kind=SurveyKind.NPS, moment=SurveyMoment.SCHEDULE)
    plain = {language: {**said, "subject": "One question", "intro": "Hello."} for language, said in texts.items()}
    survey.versions.create(
        number=1, scale_min=0, scale_max=10, texts=plain, good_scores=[9, 10], unhappy_scores=[0], created_at=NOON
    )
    return Campaign.objects.create(survey=survey, name="NPS", channel=support, every_days=90, next_run_at=PLANNED)


def known(number: int, *, address: str = "", **values: object) -> Customer:
    """Somebody we know, who never wrote."""
    one = Customer.objects.create(name=f"Customer {number}", created_at=NOON, **values)
    if address != "none":
        where = address or f"k{number}@x.example"
        Identity.objects.create(customer=one, kind="email", value=where, created_at=NOON)
    return one


def decisions(campaign: Campaign) -> dict[str, list[str]]:
    """What was decided on each customer, run by run."""
    found: dict[str, list[str]] = {}
    for one in campaign.invitations.select_related("customer").order_by("cycle", "customer"):
        found.setdefault(str(one.customer), []).append(one.suppressed_because or one.state)
    return found


def test_a_run_decides_on_everybody_with_a_reason_and_asks_the_others(
    campaign: Campaign, support: Channel, ada: Agent
) -> None:
    known(1)
    known(2, survey_opt_out_at=NOON)
    known(3, erased_at=NOON)
    known(4, address="none")
    known(5, address="Ada@nordlys.example".lower())
    arrives(support, mail(sender="robot@x.example", Auto_Submitted="auto-replied"))
    mark_spam(settled(support, ada, 7, name="Spammer", address="s@x.example", at=NOON), by=ada, at=NOON)
    settled(support, ada, 8, name="Asked lately", address="l@x.example", at=PLANNED - 12 * DAY)
    send_due(PLANNED - 10 * DAY)
    decided = run_due(PLANNED)
    sent = send_due(PLANNED)
    mails = list(DirectMail.objects.values_list("identity__value", "status"))
    robot = str(Identity.objects.get(value="robot@x.example").customer)
    assert (decided, sent, decisions(campaign), mails, run_due(PLANNED), Ticket.objects.count()) == (
        8,
        1,
        {
            "Customer 1": ["sent"],
            "Customer 2": ["opted_out"],
            "Customer 3": ["erased"],
            "Customer 4": ["no_address"],
            "Customer 5": ["internal"],
            robot: ["automatic_sender"],
            "Spammer": ["spam"],
            "Asked lately": ["asked_lately"],
        },
        [("k1@x.example", "queued")],
        0,
        3,
    )


def test_who_said_stop_in_its_channel_is_not_asked_there(campaign: Campaign) -> None:
    gateway = connect(kind="api", address="gateway", name="Gateway")
    Campaign.objects.update(channel=gateway)
    for number, stopped_at in ((1, NOON), (2, None)):
        one = known(number, address="none")
        Identity.objects.create(
            customer=one, kind="api", scope="gateway", value=str(number), created_at=NOON, opted_out_at=stopped_at
        )
    run_due(PLANNED)
    assert decisions(campaign) == {"Customer 1": ["no_address"], "Customer 2": ["scheduled"]}


def test_a_campaign_is_for_its_segment_its_languages_and_those_who_wrote_lately(
    campaign: Campaign, support: Channel, ada: Agent
) -> None:
    known(1, segment="vip", language="ru")
    known(2, segment="vip", language="en")
    known(3, segment="basic", language="ru")
    Campaign.objects.update(segments=["vip"], languages=["RU"])
    chosen = [str(one) for one in campaigns.audience(Campaign.objects.get(), PLANNED)]
    settled(support, ada, 4, name="Lately", address="l@x.example", at=PLANNED - 5 * DAY)
    settled(support, ada, 5, name="Long ago", address="a@x.example", at=PLANNED - 50 * DAY)
    Campaign.objects.update(segments=[], languages=[], active_days=30)
    active = [str(one) for one in campaigns.audience(Campaign.objects.get(), PLANNED)]
    assert (chosen, active) == (["Customer 1"], ["Lately"])


def test_a_campaigns_language_is_that_in_which_a_customer_would_be_asked(campaign: Campaign) -> None:
    for number, tag in enumerate(("zh-CN", "zh_TW", "zh-Hans", "", "fr")):
        known(number, language=tag)

    def chosen(language: str) -> list[str]:
        Campaign.objects.update(languages=[language])
        found = campaigns.audience(Campaign.objects.select_related("channel").get(), PLANNED)
        return list(found.order_by("pk").values_list("language", flat=True))

    assert [chosen(language) for language in ("zh-hans", "zh-hant", "en")] == [
        ["zh-CN", "zh-Hans"],
        ["zh_TW"],
        ["", "fr"],
    ]


def test_the_mail_leaves_outside_any_ticket_is_answered_and_reminded_of(
    campaign: Campaign, support: Channel, ada: Agent
) -> None:
    Survey.objects.filter(pk=campaign.survey_id).update(reminder_days=3)
    bo = known(1, language="ru")
    run_due(PLANNED)
    send_due(PLANNED)
    outgoing = DirectMail.objects.get()
    send_direct(outgoing.pk)
    reminded = (remind_due(PLANNED + 3 * DAY), remind_due(PLANNED + 4 * DAY))
    send_direct(DirectMail.objects.get(reminds_of__isnull=False).pk)
    answer(Invitation.objects.get(), 9, at=PLANNED + 5 * DAY)
    first, second = (message_from_bytes(one.body, policy=policy.default) for one in OutboxMail.objects.order_by("id"))
    outgoing.refresh_from_db()
    assert (
        outgoing.status,
        outgoing.external_ids == [first["Message-ID"]],
        (first["To"], first["Subject"], first["Auto-Submitted"], first["Reply-To"]),
        bool(re.search(r"/s/[a-z2-7]+/\?a=10", first.get_body(("html",)).get_content())),
        first["List-Unsubscribe-Post"],
        second["Subject"],
        reminded,
        list(Answer.objects.values_list("score", flat=True)),
        Message.objects.count(),
        bo.invitations.get().state,
    ) == (
        "sent",
        True,
        ("Customer 1 <k1@x.example>", "One question", "auto-generated", None),
        True,
        "List-Unsubscribe=One-Click",
        "Напоминание: One question",
        (1, 0),
        [9],
        0,
        "answered",
    )


def test_a_worker_that_was_away_for_weeks_runs_once(campaign: Campaign) -> None:
    known(1)
    run_due(PLANNED + 200 * DAY)
    again = run_due(PLANNED + 200 * DAY)
    campaign.refresh_from_db()
    assert (campaign.runs, again, campaign.next_run_at, campaign.invitations.count()) == (1, 0, PLANNED + 270 * DAY, 1)


@pytest.mark.parametrize(
    ("every", "at", "expected"),
    [
        (None, PLANNED, None),
        (90, PLANNED, PLANNED + 90 * DAY),
        (90, PLANNED + 89 * DAY, PLANNED + 90 * DAY),
        (90, PLANNED + 90 * DAY, PLANNED + 180 * DAY),
        (1, PLANNED + 10 * DAY + HOUR, PLANNED + 11 * DAY),
    ],
)
def test_a_campaign_keeps_its_days(every: int | None, at: datetime, expected: datetime | None) -> None:
    assert next_run(PLANNED, every, at) == expected


def test_a_run_that_is_interrupted_goes_on_where_it_was_and_asks_nobody_twice(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "BATCH", 2)
    people = [known(number) for number in range(5)]
    monkeypatch.setattr(campaigns, "_MOST", 1)
    steps = []
    for _ in range(4):
        steps.append(run_due(PLANNED))
        campaign.refresh_from_db()
        steps.append(campaign.position)
    assert (steps, campaign.runs, campaign.next_run_at, decisions(campaign)) == (
        [2, people[1].pk, 2, people[3].pk, 1, None, 0, None],
        1,
        PLANNED + 90 * DAY,
        {str(one): ["scheduled"] for one in people},
    )


def test_who_stops_surveys_or_is_asked_meanwhile_is_left_out_when_it_would_leave(
    campaign: Campaign, support: Channel, ada: Agent
) -> None:
    settled(support, ada, 9, name="Bo", address="bo@x.example", at=PLANNED - DAY)
    known(1)
    run_due(PLANNED)
    send_due(PLANNED - HOUR)
    stop_surveys(Customer.objects.get(name="Customer 1"), at=PLANNED)
    left = send_due(PLANNED)
    assert (left, decisions(campaign)) == (1, {"Bo": ["asked_lately"], "Customer 1": ["opted_out"]})


@pytest.mark.parametrize("switched", ["survey", "channel", "campaign"])
def test_what_is_switched_off_does_not_run_and_catches_up_once(campaign: Campaign, switched: str) -> None:
    known(1)
    row = campaign if switched == "campaign" else getattr(campaign, switched)
    type(row).objects.filter(pk=row.pk).update(is_active=False)
    off = run_due(PLANNED + DAY)
    type(row).objects.filter(pk=row.pk).update(is_active=True)
    assert (off, run_due(PLANNED + 2 * DAY), run_due(PLANNED + 2 * DAY)) == (0, 1, 0)


def _sent(campaign: Campaign) -> DirectMail:
    known(1)
    run_due(PLANNED)
    send_due(PLANNED)
    outgoing = DirectMail.objects.get()
    send_direct(outgoing.pk)
    outgoing.refresh_from_db()
    return outgoing


def test_a_mail_that_comes_back_is_not_delivered_and_opens_no_ticket(campaign: Campaign, support: Channel) -> None:
    outgoing = _sent(campaign)
    bounce = (
        b"From: MAILER-DAEMON@x.example\r\nTo: support@nordlys.example\r\nSubject: Undelivered\r\n"
        b"Message-ID: <bounce@x.example>\r\nDate: Mon, 13 Apr 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.x.example\r\n\r\n"
        b"Final-Recipient: rfc822; k1@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + outgoing.external_ids[0].encode()
        + b"\r\n\r\n"
        b"--b--\r\n"
    )
    envelope = arrives(support, bounce)
    outgoing.refresh_from_db()
    assert (outgoing.status, "no such user" in outgoing.reason, envelope.ticket, Ticket.objects.count()) == (
        "bounced",
        True,
        None,
        0,
    )


def test_an_answer_of_a_program_opens_no_ticket_and_that_of_a_person_does(campaign: Campaign, support: Channel) -> None:
    outgoing = _sent(campaign)
    answers = {"In_Reply_To": outgoing.external_ids[0], "sender": "k1@x.example"}
    away = arrives(support, mail("I am away.", message_id="<away@x.example>", Auto_Submitted="auto-replied", **answers))
    person = arrives(support, mail("Where is my refund?", message_id="<me@x.example>", **answers))
    assert (away.ticket, Ticket.objects.get(), person.ticket.customer.name) == (None, person.ticket, "Customer 1")


def test_a_mail_of_unknown_outcome_is_not_sent_again(campaign: Campaign) -> None:
    known(1)
    run_due(PLANNED)
    send_due(PLANNED)
    outgoing = DirectMail.objects.get()
    DirectMail.objects.update(handed_over_at=PLANNED)
    first = send_direct(outgoing.pk)
    assert first is not None
    assert (first.status, send_direct(outgoing.pk), look_again_direct(outgoing.pk), OutboxMail.objects.count()) == (
        "unconfirmed",
        None,
        None,
        0,
    )
