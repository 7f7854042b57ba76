"""What a ticket story is: its turns as alternative wordings with slots, before it gets a customer and a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a turn; the text has slots such as {order}, the files are made by `attachment_bytes`."""

    text: str
    files: tuple[str, ...] = ()
    html: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happens in a story.

    `who` is customer, agent, note or draft. `wait` is how long somebody else lets the shop wait before this turn, in
    hours (least, most). `waits_for_others` puts the ticket on hold after this reply. A `bare` wording is
    sent as it stands, without greeting and sign-off. `headers` and `sender` make a mail an automatic one.
    """

    who: str
    wordings: tuple[Wording, ...]
    wait: tuple[int, int] | None = None
    waits_for_others: bool = False
    bare: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    sender: str = ""
    subject: str = ""

    def wording(self, use: int) -> Wording:
        """The wording for the `use`-th time the story is told."""
        return self.wordings[use % len(self.wordings)]


@dataclass(frozen=True, slots=True)
class Opinion:
    """An answer to the survey: ease 1 (very difficult) to 5 (very easy) and a comment, which may be empty."""

    ease: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket's story.

    `label_era` ties a story to the weeks before or after the printed return label went away; `in_outage` to the
    day of the carrier's breakdown. `customer` (an address) names the only person it can happen to. `ending` is
    resolved, spam or bulk. `speaker` is the agent who takes it over, if it must be a certain one.
    """

    key: str
    language: str
    team: str
    tags: tuple[str, ...]
    priority: str
    subjects: tuple[str, ...]
    turns: tuple[Turn, ...]
    opinions: tuple[Opinion, ...] = ()
    label_era: str = ""
    in_outage: bool = False
    customer: str = ""
    ending: str = "resolved"
    speaker: str = ""

    @property
    def variants(self) -> int:
        """How often the story can be told with other first words."""
        return len(self.turns[0].wordings)


def _worded(wordings: tuple[str | Wording, ...]) -> tuple[Wording, ...]:
    return tuple(Wording(one) if isinstance(one, str) else one for one in wordings)


def customer(*wordings: str | Wording, bare: bool = False, wait: tuple[int, int] | None = None) -> Turn:
    """The customer writes."""
    return Turn("customer", _worded(wordings), wait=wait, bare=bare)


def agent(*wordings: str | Wording, wait: tuple[int, int] | None = None, waits_for_others: bool = False) -> Turn:
    """An agent answers, in the customer's language."""
    return Turn("agent", _worded(wordings), wait=wait, waits_for_others=waits_for_others)


def note(text: str) -> Turn:
    """A colleague leaves an internal note, in English."""
    return Turn("note", (Wording(text),))


def draft(text: str) -> Turn:
    """An agent has begun an answer and not sent it."""
    return Turn("draft", (Wording(text),), bare=True)
