"""The link is all a customer has: nobody else gets one by guessing, altering or reading a mail."""

from __future__ import annotations

import random
import re
from email import message_from_bytes, policy

from django.core.cache import cache
from django.http import Http404
from django.test import Client, override_settings

from inbox.common import tokens
from inbox.common.clock import moved_to, now
from inbox.portal import limits
from inbox.surveys.access import invitation_for, survey_url
from inbox.surveys.models import Invitation
from tests.inbox.portal.visits import everything, kept, mail_of, path_of, words
from tests.inbox.surveys.stories import DAY

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def test_bad_tokens_are_refused_alike_and_write_nothing(invitation: Invitation, url: str, visitor: Client) -> None:
    token = url.split("/")[2]
    bad = {
        "altered": _altered(token),
        "cut": token[:-1],
        "half": token[:10],
        "longer": token + "a",
        "another last letter": token[:-1] + "1",
        "short": "x",
        "nul": "%00",
        "not ascii": "é" * 20,
        "of a ticket's mails": tokens.sign("reply", invitation.ticket_id),
        "of the link to stop": tokens.sign("survey stop", invitation.pk),
        "of another survey's form": tokens.sign(f"survey form {invitation.pk}", invitation.pk),
        "of no invitation": tokens.sign("survey", 999_999),
        "beyond all numbers": tokens.sign("survey", 2**64 - 1),
    }
    with override_settings(LINK_SIGNING_KEY="the key of another installation"):
        bad["of another installation"] = tokens.sign("survey", invitation.pk)
    before, expected = everything(), visitor.get("/s/nothing/")
    found = {
        name: {
            (response.status_code, response.content)
            for response in (
                visitor.get(f"/s/{one}/"),
                visitor.post(f"/s/{one}/", {"a": "5"}),
                visitor.get(f"/s/{one}/thanks/"),
                visitor.get(f"/s/{one}/all/"),
                visitor.get(f"/s/{one}/logo/"),
            )
        }
        for name, one in bad.items()
    }
    assert (found, "This link does not work" in words(expected.content), everything() == before) == (
        {name: {(404, expected.content)} for name in bad},
        True,
        True,
    )


def test_the_signature_of_one_invitation_does_not_open_another_of_any_brand(invitation: Invitation) -> None:
    mine, other = tokens.sign("survey", invitation.pk), tokens.sign("survey", invitation.pk + 1)
    opened = [_opens(one) for one in (mine, other, _swapped(mine, other), _swapped(other, mine))]
    assert opened == [True, False, False, False]


def test_of_a_hundred_thousand_guesses_two_hundred_are_looked_at_and_none_opens_anything(
    invitation: Invitation, visitor: Client
) -> None:
    chance = random.Random(5)
    length = len(tokens.sign("survey", invitation.pk))
    guesses = ["".join(chance.choices(_LETTERS, k=length)) for _ in range(1000)]
    opened = [guess for guess in guesses if tokens.unsign("survey", guess) is not None]
    looked_at = [visitor.get(f"/s/{guess}/").status_code for guess in guesses[:3]]
    tried = [limits.is_too_often("127.0.0.1") for _ in range(limits.ATTEMPTS)]
    cache.incr("portal:attempts:127.0.0.1", 100_000 - limits.ATTEMPTS)
    late = [visitor.get(f"/s/{guesses[0]}/").status_code, visitor.post(f"/s/{guesses[0]}/", {"a": "5"}).status_code]
    assert (opened, looked_at, tried.count(False), late, kept()) == (
        [],
        [404] * 3,
        limits.ATTEMPTS - 3,
        [429, 429],
        [],
    )


def test_a_link_is_used_up_with_its_time(url: str, visitor: Client) -> None:
    with moved_to(now() + 15 * DAY):
        found = [visitor.post(url, {"a": "5"}).status_code, visitor.get(url).status_code]
    assert (found, kept()) == ([410, 410], [])


def test_nothing_in_the_mails_header_opens_the_question(invitation: Invitation) -> None:
    mail = message_from_bytes(mail_of(invitation), policy=policy.default)
    header = "\n".join(f"{name}: {value}" for name, value in mail.items())
    token = path_of(survey_url(invitation)).split("/")[2]
    found = set(re.findall(r"[a-z2-7]{16,}", header.lower()))
    spliced = {_swapped(one, token) for one in found} | {_swapped(token, one) for one in found}
    stop = path_of(str(mail["List-Unsubscribe"]).strip("<>")).split("/")[2]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[attr-defined]
    assert (
        stop in found,
        token in header.lower(),
        [one for one in found | spliced - {token} if _opens(one)],
        [text.count(f"/s/{token}/?a="), html.count(f"/s/{token}/?a=")],
    ) == (True, False, [], [5, 5])


def _altered(token: str) -> str:
    return ("a" if token[0] != "a" else "b") + token[1:]


def _swapped(mac_of: str, number_of: str) -> str:
    """The signature of one token with the number of another: the first 12 bytes are the signature."""
    return mac_of[:19] + number_of[19:]


def _opens(token: str) -> bool:
    try:
        return invitation_for(token) is not None
    except Http404:
        return False
