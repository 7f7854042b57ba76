"""What happened to a ticket, in words: the pieces of its system lines. Who did it stands before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inbox.chats.flow_enums import RunEnd
from inbox.sla.enums import TargetKind
from inbox.surveys.enums import Suppression
from inbox.tickets import scheduled
from inbox.tickets.enums import EventKind as Kind
from inbox.tickets.enums import Priority, Waking
from inbox.tickets.models import TicketEvent
from inbox.workspace.policy_words import reason
from inbox.workspace.wording import clock_time

Details = Mapping[str, Any]


def in_words(event: TicketEvent) -> str:
    """The event as a piece of a sentence; "" for what the messages themselves show."""
    words = _WORDS.get(Kind(event.kind))
    if words is None:
        return ""
    return words(event.details) if callable(words) else str(words)


def _reopened(details: Details) -> str:
    return _("reopened by writing again") if details.get("by") == "customer" else _("reopened")


def _prioritized(details: Details) -> str:
    return _("priority: %(priority)s") % {"priority": Priority(details["to"]).label}


def _assigned(details: Details) -> str:
    words = {"name": details["name"], "before": details.get("before", "")}
    if (why := details.get("why")) == "free":
        return _("given to %(name)s, who had the fewest chats") % words
    if why == "gone":
        return _("taken back from %(before)s, who is gone while the visitor waits") % words
    if why == "away":
        return _("taken back from %(before)s, who takes no chats now") % words
    return _("assigned to %(name)s") % {"name": details["name"]} if details.get("to") else _("assigned to nobody")


def _moved(details: Details) -> str:
    return _("moved to %(team)s") % {"team": details["name"]} if details.get("to") else _("taken out of its team")


def _tagged(details: Details) -> str:
    return _("added #%(tag)s") % {"tag": details["tag"]}


def _untagged(details: Details) -> str:
    return _("removed #%(tag)s") % {"tag": details["tag"]}


def _renamed(details: Details) -> str:
    return _("changed the subject, it was “%(before)s”") % {"before": details.get("from", "")}


def _joined(details: Details) -> str:
    if details.get("copied"):
        return _("put %(name)s in copy") % {"name": details.get("name", "")}
    return _("joined the conversation")


def _message_edited(details: Details) -> str:
    if times := details.get("repeated"):
        return ngettext("said it once", "said it %(times)s times in a row", times) % {"times": times}
    if added := details.get("added"):
        return ngettext("sent another file", "sent %(count)s more files", added) % {"count": added}
    return _("changed a message")


def _customer_changed(details: Details) -> str:
    return _("made %(name)s the customer") % {"name": details.get("name", "")}


def _followed_up(details: Details) -> str:
    return _("wrote again after it was closed: T-%(ticket)s") % {"ticket": details.get("ticket", "")}


def _merged_in(details: Details) -> str:
    if since := details.get("waiting_since"):
        return _("merged another ticket into this one, whose customer waits since %(time)s") % {
            "time": clock_time(datetime.fromisoformat(since))
        }
    return _("merged another ticket into this one")


def _split_off(details: Details) -> str:
    n = len(details.get("messages", ()))
    return ngettext("moved %(n)s message to a new ticket", "moved %(n)s messages to a new ticket", n) % {"n": n}


def _created(details: Details) -> str:
    return _("split off from another ticket") if details.get("split_from") else ""


def _warned(details: Details) -> str:
    return _("target close: %(target)s") % {"target": TargetKind(details["target"]).label}


def _breached(details: Details) -> str:
    return _("target missed: %(target)s") % {"target": TargetKind(details["target"]).label}


def _escalated(details: Details) -> str:
    names = ", ".join(details.get("told", ()))
    told = [_("told %(names)s, by mail too") if details.get("by_mail") else _("told %(names)s")] if names else []
    told = [sentence % {"names": names} for sentence in told]
    if host := details.get("webhook"):
        told.append(_("calls %(host)s") % {"host": host})
    return _("escalated: %(what)s") % {"what": "; ".join(told)} if told else _("escalated")


def _snoozed(details: Details) -> str:
    return _("snoozed until %(time)s") % {"time": clock_time(datetime.fromisoformat(details["until"]))}


def _unsnoozed(details: Details) -> str:
    because = Waking(details["because"])
    if because == Waking.DONE:
        return ""
    if because == Waking.HAND:
        return _("back from snooze")
    if target := details.get("target"):
        return _("back from snooze: %(reason)s: %(target)s") % {
            "reason": because.label,
            "target": TargetKind(target).label,
        }
    return _("back from snooze: %(reason)s") % {"reason": because.label}


def _policy_applied(details: Details) -> str:
    # The first one comes with the ticket; it is told beside the timeline.
    if not details.get("before"):
        return ""
    words = {"name": details["policy"], "before": details["before"], "reason": reason(details)}
    if details["before"] == details["policy"]:
        return _("policy “%(name)s” in its new version. %(reason)s") % words
    return _("policy “%(name)s” instead of “%(before)s”. %(reason)s") % words


def _reply_scheduled(details: Details) -> str:
    return _("reply planned for %(time)s") % {"time": clock_time(datetime.fromisoformat(details["send_at"]))}


def _reply_held(details: Details) -> str:
    reason = str(details.get("reason", ""))
    if reason == scheduled.CANCELLED:
        return _("stopped a planned reply")
    return _("the planned reply was held back: %(reason)s") % {"reason": why_held(reason)}


def why_held(reason: str) -> str:
    """Why a planned reply was not said."""
    if reason == scheduled.NEWER:
        return _("Something new was said meanwhile.")
    if reason == scheduled.DELETED:
        return _("The ticket was deleted.")
    if reason == scheduled.MERGED:
        return _("The ticket was merged into another one.")
    return _("Its writer is no longer here.") if reason == scheduled.LEFT else reason


def _survey_scheduled(details: Details) -> str:
    at = details.get("send_at")
    return _("survey planned for %(time)s") % {"time": clock_time(datetime.fromisoformat(at))} if at else ""


def _survey_suppressed(details: Details) -> str:
    reason = details.get("reason", "")
    label = Suppression(reason).label if reason in Suppression else reason
    said = _("no survey: %(reason)s") % {"reason": label}
    return f"{said} “{details['note']}”" if details.get("note") else said


def _survey_answered(details: Details) -> str:
    if "score" not in details:
        # Anonymous: whoever works on the ticket learns that there was an answer, not which.
        return _("survey answered")
    ease = details.get("ease")
    score = _("survey answered: %(score)s") % {"score": details["score"]}
    if ease is not None:
        score = _("survey answered: %(score)s, ease %(ease)s of 100") % {"score": details["score"], "ease": round(ease)}
    return f"{score} “{details['comment']}”" if details.get("comment") else score


def _task_opened(details: Details) -> str:
    due = clock_time(datetime.fromisoformat(details["due_at"]))
    if details.get("again"):
        return _("follow-up reopened, due %(time)s") % {"time": due}
    if owner := details.get("owner"):
        return _("follow-up for %(name)s, due %(time)s") % {"name": owner, "time": due}
    return _("follow-up that nobody has yet, due %(time)s") % {"time": due}


def _task_assigned(details: Details) -> str:
    if not details.get("to"):
        return _("handed the follow-up to nobody")
    return _("handed the follow-up to %(name)s") % {"name": details["name"]}


def _task_done(details: Details) -> str:
    if details.get("withdrawn"):
        return _("the answer was changed: no follow-up needed")
    return _("followed up: “%(outcome)s”") % {"outcome": details.get("outcome", "")}


def _task_late(details: Details) -> str:
    names = ", ".join(details.get("told", ()))
    return _("the follow-up is late: told %(names)s") % {"names": names} if names else _("the follow-up is late")


def _pended(details: Details) -> str:
    return _("waiting for the customer, who fell silent") if details.get("idle") else _("waiting for the customer")


def _message_deleted(details: Details) -> str:
    return _("deleted a message; nothing of it is kept") if details.get("erased") else _("deleted a message")


def _chat_mailed(details: Details) -> str:
    to, purpose = details.get("to"), details.get("purpose")
    if to and purpose == "transcript":
        return _("a transcript was mailed to %(address)s") % {"address": to}
    if to and purpose == "survey":
        return _("the survey was mailed to %(address)s") % {"address": to}
    if to:
        return _("what the visitor had not read was mailed to %(address)s") % {"address": to}
    return _("what the visitor had not read was mailed to him")


def _bot_left(details: Details) -> str:
    why = details.get("why", "")
    if why == RunEnd.HELPED:
        return _("the greeter bot: the visitor said that it helped")
    if why in RunEnd:
        return _("the greeter bot left it to people: %(reason)s") % {"reason": RunEnd(why).label}
    return _("the greeter bot left it to people")


def _told(details: Details) -> str:
    return _("told the customer what came of it: %(action)s") % {"action": details.get("action", "")}


_WORDS: Mapping[Kind, Callable[[Details], str] | Any] = {
    Kind.CREATED: _created,
    Kind.OPENED: gettext_lazy("set to open"),
    Kind.PENDED: _pended,
    Kind.HELD: gettext_lazy("on hold, waiting for somebody else"),
    Kind.RESOLVED: gettext_lazy("resolved"),
    Kind.REOPENED: _reopened,
    Kind.CLOSED: gettext_lazy("closed"),
    Kind.PRIORITIZED: _prioritized,
    Kind.ASSIGNED: _assigned,
    Kind.TEAM_CHANGED: _moved,
    Kind.TAGGED: _tagged,
    Kind.UNTAGGED: _untagged,
    Kind.POLICY_APPLIED: _policy_applied,
    Kind.NO_REPLY_NEEDED: gettext_lazy("no reply needed"),
    Kind.MARKED_SPAM: gettext_lazy("marked as spam"),
    Kind.UNMARKED_SPAM: gettext_lazy("not spam after all"),
    Kind.SNOOZED: _snoozed,
    Kind.UNSNOOZED: _unsnoozed,
    Kind.DELETED: gettext_lazy("deleted the ticket"),
    Kind.RESTORED: gettext_lazy("restored the ticket"),
    Kind.MERGED: gettext_lazy("merged it into another ticket"),
    Kind.UNMERGED: gettext_lazy("undid the merge into another ticket"),
    Kind.MERGED_IN: _merged_in,
    Kind.UNMERGED_OUT: gettext_lazy("undid the merge of another ticket"),
    Kind.SPLIT_OFF: _split_off,
    Kind.RENAMED: _renamed,
    Kind.JOINED: _joined,
    Kind.CUSTOMER_CHANGED: _customer_changed,
    Kind.FOLLOWED_UP: _followed_up,
    Kind.REPLY_SCHEDULED: _reply_scheduled,
    Kind.REPLY_HELD: _reply_held,
    Kind.REPLY_WITHDRAWN: gettext_lazy("took a reply back"),
    Kind.CLOCK_WARNED: _warned,
    Kind.CLOCK_BREACHED: _breached,
    Kind.ESCALATED: _escalated,
    Kind.SURVEY_SCHEDULED: _survey_scheduled,
    Kind.SURVEY_SUPPRESSED: _survey_suppressed,
    Kind.SURVEY_SENT: gettext_lazy("survey sent"),
    Kind.SURVEY_REMINDED: gettext_lazy("reminded of the survey"),
    Kind.SURVEY_CANCELLED: gettext_lazy("survey cancelled"),
    Kind.SURVEY_ANSWERED: _survey_answered,
    Kind.TASK_OPENED: _task_opened,
    Kind.TASK_ASSIGNED: _task_assigned,
    Kind.TASK_DONE: _task_done,
    Kind.TASK_LATE: _task_late,
    Kind.TOLD: _told,
    Kind.MESSAGE_EDITED: _message_edited,
    Kind.MESSAGE_DELETED: _message_deleted,
    Kind.CHAT_ENDED: gettext_lazy("ended the chat"),
    Kind.CHAT_IDLE: gettext_lazy("the visitor was asked whether he is still there"),
    Kind.CHAT_MAILED: _chat_mailed,
    Kind.BOT_LEFT: _bot_left,
}
