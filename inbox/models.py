"""Every model of the product, for Django's discovery; import them from their own package."""

from inbox.agents.models import Agent, Membership, Team
from inbox.channels.models import Channel, Delivery, Envelope, OutboxMail, ReceivedEvent
from inbox.customers.models import Customer, Identity
from inbox.sla.models import BusinessCalendar, CalendarVersion, Clock, Policy, PolicyVersion, TicketFigures
from inbox.surveys.models import Answer, Invitation, Survey, SurveyVersion
from inbox.tickets.models import Attachment, Draft, Message, Participant, Seen, Tag, Ticket, TicketEvent, TicketTag

__all__ = [
    "Agent",
    "Answer",
    "Attachment",
    "BusinessCalendar",
    "CalendarVersion",
    "Channel",
    "Clock",
    "Customer",
    "Delivery",
    "Draft",
    "Envelope",
    "Identity",
    "Invitation",
    "Membership",
    "Message",
    "OutboxMail",
    "Participant",
    "Policy",
    "PolicyVersion",
    "ReceivedEvent",
    "Seen",
    "Survey",
    "SurveyVersion",
    "Tag",
    "Team",
    "Ticket",
    "TicketEvent",
    "TicketFigures",
    "TicketTag",
]
