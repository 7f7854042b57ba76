"""A line to the product on which everything takes a while, so that tests that were right by luck fail.

    SLOW_LINE=0.5 bin/test -m browser

Whatever is sent waits up to so many seconds, each piece for another while, both ways; the order of a connection stays.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Iterator

_PIECE = 65536


@contextlib.contextmanager
def slow_line(to: int, longest: float) -> Iterator[int]:
    """A port that leads to the port `to`. `longest`: seconds."""
    loop = asyncio.new_event_loop()
    runs = threading.Thread(target=loop.run_forever, daemon=True)
    runs.start()
    opened = asyncio.run_coroutine_threadsafe(asyncio.start_server(_Line(to, longest).meets, "127.0.0.1", 0), loop)
    try:
        yield opened.result(10).sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(_end, loop)
        runs.join(10)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    # In the turn after the next one all of them have ended.
    loop.call_soon(loop.call_soon, loop.stop)


class _Line:
    def __init__(self, to: int, longest: float) -> None:
        self.to = to
        self.longest = longest

    async def meets(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward = await asyncio.open_connection("127.0.0.1", self.to)
        await asyncio.gather(self._carries(reader, onward), self._carries(onward_reader, writer))

    async def _carries(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        on_its_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arrives = asyncio.create_task(self._arrives(on_its_way, sink))
        with contextlib.suppress(ConnectionError):
            while piece := await source.read(_PIECE):
                on_its_way.put_nowait((self._when(), piece))
        on_its_way.put_nowait((self._when(), b""))
        await arrives

    def _when(self) -> float:
        return asyncio.get_running_loop().time() + random.uniform(0, self.longest)

    async def _arrives(self, on_its_way: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                at, piece = await on_its_way.get()
                await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))
                if not piece:
                    break
                sink.write(piece)
                await sink.drain()
        sink.close()
