"""What came of what customers said: themes, the return label that nobody prints any more, and who was told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox.agents.models import Agent
from inbox.channels.delivery import record_sent
from inbox.channels.models import Channel, Delivery
from inbox.demo import cast
from inbox.demo.hours import DESK
from inbox.demo.steps import FollowsUp, Improves
from inbox.demo.texts.outcomes import OUTCOMES, TOLD
from inbox.follow_ups.actions import reopen
from inbox.surveys.action_items import add_action, set_action_state
from inbox.surveys.enums import ActionState
from inbox.surveys.models import ActionItem, FollowUpTask, Theme
from inbox.surveys.theme_letters import STOPPABLE, draft_of, recipients_of, send_copies, send_letter, write_letter
from inbox.surveys.themes import save_theme, search_past

LABEL = "Label"
THEMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    LABEL: {
        "en": ("label", "labels", "printer", "print*"),
        "ru": ("этикет*", "ярлык*", "наклейк*", "принтер*", "распечат*", "печата*"),
        "zh-hans": ("标签", "打印", "面单"),
        "zh-hant": ("標籤", "列印", "印表機"),
    },
    "Waiting": {
        "en": ("wait*", "slow", "too long", "days for an answer", "took days"),
        "ru": ("ждал*", "долго", "медленно", "ожидани*"),
        "zh-hans": ("等了", "太慢", "很久"),
        "zh-hant": ("等了", "太慢", "很久"),
    },
    "Carrier": {
        "en": ("parcel", "carrier", "courier", "deliver*"),
        "ru": ("посылк*", "курьер*", "доставк*"),
        "zh-hans": ("快递", "包裹", "物流"),
        "zh-hant": ("快遞", "包裹", "物流", "宅配"),
    },
}
ACTION = "Mail a code to show on the phone instead of a label to print"
_CARRIER_ACTION = "Ask the carrier for a second pick-up a day"
#: Whoever follows up is left alone with the newest ones; of the others every so many is done too late.
_LEFT, _LATE = timedelta(days=4), 5


@dataclass
class Closing:
    """The people who act, and how many customers they got back to."""

    channel: Channel
    agents: Mapping[str, Agent]
    present: datetime
    followed: int = 0
    item: ActionItem | None = field(default=None)

    def deeds(self) -> list[Improves]:
        """When what is done, the earliest first."""
        changed = self.present - timedelta(days=cast.LABEL_CHANGE_DAYS_AGO)
        told = DESK.after(changed + timedelta(days=3), timedelta(hours=1))
        return [
            Improves(DESK.after(changed - timedelta(days=4), timedelta(minutes=40)), "theme"),
            Improves(DESK.after(changed - timedelta(days=4), timedelta(hours=1)), "action"),
            Improves(changed, "done"),
            Improves(told, "letter"),
            Improves(told + STOPPABLE, "copies"),
            Improves(DESK.before(self.present, timedelta(hours=12)), "late"),
            Improves(DESK.before(self.present, timedelta(hours=2)), "open"),
        ]

    def improve(self, step: Improves) -> None:
        """Do one of them."""
        anna, li = self.agents["anna"], self.agents["li"]
        if step.what == "theme":
            for name, words in THEMES.items():
                save_theme(None, name=name, words=words, by=anna)
            search_past()
        elif step.what == "action":
            theme = Theme.objects.get(name=LABEL)
            due_on = (self.present - timedelta(days=cast.LABEL_CHANGE_DAYS_AGO - 1)).date()
            self.item = add_action(theme, ACTION, owner=li, due_on=due_on, by=anna, at=step.at)
            later = (self.present + timedelta(days=9)).date()
            add_action(
                Theme.objects.get(name="Carrier"), _CARRIER_ACTION, owner=anna, due_on=later, by=anna, at=step.at
            )
        elif self.item and step.what == "done":
            set_action_state(self.item, ActionState.DONE, by=li, at=step.at)
        elif self.item and step.what == "letter" and recipients_of(self.item).told:
            letter = write_letter(draft_of(self.item, by=anna, at=step.at), TOLD, by=anna)
            send_letter(letter, by=anna, at=step.at)
        elif step.what in ("late", "open"):
            self._write_again(step)
        elif step.what == "copies":
            send_copies(step.at)
            for waiting in Delivery.objects.filter(channel=self.channel, status="queued").select_related("message"):
                record_sent(waiting)

    def _write_again(self, step: Improves) -> None:
        """Two customers are not done with after all: what is reopened earlier is late by now, the other is not."""
        done = FollowUpTask.objects.filter(invitation__channel=self.channel, owner__isnull=False)
        task = done.exclude(done_at=None).select_related("owner", "invitation__ticket").order_by("-opened_at").first()
        if task and task.owner:
            reopen(task, by=task.owner, at=step.at)

    def follow_up(self, task: FollowUpTask) -> FollowsUp | None:
        """When its owner gets back to the customer, and with what outcome; None for the newest ones."""
        number = self.followed
        self.followed += 1
        if task.opened_at > self.present - _LEFT or task.owner_id is None:
            return None
        soon = DESK.after(task.opened_at, timedelta(minutes=50 + 37 * (number % 7)))
        late = DESK.after(task.due_at, timedelta(hours=2))
        at = late if number % _LATE == _LATE - 1 else soon
        return FollowsUp(at, task.pk, OUTCOMES[number % len(OUTCOMES)]) if at < self.present else None
