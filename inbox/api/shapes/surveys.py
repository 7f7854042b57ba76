"""Surveys with their versions, the decisions on asking, and what customers answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbox.api.fields import Instant
from inbox.api.shapes.people import Named
from inbox.surveys.enums import DELAYS, AnswerSource, InvitationState, Sentiment, Suppression, SurveyKind, SurveyMoment
from inbox.surveys.models import Answer, Invitation, Survey


class ScaleShape(serializers.Serializer[Any]):
    """The scores that can be given, and which way is the good one."""

    lowest = serializers.IntegerField(source="scale_min")
    highest = serializers.IntegerField(source="scale_max")
    low_is_good = serializers.BooleanField()


class SurveyVersionShape(serializers.Serializer[Any]):
    """What is asked, never changed: an answer belongs to the version that it answers."""

    id = serializers.IntegerField(source="pk")
    number = serializers.IntegerField()
    scale = ScaleShape(source="*")
    good_scores = serializers.ListField(child=serializers.IntegerField())
    unhappy_scores = serializers.ListField(child=serializers.IntegerField())
    is_anonymous = serializers.BooleanField()
    texts = serializers.DictField(help_text="By language: question, anchors by score, comment, thanks, subject, intro.")
    follow_ups = serializers.ListField(child=serializers.DictField(), help_text="What is asked after the score.")
    created_at = Instant()


class SurveyShape(serializers.Serializer[Any]):
    """A survey with its rules and its versions, the newest first. `delays` are seconds after the resolution."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    kind = serializers.ChoiceField(SurveyKind.choices)
    moment = serializers.ChoiceField(SurveyMoment.choices)
    is_active = serializers.BooleanField()
    share = serializers.IntegerField(
        help_text="How many shares of the resolved tickets it gets among those switched on."
    )
    delays = serializers.SerializerMethodField()
    throttle_days = serializers.IntegerField()
    sample_percent = serializers.IntegerField()
    quiet_from_hour = serializers.IntegerField()
    quiet_until_hour = serializers.IntegerField()
    valid_days = serializers.IntegerField()
    reminder_days = serializers.IntegerField(allow_null=True)
    versions = SurveyVersionShape(many=True)

    def get_delays(self, survey: Survey) -> dict[str, int]:
        return {**DELAYS, **survey.delays}


class AskedIn(serializers.Serializer[Any]):
    """The version of a survey, and whose it is."""

    survey = Named()
    kind = serializers.ChoiceField(SurveyKind.choices, source="survey.kind")
    version_id = serializers.IntegerField(source="pk")
    number = serializers.IntegerField()


class InvitationShape(serializers.Serializer[Any]):
    """The decision on a work cycle, or on a customer in a run of a campaign: asked when and how, or why not.

    `answer_id` is null for anonymous surveys: nobody learns who gave which answer.
    """

    id = serializers.IntegerField(source="pk")
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True, help_text="The ticket's number.")
    campaign = Named(allow_null=True)
    cycle = serializers.IntegerField(help_text="The ticket's work cycle or the campaign's run, from 1.")
    customer = Named()
    channel = Named()
    asked_in = AskedIn(source="version", allow_null=True)
    state = serializers.ChoiceField(InvitationState.choices)
    not_asked_because = serializers.ChoiceField(Suppression.choices, allow_blank=True, source="suppressed_because")
    held_back_by = Named(source="suppressed_by", allow_null=True)
    note = serializers.CharField(source="suppressed_note")
    language = serializers.CharField()
    agent = Named(allow_null=True, help_text="Who sent the last reply of the work cycle.")
    team = Named(allow_null=True, help_text="His team at that time.")
    decided_at = Instant()
    send_at = Instant(allow_null=True)
    sent_at = Instant(allow_null=True)
    reminded_at = Instant(allow_null=True)
    expires_at = Instant(allow_null=True)
    answer_id = serializers.SerializerMethodField()

    def get_answer_id(self, invitation: Invitation) -> int | None:
        version = invitation.version
        if version is None or version.is_anonymous:
            return None
        return next((answer.pk for answer in invitation.answers.all() if answer.is_current), None)


class AnswerShape(serializers.Serializer[Any]):
    """An answer that counts: of each invitation the last one.

    Of an anonymous survey, whose answers are here once there are five of them, only the day is told, and neither
    ticket, customer, agent nor invitation.
    """

    id = serializers.IntegerField(source="pk")
    invitation = serializers.SerializerMethodField()
    ticket = serializers.SerializerMethodField()
    customer = serializers.SerializerMethodField()
    agent = serializers.SerializerMethodField()
    asked_in = AskedIn(source="invitation.version")
    scale = ScaleShape(source="invitation.version")
    score = serializers.IntegerField()
    ease = serializers.FloatField(allow_null=True, help_text="0 (hard) to 100 (easy); null unless it asks for effort.")
    sentiment = serializers.ChoiceField(Sentiment.choices)
    comment = serializers.CharField()
    said = serializers.DictField(help_text="The answers to further questions, by their ids.")
    language = serializers.CharField()
    given_in = serializers.ChoiceField(AnswerSource.choices, source="source")
    is_anonymous = serializers.BooleanField(source="invitation.version.is_anonymous")
    answered_at = serializers.SerializerMethodField()

    def get_invitation(self, answer: Answer) -> int | None:
        return None if _is_anonymous(answer) else answer.invitation_id

    def get_ticket(self, answer: Answer) -> int | None:
        return None if _is_anonymous(answer) else answer.invitation.ticket_id

    def get_customer(self, answer: Answer) -> int | None:
        return None if _is_anonymous(answer) else answer.invitation.customer_id

    def get_agent(self, answer: Answer) -> int | None:
        return None if _is_anonymous(answer) else answer.invitation.agent_id

    def get_answered_at(self, answer: Answer) -> str:
        if _is_anonymous(answer):
            return answer.answered_at.date().isoformat()
        return Instant().to_representation(answer.answered_at)


def _is_anonymous(answer: Answer) -> bool:
    version = answer.invitation.version
    return version is None or version.is_anonymous


class HoldingBack(serializers.Serializer[Any]):
    """Why a customer is not asked after all."""

    note = serializers.CharField(max_length=200, help_text="The reason; it is told in the reports.")
