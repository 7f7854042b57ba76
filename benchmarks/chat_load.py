"""Visitors and agents as their pages act, many in one light process: raw HTTP on asyncio, nothing of the product.

    python -m benchmarks.chat_load visitors|agents|floor < options.json > measures.json

What is said carries the instant at which it was said (`q 17-3 t12345.678`), on the clock that all processes share;
the letter keeps it from looking like a phone number, by which customers would be compared.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import resource
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Any

from redis.asyncio import Redis

from benchmarks.chat_floor import CHANNEL

#: Visitors of one address, fewer than its limits allow.
AT_ONE_ADDRESS = 20
SIGN_OF_LIFE = 60
#: Seconds after which the ticket's page asks for what stands around the words.
AROUND = 0.7
_SAID = re.compile(r"\b([qa]) (\d+-\d+) t(\d+\.\d+)\b")


class Line:
    """A connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, headers: Mapping[str, str], address: str = "127.0.0.1") -> None:
        self._port, self._address, self.headers = port, address, dict(headers)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> tuple[int, bytes]:
        """The status and body of the answer; a connection the server gave up is made anew, once."""
        for attempt in (1, 2):
            try:
                if self._writer is None:
                    await self._connect()
                await self._send(method, path, body, kind)
                return await self._answer()
            except (ConnectionError, asyncio.IncompleteReadError):
                self._writer = None
                if attempt == 2:
                    raise
        raise AssertionError

    async def post(self, path: str, **data: Any) -> tuple[int, Any]:
        status, body = await self.ask("POST", path, json.dumps(data).encode())
        is_json = body.startswith((b"{", b"["))
        return status, json.loads(body) if is_json else {}

    async def events(self, path: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The events of a stream that stays open."""
        await self._connect()
        assert self._reader
        await self._send("GET", path, b"", "")
        status, _headers = await self._head()
        if status != 200:
            raise ConnectionError(f"{path}: {status}")
        name = ""
        while line := await self._reader.readline():
            if line.startswith(b"event: "):
                name = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                yield name, json.loads(line[6:])

    async def _connect(self) -> None:
        connecting = asyncio.open_connection("127.0.0.1", self._port, local_addr=(self._address, 0), limit=2**20)
        self._reader, self._writer = await connecting

    async def _send(self, method: str, path: str, body: bytes, kind: str) -> None:
        assert self._writer
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if method == "POST":
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self._writer.drain()

    async def _head(self) -> tuple[int, dict[str, str]]:
        assert self._reader
        raw = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = (line.partition(":")[::2] for line in raw[1:] if line)
        return int(raw[0].split()[1]), {name.lower(): value.strip() for name, value in fields}

    async def _answer(self) -> tuple[int, bytes]:
        assert self._reader
        status, headers = await self._head()
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await self._reader.readline(), 16):
                body += await self._reader.readexactly(size)
                await self._reader.readexactly(2)
            await self._reader.readexactly(2)
            return status, body
        return status, await self._reader.readexactly(int(headers.get("content-length") or 0))


class Measures:
    """What was said and what arrived, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.counts: dict[str, int] = defaultdict(int)
        self.said: dict[str, float] = {}
        self.arrived: dict[str, int] = defaultdict(int)

    def count(self, what: str) -> None:
        self.counts[what] += 1

    def told(self) -> str:
        return json.dumps(
            {
                "seconds": self.seconds,
                "counts": self.counts,
                "said": list(self.said),
                "arrived": self.arrived,
                "processor": time.process_time(),
            }
        )


async def visitors(options: Mapping[str, Any], measures: Measures) -> None:
    """All visitors at once: they arrive one after the other, then talk until the end, then wait for what is owed."""
    await asyncio.gather(*(_Visitor(number, options, measures).live() for number in range(options["visitors"])))


class _Visitor:
    def __init__(self, number: int, options: Mapping[str, Any], measures: Measures) -> None:
        self._number, self._options, self._measures = number, options, measures
        self._address = f"127.1.{number // AT_ONE_ADDRESS // 250}.{1 + number // AT_ONE_ADDRESS % 250}"
        self._base = f"/chat/{options['key']}"
        self._line = Line(options["port"], {}, self._address)
        self._asking = asyncio.Lock()
        self._cursor, self._is_behind, self._seen = "", False, set[int]()
        self._rng = random.Random(number)

    async def live(self) -> None:
        options = self._options
        await _until(options["arrive_at"] + options["arriving"] * self._number / options["visitors"])
        page = {"url": f"https://shop.example/{self._number}", "title": "Shop"}
        async with self._asking:
            status, session = await self._line.post(
                f"{self._base}/session/", page=page, frame_ticket=options["frame_ticket"]
            )
        if status != 200:
            self._measures.count(f"session {status}")
            return
        self._line.headers["Authorization"] = f"Bearer {session['token']}"
        tasks = [asyncio.create_task(one) for one in (self._listen(), self._show_life())]
        await self._talk()
        await _until(options["end_at"])
        for task in tasks:
            task.cancel()

    async def _talk(self) -> None:
        options, every = self._options, self._options["every"]
        await _until(min(options["talk_at"] + self._rng.uniform(0, every), options["quiet_at"]))
        count = 0
        while time.monotonic() < options["quiet_at"]:
            count += 1
            name, said_at = f"{self._number}-{count}", time.monotonic()
            self._measures.said[name] = said_at
            async with self._asking:
                status, _answer = await self._line.post(
                    f"{self._base}/messages/", id=uuid.uuid4().hex, text=f"q {name} t{said_at:.4f}"
                )
            self._measures.count(f"messages {status}")
            self._measures.seconds["accepted"].append(time.monotonic() - said_at)
            await _until(min(time.monotonic() + every * self._rng.uniform(0.5, 1.5), options["quiet_at"]))

    async def _listen(self) -> None:
        while True:
            stream = Line(self._options["port"], self._line.headers, self._address)
            try:
                async for name, _data in stream.events(f"{self._base}/stream/"):
                    if name in ("hello", "changed"):
                        await self._catch_up()
            except (ConnectionError, asyncio.IncompleteReadError):
                self._measures.count("streams lost")
                await asyncio.sleep(1)

    async def _catch_up(self) -> None:
        async with self._asking:
            status, body = await self._line.ask("GET", f"{self._base}/conversation/?after={self._cursor}")
        if status != 200:
            self._measures.count(f"conversation {status}")
            return
        found = json.loads(body)
        self._cursor = found["cursor"]
        for message in found["messages"]:
            said = _SAID.search(message["text"])
            if said and said[1] == "a" and message["id"] not in self._seen:
                self._seen.add(message["id"])
                self._measures.arrived[said[2]] += 1
                self._measures.seconds["shown"].append(time.monotonic() - float(said[3]))

    async def _show_life(self) -> None:
        while True:
            await asyncio.sleep(SIGN_OF_LIFE * self._rng.uniform(0.9, 1.1))
            async with self._asking:
                status, _answer = await self._line.post(f"{self._base}/steps/", page={"url": "https://shop.example/x"})
            self._measures.count(f"steps {status}")


async def agents(options: Mapping[str, Any], measures: Measures) -> None:
    """Each has the workspace open and answers his share of the tickets, a moment after he was told of them."""
    all_of_them = [_Agent(place, cookie, options, measures) for place, cookie in enumerate(options["sessions"])]
    tasks = [asyncio.create_task(one.listen()) for one in all_of_them]
    await _until(options["end_at"])
    for task in tasks:
        task.cancel()


class _Agent:
    def __init__(self, place: int, session: str, options: Mapping[str, Any], measures: Measures) -> None:
        self._place, self._options, self._measures = place, options, measures
        token = "x" * 32
        headers = {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token}
        self._stream, self._reading, self._writing = (Line(options["port"], headers) for _ in range(3))
        self._read, self._write = asyncio.Lock(), asyncio.Lock()
        self._known, self._tasks = set[str](), set[asyncio.Task[None]]()

    async def listen(self) -> None:
        # Each opens the workspace first, as everybody does: templates are loaded once a process.
        for _ in range(2):
            await Line(self._options["port"], self._reading.headers).ask("GET", "/inbox/")
        async for name, news in self._stream.events("/live/"):
            if name != "ticket" or news["ticket"] % len(self._options["sessions"]) != self._place:
                continue
            if {"received", "created"} & set(news["kinds"]):
                task = asyncio.create_task(self._look(news["ticket"], time.monotonic()))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _look(self, ticket: int, told_at: float) -> None:
        async with self._read:
            status, body = await self._reading.ask("GET", f"/tickets/{ticket}/parts/?of=talk")
        shown_at = time.monotonic()
        if status != 200:
            self._measures.count(f"parts {status}")
            return
        fresh = {name: float(at) for kind, name, at in _SAID.findall(body.decode()) if kind == "q"}
        for name in fresh.keys() - self._known:
            self._known.add(name)
            self._measures.arrived[name] += 1
            self._measures.seconds["told"].append(told_at - fresh[name])
            self._measures.seconds["shown"].append(shown_at - fresh[name])
            await asyncio.gather(self._look_around(ticket), self._answer(ticket, name))

    async def _look_around(self, ticket: int) -> None:
        await asyncio.sleep(AROUND)
        async with self._read:
            status, _body = await self._reading.ask("GET", f"/tickets/{ticket}/parts/?of=rest")
        if status != 200:
            self._measures.count(f"rest {status}")

    async def _answer(self, ticket: int, name: str) -> None:
        await asyncio.sleep(random.uniform(1, 3))
        async with self._write:
            said_at = time.monotonic()
            body = f"message_text=a+{name}+t{said_at:.4f}&client_ref={uuid.uuid4().hex}".encode()
            status, _body = await self._writing.ask(
                "POST", f"/tickets/{ticket}/messages/", body, "application/x-www-form-urlencoded"
            )
        self._measures.count(f"replies {status}")
        if status < 400:
            self._measures.said[name] = said_at
            self._measures.seconds["accepted"].append(time.monotonic() - said_at)


async def floor(options: Mapping[str, Any], measures: Measures) -> None:
    """As many open streams on the bare application, and what Redis publishes to them."""
    names = [str(number) for number in range(options["streams"])]
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(_floor_stream(name, options, measures, ready)) for name in names]
    for _ in names:
        await ready.acquire()
    async with Redis.from_url(options["redis"]) as client:
        for number in range(options["publishes"]):
            said = json.dumps({"to": random.choice(names), "at": time.monotonic(), "n": number})
            await client.publish(CHANNEL, said)
            await asyncio.sleep(1 / options["per_second"])
    await asyncio.sleep(1)
    for task in tasks:
        task.cancel()


async def _floor_stream(name: str, options: Mapping[str, Any], measures: Measures, ready: asyncio.Semaphore) -> None:
    async for event, data in Line(options["port"], {}).events(f"/{name}"):
        if event == "hello":
            ready.release()
        else:
            measures.seconds["floor"].append(time.monotonic() - data["at"])


async def _until(at: float) -> None:
    await asyncio.sleep(max(at - time.monotonic(), 0))


def main() -> None:
    """Play one of the parts."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    part, options, measures = sys.argv[1], json.load(sys.stdin), Measures()
    asyncio.run({"visitors": visitors, "agents": agents, "floor": floor}[part](options, measures))
    print(measures.told())


if __name__ == "__main__":
    main()
