"""Listening for the bells of networks that ring (IMAP's IDLE): a thread for each place, kept as the rows want it."""

from __future__ import annotations

import hashlib
import json
import logging
import threading

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from channels_adapters.contracts import SendError
from channels_adapters.registry import adapter
from inbox.channels.access import opened
from inbox.channels.actions import ring_poller
from inbox.channels.credentials import fresh_account
from inbox.channels.models import Channel, Poller

log = logging.getLogger(__name__)
#: Seconds between two looks at which places there are.
LOOK_EVERY = 20.0
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 600.0
_NO_BELL = 1800.0
_CHANGING = ("oauth_access_token", "oauth_expires_at", "oauth_refresh_token")


class Listening:
    """All the threads of this process. New, changed and removed places are noticed by `look`."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._places: dict[tuple[int, str], _Place] = {}

    def start(self) -> None:
        """Look again and again, in a thread of its own."""
        threading.Thread(target=self._run, name="listening", daemon=True).start()

    def stop(self) -> None:
        """Let every thread end as soon as its network lets it."""
        self.stopped.set()
        for place in self._places.values():
            place.stopped.set()

    def look(self) -> list[int]:
        """Listen at the places that there are now, and nowhere else; the pollers listened for."""
        wanted = _wanted()
        for key in [key for key in self._places if key not in wanted]:
            self._places.pop(key).stopped.set()
        for key in wanted:
            if key not in self._places:
                self._places[key] = _Place(*wanted[key])
                self._places[key].start()
        return sorted(poller_id for poller_id, _ in self._places)

    def _run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.look()
            except DatabaseError as problem:
                # Those who listen go on; what they hear is found again by the sweep.
                log.warning("listening: the database is away: %s", problem)
            finally:
                connection.close()
            self.stopped.wait(LOOK_EVERY)


class _Place(threading.Thread):
    """Listens at one place and rings for its poller."""

    def __init__(self, poller_id: int, channel_id: int, place: str) -> None:
        super().__init__(name=f"poller {poller_id}", daemon=True)
        self.poller_id, self.channel_id, self.place = poller_id, channel_id, place
        self.stopped = threading.Event()
        self.pause = _FIRST_PAUSE

    def run(self) -> None:
        """Until stopped; a network that is away is tried again after 5, 10, 20 seconds ... 10 minutes."""
        while not self.stopped.is_set():
            try:
                self._listen()
                pause = _NO_BELL
            except (SendError, DatabaseError) as problem:
                log.info("listening: %s: %s", self.name, problem)
                pause, self.pause = self.pause, min(self.pause * 2, _LONGEST_PAUSE)
            except Exception:
                log.exception("listening: %s failed", self.name)
                pause = _LONGEST_PAUSE
            self.stopped.wait(pause)

    def _listen(self) -> None:
        try:
            channel = Channel.objects.get(pk=self.channel_id)
            account = fresh_account(channel)
        finally:
            connection.close()
        for rings in adapter(channel.kind).listen(account, self.place):
            self.pause = _FIRST_PAUSE
            if self.stopped.is_set():
                return
            if rings:
                heard(self.poller_id)
                connection.close()


def heard(poller_id: int) -> None:
    """Something is new: the poller is due now. Without the database its own time comes within a minute or so."""
    try:
        Poller.objects.filter(pk=poller_id).update(next_attempt_at=Now())
    except DatabaseError as problem:
        log.warning("listening: the database is away, poller %s waits for its time: %s", poller_id, problem)
    ring_poller(poller_id)


def _wanted() -> dict[tuple[int, str], tuple[int, int, str]]:
    """Pollers to listen for, by id and by what their account looks like: another look is another connection."""
    found = {}
    for poller in Poller.objects.filter(channel__is_active=True).select_related("channel").order_by("id"):
        if "listen" in adapter(poller.channel.kind).capabilities.inbound:
            found[poller.pk, _look_of(poller.channel)] = (poller.pk, poller.channel_id, poller.place)
    return found


def _look_of(channel: Channel) -> str:
    lasting = {key: value for key, value in opened(channel.secrets).items() if key not in _CHANGING}
    told = json.dumps([channel.address, channel.settings, lasting], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
