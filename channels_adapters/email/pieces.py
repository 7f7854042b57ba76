"""What is collected on the walk through a mail: readable pieces, attachments, meetings."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels_adapters.contracts import Attachment, AttachmentKind, CalendarEntry
from channels_adapters.email.calendars import MAX_ENTRIES, read_calendar
from channels_adapters.email.calendars import TYPES as CALENDARS
from channels_adapters.email.filenames import default_name, display_name, kind_of

MAX_ATTACHMENTS = 100


@dataclass(slots=True)
class Item:
    """One readable piece of the body, in one or two renderings of the same."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Pieces:
    """What was found so far. `spare` is read only where the mail has no text of its own."""

    items: list[Item] = field(default_factory=list)
    spare: list[Item] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    calendar: list[CalendarEntry] = field(default_factory=list)
    unsupported: str = ""
    over: str = ""

    def attach(self, attachment: Attachment) -> None:
        """Keep an attachment; the last place is left for the mail itself, in case there are too many."""
        if len(self.attachments) >= MAX_ATTACHMENTS:
            self.over = self.over or f"more than {MAX_ATTACHMENTS} attachments"
        else:
            self.attachments.append(attachment)

    def attach_file(
        self,
        name: str,
        content_type: str,
        content: bytes,
        *,
        content_id: str = "",
        inline: bool = False,
        charset: str = "",
        method: str = "",
    ) -> None:
        """Keep a file under the best name it can have, and read the meetings in it if it is a calendar."""
        name = display_name(name) or default_name(content_type, len(self.attachments) + 1)
        kind = kind_of(content_type)
        if content_type in CALENDARS or name.lower().endswith(".ics"):
            kind = AttachmentKind.CALENDAR
            self.meet(content, charset, method)
        self.attach(
            Attachment(
                kind, name, content_type[:200], len(content), content=content, content_id=content_id, inline=inline
            )
        )

    def meet(self, content: bytes, charset: str, method: str) -> None:
        """Keep the meetings of a calendar; their words are the text of a mail that has no other."""
        found = read_calendar(content, charset=charset, method=method)
        new = [entry for entry in found.entries if entry not in self.calendar]
        self.calendar += new[: MAX_ENTRIES - len(self.calendar)]
        if found.text and new:
            self.spare.append(Item(text=found.text))

    def has_text(self) -> bool:
        """Whether anything readable was found."""
        return any((item.text and item.text.strip()) or (item.html and item.html.strip()) for item in self.items)
