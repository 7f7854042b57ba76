"""What the plan consists of: the steps of a ticket, each with the moment it happens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from inbox.demo.customers import Customer


@dataclass(frozen=True, slots=True)
class CustomerWrites:
    """A mail arrives.

    `subject` is empty for an answer in the thread. `html` without `text` is an html-only mail. `sender` is the
    address of another author than the ticket's customer, `headers` are extra mail headers (Auto-Submitted ...).
    """

    kind: ClassVar[str] = "customer_writes"
    at: datetime
    text: str
    html: str = ""
    attachments: tuple[str, ...] = ()
    subject: str = ""
    sender: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AgentReplies:
    """A public reply; `then` is the state it leaves the ticket in: pending, resolved or open."""

    kind: ClassVar[str] = "agent_replies"
    at: datetime
    agent_key: str
    text: str
    then: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentNotes:
    """An internal note, in English; an @Name mentions a colleague."""

    kind: ClassVar[str] = "agent_notes"
    at: datetime
    agent_key: str
    text: str


@dataclass(frozen=True, slots=True)
class Assigns:
    """The ticket goes to a team and, unless `agent_key` is empty, to one of its agents. `by_key` empty: by a rule."""

    kind: ClassVar[str] = "assigns"
    at: datetime
    agent_key: str
    team: str
    by_key: str = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags are added. `by_key` empty: by a rule."""

    kind: ClassVar[str] = "tags"
    at: datetime
    tags: tuple[str, ...]
    by_key: str = ""


@dataclass(frozen=True, slots=True)
class Prioritizes:
    """The priority changes to low, normal, high or urgent. `by_key` empty: by a rule."""

    kind: ClassVar[str] = "prioritizes"
    at: datetime
    priority: str
    by_key: str = ""


@dataclass(frozen=True, slots=True)
class Holds:
    """The ticket waits for a third party."""

    kind: ClassVar[str] = "holds"
    at: datetime
    agent_key: str


@dataclass(frozen=True, slots=True)
class Resolves:
    """The ticket is resolved without another reply; on a resolved ticket it changes nothing."""

    kind: ClassVar[str] = "resolves"
    at: datetime
    agent_key: str


@dataclass(frozen=True, slots=True)
class MarksSpam:
    """An agent marks the ticket as spam."""

    kind: ClassVar[str] = "marks_spam"
    at: datetime
    agent_key: str


@dataclass(frozen=True, slots=True)
class Drafts:
    """An agent has begun a reply and not sent it."""

    kind: ClassVar[str] = "drafts"
    at: datetime
    agent_key: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswersSurvey:
    """The customer answers the survey `offset` after it was sent: ease 1 to 5 and a comment, which may be empty."""

    kind: ClassVar[str] = "answers_survey"
    at: datetime
    offset: timedelta
    ease: int
    comment: str
    language: str


@dataclass(frozen=True, slots=True)
class FollowsUp:
    """Whoever has the task of an unhappy answer got back to the customer; planned when the task is opened."""

    kind: ClassVar[str] = "follows_up"
    at: datetime
    task_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Improves:
    """The shop makes something of what customers say: `what` is theme, action, done, letter, copies, late or open."""

    kind: ClassVar[str] = "improves"
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Chats:
    """A turn of the chat with this number: its `line` (-1: the visitor arrives; past the last: the end)."""

    kind: ClassVar[str] = "chats"
    at: datetime
    story: int
    line: int


@dataclass(frozen=True, slots=True)
class HappensOnNetwork:
    """A turn of the conversation with this number on a network of others."""

    kind: ClassVar[str] = "happens_on_network"
    at: datetime
    story: int
    turn: int


Step = (
    CustomerWrites
    | AgentReplies
    | AgentNotes
    | Assigns
    | Tags
    | Prioritizes
    | Holds
    | Resolves
    | MarksSpam
    | Drafts
    | AnswersSurvey
    | FollowsUp
    | Improves
    | Chats
    | HappensOnNetwork
)


@dataclass(frozen=True, slots=True)
class PlannedTicket:
    """One ticket of the demo: who writes, in which language, and every step of it in the order of time.

    The first step is always the customer's first mail and carries the subject.
    """

    key: str
    story_key: str
    customer: Customer
    language: str
    subject: str
    priority: str
    tags: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def start(self) -> datetime:
        """When the first mail arrives."""
        return self.steps[0].at

    @property
    def agent_key(self) -> str:
        """Who has the ticket in the end; empty when nobody has."""
        assigned = [step.agent_key for step in self.steps if isinstance(step, Assigns)]
        return assigned[-1] if assigned else ""

    @property
    def state(self) -> str:
        """The state the steps leave the ticket in: new, open, pending, on_hold, resolved or spam."""
        state = "new"
        for step in self.steps:
            match step:
                case MarksSpam():
                    state = "spam"
                case Holds():
                    state = "on_hold"
                case Resolves():
                    state = "resolved"
                case AgentReplies():
                    state = step.then
                case CustomerWrites() if state != "new" and not step.headers:
                    state = "open"
        return state
