"""The guarded reader: a child process that parses payloads for its parent, one at a time, under limits.

Each question and answer on the pipes is a length (8 bytes, network order) and a pickle. The answer is the
events, or the sentence of `Malformed`. A payload that needs too much memory gets such a sentence as well. A
question without a payload only loads what its kind needs (and the kind's webhooks, if it asks for them).
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import struct
import sys
from typing import BinaryIO

from channels_adapters.contracts import Account, Event, Malformed, Payload
from channels_adapters.registry import adapter

_HEADROOM = 256 * 1024 * 1024
#: A payload is held several times over: raw, decoded, parsed, pickled.
_COPIES = 8


def main() -> None:
    """Answer until the parent closes the pipe."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not end up between the answers.
    os.dup2(2, 1)
    while (size := source.read(8)) and len(size) == 8:
        kind, payload, *account = pickle.loads(_exactly(source, struct.unpack("!Q", size)[0]))  # noqa: S301
        answer = pickle.dumps(_parse(kind, payload, Account(*account)) if payload else _prepared(kind, *account))
        sink.write(struct.pack("!Q", len(answer)) + answer)
        sink.flush()


def _prepared(kind: str, is_request: bool) -> list[Event]:
    network = adapter(kind)
    if is_request:
        # An empty request holds nothing, and finding that out loads what reading webhooks takes.
        with contextlib.suppress(Malformed):
            network.parse(Payload(b"", {"Content-Type": "application/json"}), Account(kind, ""))
    return []


def _parse(kind: str, payload: Payload, account: Account) -> list[Event] | str:
    _limit_memory(len(payload.body))
    try:
        network = adapter(kind)
        return list(network.authenticated(network.parse(payload, account), payload, account))
    except Malformed as error:
        return str(error)
    except MemoryError:
        return "Reading it needs too much memory."


def _limit_memory(body: int) -> None:
    with open("/proc/self/statm") as status:
        used = int(status.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    limit = used + _HEADROOM + _COPIES * body
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _exactly(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        sys.exit(0)
    return data


if __name__ == "__main__":
    main()
