"""The words of the widget, by the names its scripts know them by. `{...}` is filled in by the script."""

from __future__ import annotations

from django.utils.translation import gettext as _


def launcher_words(title: str) -> dict[str, str]:
    """What the launcher on the host's page says."""
    return {
        "open": _("Chat: %(title)s") % {"title": title},
        "close": _("Close the chat"),
        "frame": _("Chat: %(title)s") % {"title": title},
        "unread": _("New messages: {count}"),
        "dismiss": _("Dismiss"),
    }


def words_of() -> dict[str, str]:
    """What the chat itself says."""
    return _talk() | _sending() | _files() | _forms() | _leaving()


def _talk() -> dict[str, str]:
    return {
        "log": _("Conversation"),
        "write": _("Write a message…"),
        "send": _("Send"),
        "emoji": _("Emoji"),
        "attach": _("Attach a file"),
        "close": _("Close the chat"),
        "menu": _("More"),
        "you": _("You"),
        "bot": _("Assistant"),
        "typing": _("{name} is writing"),
        "typing_nobody": _("Somebody is writing"),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "earlier": _("Earlier messages"),
        "new": _("New"),
        "newest": _("New messages below"),
        "deleted": _("This message was deleted"),
        "edited": _("edited"),
        "by_mail": _("by mail"),
        "here": _("We are here"),
        "away": _("We are away"),
        "opens": _("Back {when}"),
        "at_day": _("on {day} at {time}"),
        "at_today": _("today at {time}"),
        "at_tomorrow": _("tomorrow at {time}"),
        "sound_on": _("Sound for new messages"),
    }


def _sending() -> dict[str, str]:
    return {
        "sending": _("Sending…"),
        "delivered": _("Delivered"),
        "seen": _("Seen"),
        "waiting": _("Will be sent when you are online"),
        "not_sent": _("Not sent"),
        "retry": _("Try again"),
        "discard": _("Discard"),
        "offline": _("You are offline. What you write is sent later."),
        "reconnecting": _("Connecting…"),
        "failed": _("That did not work. Try again in a moment."),
        "blocked": _("This chat is closed."),
        "too_long": _("Characters too many: {count}"),
    }


def _files() -> dict[str, str]:
    return {
        "drop": _("Drop files here to send them"),
        "remove": _("Remove {name}"),
        "uploading": _("Uploading {name}"),
        "too_large": _("{name} is too large: at most {limit} MB."),
        "too_many": _("At most {count} files at once."),
        "picture": _("Picture: {name}"),
        "open_file": _("Open in a new tab"),
        "close_picture": _("Close the picture"),
    }


def _forms() -> dict[str, str]:
    return {
        "agree": _("Agree and chat"),
        "start": _("Start the chat"),
        "before": _("Before we start"),
        "optional": _("optional"),
        "choose": _("Choose…"),
        "missing": _("Please fill this in."),
        "bad_email": _("Please enter an e-mail address."),
        "more_questions": _("A few more questions"),
        "submit": _("Send"),
        "thanks": _("Thank you!"),
        "change": _("Change"),
    }


def _leaving() -> dict[str, str]:
    return {
        "end": _("End the chat"),
        "end_sure": _("End this chat?"),
        "end_yes": _("Yes, end it"),
        "end_no": _("Keep chatting"),
        "ended": _("The chat has ended. Write to start again."),
        "transcript": _("Send the conversation by mail"),
        "transcript_done": _("It is on its way to {email}."),
        "contact": _("Get answers by mail"),
        "contact_text": _("If you leave, we answer to this address."),
        "contact_done": _("We answer to {email} if you leave."),
        "email": _("E-mail address"),
        "save": _("Save"),
        "cancel": _("Cancel"),
    }
