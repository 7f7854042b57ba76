"""A real SMTP server on loopback that answers as it is told."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Script:
    """What the server answers (by recipient for RCPT), and what it took.

    `drop` cuts the line after the data; `tokens` tells whose each OAuth token is.
    """

    mail: str = "250 OK"
    rcpt: Mapping[str, str] = field(default_factory=dict)
    data: str = "250 OK queued"
    drop: str = ""
    password: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    tls: ssl.SSLContext | None = None
    port: int = 0
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        if self.drop == "mail":
            self.cut(server)
        return self.mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drop == "data":
            self.cut(server)
        elif self.data.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append((str(envelope.mail_from), list(envelope.rcpt_tos), content))
        return self.data

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == self.password.encode(), handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As Google and Microsoft do it: a wrong token is told in a challenge, which the client ends."""
        given = base64.b64decode(args[1]).decode()
        token = given.partition("auth=Bearer ")[2].strip("\x01")
        if given == f"user={self.tokens.get(token)}\x01auth=Bearer {token}\x01\x01":
            return AuthResult(success=True, auth_data="support")
        await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)

    def cut(self, server: SMTP) -> None:
        transport = server.transport
        assert transport is not None
        transport.abort()


@contextmanager
def serving(script: Script) -> Iterator[Script]:
    """Run the server in a thread of its own while the test sends; `script.port` is where."""
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(
            script,
            data_size_limit=script.size or 33_554_432,
            enable_SMTPUTF8=False,
            authenticator=script.authenticate if script.password or script.tokens else None,
            auth_require_tls=False,
            tls_context=script.tls,
            loop=loop,
        )

    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0))
    script.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield script
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(ended(asyncio.all_tasks(loop)))
        loop.close()


async def ended(tasks: set[asyncio.Task[Any]]) -> None:
    """Cancel what still talks to a client that has gone."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
