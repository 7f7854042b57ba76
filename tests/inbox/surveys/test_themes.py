"""Themes: found in answers by themselves and in the past, said and denied by hand."""

from __future__ import annotations

import pytest

from inbox.surveys import themes
from inbox.surveys.actions import answer
from inbox.surveys.models import Answer, Campaign, Invitation, Survey, Theme, ThemeMention
from inbox.surveys.themes import add_mention, deny_mention, save_theme, search_past
from inbox.tickets.changes import Refused
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, invited
from tests.inbox.questions import copies
from tests.inbox.surveys.stories import HOUR

WORDS = {"en": ["label", " Printer ", "label"], "ru": ["этикет*"], "zh-hans": []}


def label() -> Theme:
    return save_theme(None, name=" Label\n", words=WORDS, by=cast.lea())


def mentions() -> list[tuple[int, str, bool]]:
    found = ThemeMention.objects.order_by("invitation", "theme").select_related("agent")
    return [(one.invitation_id, one.agent.name if one.agent else "", one.is_denied) for one in found]


def test_a_theme_has_its_words_once_and_is_searched_for_anew_when_saved(company: None) -> None:
    theme = label()
    assert (theme.name, theme.words, theme.searched_to, theme.made_by) == (
        "Label",
        {"en": ["label", "Printer"], "ru": ["этикет*"]},
        0,
        cast.lea(),
    )


def test_what_is_no_theme_is_refused(company: None) -> None:
    label()
    refused = []
    for values in (
        {"name": " ", "words": {}, "by": cast.lea()},
        {"name": "Label", "words": {}, "by": cast.lea()},
        {"name": "Waiting", "words": {"en": ["?!"]}, "by": cast.lea()},
        {"name": "Waiting", "words": {}, "by": cast.ada()},
    ):
        with pytest.raises(Refused) as refusal:
            save_theme(None, **values)
        refused.append(str(refusal.value))
    assert (refused, Theme.objects.count()) == (
        [
            "A theme needs a name.",
            "There is a theme of that name already.",
            "“?!” can't be looked for: 60 characters at most, and 100 words at most.",
            "Only leads and admins do that.",
        ],
        1,
    )


def test_an_answer_tells_of_its_themes_at_once_and_a_changed_one_of_its_own(company: None) -> None:
    label()
    first, second = invited(number=1), invited(number=2)
    answer(first, 1, "The LABEL must be printed.", at=ASKED)
    answer(second, 1, "Ждала этикетку неделю.", at=ASKED)
    told = mentions()
    answer(second, 1, "Ждала неделю.", at=ASKED + HOUR)
    assert (told, mentions()) == ([(first.pk, "", False), (second.pk, "", False)], [(first.pk, "", False)])


def test_what_he_wrote_to_a_follow_up_question_counts_too(company: None) -> None:
    label()
    invitation = invited()
    assert invitation.version is not None
    texts = {"en": {"question": "What made it hard?"}}
    type(invitation.version).objects.update(follow_ups=[{"id": "q1", "kind": "text", "texts": texts}])
    answer(invitation, 1, at=ASKED, said={"q1": ["No printer."]})
    assert mentions() == [(invitation.pk, "", False)]


def test_a_saved_theme_is_found_in_the_past_and_gone_where_its_words_went(
    company: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(themes, "_BATCH", 2)
    asked = [invited(number=number) for number in (1, 2, 3)]
    for invitation, comment in zip(asked, ("A label.", "Slow.", "My printer broke."), strict=True):
        answer(invitation, 1, comment, at=ASKED)
    theme = label()
    first = search_past(), mentions(), Theme.objects.get().searched_to, search_past()
    save_theme(theme, name="Label", words={"en": ["slow"]}, by=cast.lea())
    search_past()
    assert (first, mentions()) == (
        (3, [(asked[0].pk, "", False), (asked[2].pk, "", False)], None, 0),
        [(asked[1].pk, "", False)],
    )


def test_a_search_that_is_overtaken_by_another_word_starts_again(company: None) -> None:
    invitation = invited()
    answer(invitation, 1, "Slow.", at=ASKED)
    theme = label()
    before = Theme.objects.get()
    save_theme(theme, name="Label", words={"en": ["slow"]}, by=cast.lea())
    themes._search_batch(before)
    still = Theme.objects.get().searched_to
    search_past()
    assert (still, mentions()) == (0, [(invitation.pk, "", False)])


def test_what_an_agent_says_by_hand_stays_whatever_the_words(company: None) -> None:
    theme, ada = label(), cast.ada()
    first, second = invited(number=1), invited(number=2)
    answer(first, 1, "The label.", at=ASKED)
    answer(second, 1, "I had to go to a copy shop.", at=ASKED)
    deny_mention(theme, first, by=ada)
    add_mention(theme, second, by=ada)
    add_mention(theme, second, by=ada)
    answer(first, 2, "The label!", at=ASKED + HOUR)
    search_past()
    assert mentions() == [(first.pk, "Ada", True), (second.pk, "Ada", False)]


def test_who_only_reads_says_nothing_and_anonymous_answers_are_nobodys(company: None) -> None:
    theme, invitation = label(), invited()
    with pytest.raises(Refused):
        add_mention(theme, invitation, by=cast.otto())
    assert invitation.version is not None
    invitation.version.is_anonymous = True
    with pytest.raises(Refused):
        deny_mention(theme, invitation, by=cast.ada())
    assert mentions() == []


def test_searching_asks_as_often_for_one_answer_as_for_twenty(company: None, django_assert_max_num_queries) -> None:
    invitation = invited()
    given = answer(invitation, 1, "The label.", at=ASKED)
    label()
    campaign = Campaign.objects.create(survey=survey_of(invitation), name="Yearly", channel=invitation.channel)
    asked = copies(invitation, 20, ticket_id=lambda _: None, campaign_id=lambda _: campaign.pk, cycle=int)
    copies(given, 20, invitation_id=lambda number: asked[number].pk)
    with django_assert_max_num_queries(10):
        count = search_past()
    assert (count, Answer.objects.count(), ThemeMention.objects.count()) == (21, 21, 21)


def survey_of(invitation: Invitation) -> Survey:
    assert invitation.version is not None
    return invitation.version.survey
