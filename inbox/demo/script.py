"""A ticket written out: its turns with their moments become mails, replies, notes and everything between them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from inbox.demo import letters
from inbox.demo.cast import AGENT_BY_KEY, BILLING, EN, HANS, HANT
from inbox.demo.casting import Slot, Telling
from inbox.demo.customers import Customer
from inbox.demo.hours import DESK
from inbox.demo.letters import Particulars
from inbox.demo.pace import awake, reply_time
from inbox.demo.steps import (
    AgentNotes,
    AgentReplies,
    Assigns,
    CustomerWrites,
    Drafts,
    Holds,
    MarksSpam,
    Prioritizes,
    Resolves,
    Step,
    Tags,
)
from inbox.demo.story import Turn
from inbox.demo.texts.afterthoughts import NOTES, REOPENINGS

_COLLEAGUE = {"anna": "carl", "carl": "anna", "li": "carl"}
_THANKED_AFTERWARDS, _REOPENED, _NOTED, _HANDED_OVER = 0.12, 0.1, 0.14, 0.1
_REOPENS = {"refund", "delivery", "exchange", "warranty", "payment", "invoice", "customs"}


class Script:
    """Writes the steps of one ticket; each method adds what happens next."""

    def __init__(self, telling: Telling, customer: Customer, about: Particulars, now: datetime, rng: Random) -> None:
        self.steps: list[Step] = []
        self._telling, self._customer, self._about, self._now, self._rng = telling, customer, about, now, rng
        self._agent_key = telling.agent_key
        self._ours: tuple[datetime, str] | None = None

    def subject(self) -> str:
        """The subject of the first mail."""
        subjects = self._telling.story.subjects
        about, at = self._about, self._now
        return letters.filled(subjects[self._telling.use % len(subjects)], about, self._customer, None, at)

    def tell(self, turns: Sequence[Turn], times: Sequence[datetime]) -> None:
        """The turns at their moments, with routing after the first."""
        for n, (turn, at) in enumerate(zip(turns, times, strict=True)):
            if turn.who == "customer":
                self._mail(turn, at, first=n == 0)
            elif turn.who == "note":
                self._note(turn, at)
            elif turn.who == "agent":
                self._reply(turn, at, turns[n + 1 :])
            if n == 0:
                self._route(at, times[1] if len(times) > 1 else None)

    def stand(self, slot: Slot, rest: Sequence[Turn]) -> None:
        """Ends a ticket that is not resolved: the note and draft that follow, as far as there is time for them."""
        last = self.steps[-1].at
        if slot.need == "pending":
            reply = self.steps[-1]
            if isinstance(reply, AgentReplies) and reply.then != "pending":
                self.steps[-1] = AgentReplies(reply.at, reply.agent_key, reply.text, "pending", reply.attachments)
        for turn in rest:
            soon = last + timedelta(minutes=14)
            if turn.who == "note" and self._telling.story.customer and soon < self._now:
                at = soon if slot.urgent else DESK.after(last, timedelta(minutes=14))
                if at < self._now:
                    self._note(turn, at)
            elif turn.who == "draft":
                at = max(self.steps[-1].at, self._now - timedelta(minutes=4))
                self.steps.append(Drafts(at, self._agent_key, self._text(turn, at)))
            else:
                break

    def end(self, silent: bool) -> None:
        """Ends a ticket that comes to its end: resolved, spam, or nothing to answer."""
        last, story = self.steps[-1], self._telling.story
        pause = timedelta(seconds=self._rng.randint(240, 5400))
        if story.ending == "spam":
            self.steps.append(MarksSpam(DESK.after(last.at, pause), self._rng.choice(("anna", "carl"))))
        elif silent:
            days = timedelta(hours=self._rng.uniform(24, 34))
            self.steps.append(Resolves(DESK.after(last.at, days), self._agent_key))
        elif story.ending == "bulk" or (isinstance(last, CustomerWrites) and not last.headers):
            self.steps.append(Resolves(DESK.after(last.at, pause), self._agent_key))
        elif story.in_outage or not _REOPENS & set(story.tags) or story.label_era or story.speaker:
            return
        elif isinstance(last, AgentReplies) and self._rng.random() < _REOPENED:
            self._reopen(last.at)

    def _route(self, at: datetime, replied: datetime | None) -> None:
        story, agent_key, team = self._telling.story, self._agent_key, self._telling.team
        slot = self._telling.slot
        if not team:
            return
        soon = at + timedelta(seconds=2)
        if soon < self._now:
            self.steps.append(Tags(soon, story.tags))
            if story.priority != "normal":
                self.steps.append(Prioritizes(soon, story.priority))
            elsewhere = slot is not None and not agent_key and slot.used and slot.used < 0.15
            if not elsewhere:
                self._assign(soon, team, agent_key, replied)

    def _assign(self, at: datetime, team: str, agent_key: str, replied: datetime | None) -> None:
        handed = replied is not None and self._telling.slot is None and self._rng.random() < _HANDED_OVER
        other = {"li": "carl", "carl": "li"}.get(agent_key, "")
        if handed and other and team != BILLING and self._customer.language == EN and replied:
            between = DESK.before(replied, timedelta(seconds=self._rng.randint(60, 150)))
            if between > at:
                self.steps.append(Assigns(at, other, team))
                self.steps.append(Assigns(between, agent_key, team, by_key=other))
                return
        self.steps.append(Assigns(at, agent_key, team))

    def _mail(self, turn: Turn, at: datetime, *, first: bool) -> None:
        wording = turn.wording(self._telling.use)
        text = self._text(turn, at)
        if not turn.bare and not turn.headers:
            if first:
                text = letters.first_mail(text, self._customer, self._rng)
            else:
                text = letters.later_mail(text, self._customer, self._ours, self._rng)
        subject = turn.subject or (self.subject() if first else "")
        self.steps.append(CustomerWrites(at, text, wording.html, wording.files, subject, turn.sender, turn.headers))

    def _reply(self, turn: Turn, at: datetime, rest: Sequence[Turn]) -> None:
        tags = self._telling.story.tags
        remarks = [text for tag in tags for text in NOTES.get(tag, ())]
        before = DESK.before(at, timedelta(seconds=self._rng.randint(70, 240)))
        plain = self._telling.slot is None and not any(one.who == "note" for one in self._telling.story.turns)
        if remarks and plain and self._ours is None and self._rng.random() < _NOTED and before > self.steps[-1].at:
            author = self._rng.choice((self._agent_key, _COLLEAGUE[self._agent_key]))
            self.steps.append(AgentNotes(before, author, self._rng.choice(remarks)))
        body = self._text(turn, at)
        agent = AGENT_BY_KEY[self._agent_key]
        text = letters.reply(body, self._customer, agent, self._rng)
        on_hold = turn.waits_for_others or (bool(rest) and rest[0].who == "agent" and bool(rest[0].wait))
        then = "open" if on_hold else self._then(rest)
        self.steps.append(AgentReplies(at, agent.key, text, then, turn.wording(self._telling.use).files))
        self._ours = (at, text)
        if on_hold:
            self.steps.append(Holds(at + timedelta(seconds=20), agent.key))

    def _then(self, rest: Sequence[Turn]) -> str:
        if any(turn.who == "agent" for turn in rest):
            return "pending"
        thanks = any(turn.who == "customer" and not turn.headers for turn in rest)
        if thanks and (self._telling.slot or self._rng.random() > _THANKED_AFTERWARDS):
            return "pending"
        return "resolved"

    def _note(self, turn: Turn, at: datetime) -> None:
        story = self._telling.story
        author = self._agent_key if story.speaker else _COLLEAGUE[self._agent_key]
        if story.language in (HANS, HANT):
            author = "li"
        self.steps.append(AgentNotes(at, author, self._text(turn, at)))
        if story.speaker:
            moved = at + timedelta(seconds=45)
            self.steps.append(Assigns(moved, story.speaker, BILLING, by_key=self._agent_key))
            self._agent_key = story.speaker

    def _reopen(self, resolved: datetime) -> None:
        language = self._customer.language
        asks, answers = self._rng.choice(REOPENINGS[language])
        again = awake(resolved + timedelta(hours=self._rng.uniform(3, 40)), self._customer, self._rng)
        answered = reply_time(again, self._telling.story.priority, self._now, self._rng)
        agent = AGENT_BY_KEY[self._agent_key]
        body = letters.filled(answers, self._about, self._customer, agent, answered)
        if answered < self._now:
            mail = letters.later_mail(asks, self._customer, self._ours, self._rng)
            self.steps.append(CustomerWrites(again.replace(microsecond=0), mail))
            text = letters.reply(body, self._customer, agent, self._rng)
            self.steps.append(AgentReplies(answered.replace(microsecond=0), agent.key, text, "resolved"))

    def _text(self, turn: Turn, at: datetime) -> str:
        agent = AGENT_BY_KEY.get(self._agent_key)
        text = turn.wording(self._telling.use).text
        return letters.filled(text, self._about, self._customer, agent, at)
