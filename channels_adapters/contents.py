"""What a message holds, once its network's form is understood, and the message it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from channels_adapters.contracts import Attachment, Choice, InboundMessage, Person, ThreadRef


@dataclass(frozen=True, slots=True)
class Content:
    """Words, files, the button that was pressed, what is shown beside them; and why not, where it can't be had."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    choice: Choice | None = None
    unsupported: str = ""
    context: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.text or self.attachments or self.choice or self.unsupported)

    def message(
        self, event_id: str, external_id: str, author: Person, thread: ThreadRef, at: datetime | None
    ) -> InboundMessage:
        """The message that holds it; `replace` adds what else is known."""
        return InboundMessage(
            event_id,
            external_id,
            author,
            thread,
            at,
            text=self.text,
            full_text=self.text,
            attachments=self.attachments,
            choice=self.choice,
            context=self.context,
            unsupported=self.unsupported,
        )
