from datetime import timedelta

import pytest

from inbox.sla.policy import Condition, TargetTerms, first_match

HOUR = timedelta(hours=1)
FACTS = {
    "channel": "email",
    "priority": "high",
    "team": "Returns",
    "tag": ["shoes", "vip"],
    "segment": [],
    "language": "pt-BR",
}


def test_the_first_policy_whose_conditions_all_hold_wins_and_says_why():
    policies = [
        ("chat", [Condition("channel", ["livechat"])]),
        ("vip, urgent", [Condition("tag", ["vip"]), Condition("priority", ["urgent"])]),
        ("vip", [Condition("tag", ["VIP", "shoes", "press"]), Condition("priority", ["high", "urgent"])]),
        ("everything", []),
    ]
    assert first_match(policies, FACTS) == (
        "vip",
        "It applies because the tag is shoes and vip, the priority is high.",
    )


def test_a_policy_without_conditions_takes_every_ticket():
    assert first_match([("all", [])], {}) == ("all", "It applies to every ticket.")


def test_no_match_is_an_answer_too():
    assert first_match([("chat", [Condition("channel", ["livechat"])])], FACTS) == (
        None,
        "The conditions of no policy hold.",
    )


@pytest.mark.parametrize(
    ("field", "values", "holds"),
    [
        ("channel", ["email"], True),
        ("channel", ["mail"], False),
        ("team", ["returns"], True),
        ("segment", ["gold"], False),
        ("language", ["pt"], True),
        ("language", ["pt-br"], True),
        ("language", ["pt-PT", "p"], False),
    ],
)
def test_a_condition_holds_when_one_of_its_values_is_the_tickets(field, values, holds):
    assert bool(Condition(field, values).matched(FACTS)) is holds


@pytest.mark.parametrize(
    ("field", "values", "message"),
    [("colour", ["red"], "no condition on 'colour'"), ("tag", [], "list of values"), ("tag", "vip", "list of values")],
)
def test_a_condition_that_can_not_be_meant_is_refused(field, values, message):
    with pytest.raises(ValueError, match=message):
        Condition(field, values)


@pytest.mark.parametrize(
    ("within", "basis", "warn_share", "message"),
    [
        ({"hasty": HOUR}, "business", 0.75, "no priority 'hasty'"),
        ({"low": 0 * HOUR}, "business", 0.75, "longer than nothing"),
        ({"low": HOUR}, "lunar", 0.75, "business or calendar"),
        ({"low": HOUR}, "business", 0, "share of 0 to 1"),
        ({"low": HOUR}, "business", 1.5, "share of 0 to 1"),
    ],
)
def test_terms_that_can_not_be_kept_are_refused(within, basis, warn_share, message):
    with pytest.raises(ValueError, match=message):
        TargetTerms(within, basis, warn_share)
