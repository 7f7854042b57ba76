"""Real Dovecot and Postfix on free ports of this machine, with a configuration and mailboxes of their own."""

from __future__ import annotations

import grp
import json
import os
import pwd
import secrets
import shutil
import signal
import smtplib
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.embedded.state import is_free
from config.pytest_boot import mail_server_program
from tests.ports import free_port

PASSWORD = "correct-horse-bättery"
_SERVICES = {
    "imap-login": ("imap", "imaps"),
    "pop3-login": ("pop3", "pop3s"),
}
_PORTS = ("imap", "imaps", "pop3", "pop3s")


@dataclass
class Box:
    """A user's mailbox on the server, as the folder of files it is."""

    user: str
    root: Path
    owner: int

    def put(self, *mails: bytes, at: datetime | None = None, folder: str = "INBOX") -> None:
        """Mails arrive, at an instant (the files' time is what IMAP calls INTERNALDATE)."""
        path = self.folder(folder)
        for mail in mails:
            # The server may look at any moment: what is in `new` is complete.
            file = path / "tmp" / f"{time.time_ns()}.{secrets.token_hex(4)}.here"
            file.write_bytes(mail)
            os.chown(file, self.owner, -1)
            if at:
                os.utime(file, (at.timestamp(), at.timestamp()))
            file.rename(path / "new" / file.name)

    def folder(self, name: str) -> Path:
        """The folder's directory, made when it is not there."""
        path = self.root if name == "INBOX" else self.root / f".{name}"
        for made in (path, *(path / part for part in ("cur", "new", "tmp"))):
            made.mkdir(parents=True, exist_ok=True)
            os.chown(made, self.owner, -1)
        return path

    def files(self, folder: str = "INBOX") -> list[Path]:
        """The mails that are there, in the order of their arrival."""
        path = self.folder(folder)
        # What the server moves meanwhile is in both.
        found = {file.name.partition(":")[0]: file for part in ("new", "cur") for file in (path / part).iterdir()}
        return sorted(found.values(), key=lambda file: file.name)

    def flags(self, folder: str = "INBOX") -> str:
        """The flags of all mails, each letter once: S is seen, T is deleted."""
        return "".join(sorted({flag for file in self.files(folder) for flag in file.name.partition(":2,")[2]}))

    def renumber(self, folder: str = "INBOX") -> None:
        """The server forgets its numbers: from now on UIDVALIDITY is another."""
        for file in [*self.folder(folder).glob("dovecot-uidlist*"), *self.folder(folder).glob("dovecot.index*")]:
            # Some are there for a moment only: the server's process of the last visitor may not have ended yet.
            file.unlink(missing_ok=True)


class Provider(ThreadingHTTPServer):
    """A provider of tokens (RFC 6749) that also tells a mail server whose token it is shown (RFC 7662)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.tokens: dict[str, str] = {}
        self.grants: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.error, self.status, self.life = "", 400, 3600
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def reset(self) -> None:
        """Give out tokens again, and forget what was asked."""
        self.error, self.status, self.life, self.asked = "", 400, 3600, []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def allow(self, user: str) -> str:
        """A person allows us in: the refresh token."""
        token = secrets.token_urlsafe(12)
        self.grants[token] = user
        return token

    def token(self, user: str) -> str:
        """An access token of a user."""
        token = secrets.token_urlsafe(12)
        self.tokens[token] = user
        return token


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path.startswith("/introspect"):
            user = self.server.tokens.get(asked.get("token", ""))
            self._say(200, {"active": bool(user), "username": user or "", "sub": user or ""})
            return
        self.server.asked.append(asked)
        user = self.server.grants.get(asked.get("refresh_token", "") or asked.get("code", ""))
        if self.server.error or not user:
            self._say(self.server.status, {"error": self.server.error or "invalid_grant"})
            return
        answer = {"access_token": self.server.token(user), "expires_in": self.server.life, "token_type": "Bearer"}
        if asked["grant_type"] == "authorization_code":
            answer["refresh_token"] = self.server.allow(user)
        self._say(200, answer)

    def _say(self, status: int, answer: dict[str, object]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@dataclass
class Dovecot:
    """IMAP and POP3. Every user has the same password; mailboxes are made as they are asked for."""

    home: Path
    provider: Provider
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in _PORTS})
    process: subprocess.Popen[bytes] | None = None

    @property
    def certificate(self) -> Path:
        return self.home / "certificate.pem"

    def box(self, user: str = "") -> Box:
        """A new mailbox (or that of `user`)."""
        user = user or f"user{secrets.token_hex(4)}@here.example"
        box = Box(user, self.home / "mail" / user, _mail_owner())
        box.folder("INBOX")
        return box

    def start(self) -> None:
        _certify(self.certificate)
        (self.home / "mail").mkdir()
        os.chown(self.home / "mail", _mail_owner(), -1)
        (self.home / "oauth2.conf").write_text(
            f"introspection_mode = post\nintrospection_url = {self.provider.url}/introspect\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        configuration = self.home / "dovecot.conf"
        configuration.write_text(self._configuration())
        self.process = subprocess.Popen(
            [mail_server_program("dovecot") or "dovecot", "-F", "-c", str(configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_for(self.ports["imap"], self.process, self.home / "log")

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _configuration(self) -> str:
        own = pwd.getpwuid(os.getuid()).pw_name
        login, internal = (own, own) if os.getuid() else ("dovenull", "dovecot")
        listeners = "\n".join(
            f"service {service} {{\n chroot =\n"
            + "".join(
                f" inet_listener {name} {{\n  port = {self.ports.get(name, 0)}\n"
                f"  ssl = {'yes' if name.endswith('s') else 'no'}\n }}\n"
                for name in names
            )
            + "}"
            for service, names in _SERVICES.items()
        )
        return f"""
base_dir = {self.home}/run
log_path = {self.home}/log
listen = 127.0.0.1
protocols = imap pop3
default_login_user = {login}
default_internal_user = {internal}
default_vsz_limit = 512M
ssl = yes
ssl_cert = <{self.certificate}
ssl_key = <{self.certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:{self.home}/mail/%u
mail_fsync = never
first_valid_uid = 1
mailbox_idle_check_interval = 1 s
{listeners}
service anvil {{
 chroot =
 unix_listener anvil-auth-penalty {{
  mode = 0
 }}
}}
service stats {{
 chroot =
}}
passdb {{
 driver = static
 mechanisms = plain login
 args = password={PASSWORD}
}}
passdb {{
 driver = oauth2
 mechanisms = xoauth2 oauthbearer
 args = {self.home}/oauth2.conf
}}
userdb {{
 driver = static
 args = uid={_mail_owner()} gid={pwd.getpwuid(_mail_owner()).pw_gid} home={self.home}/mail/%u allow_all_users=yes
}}
namespace inbox {{
 inbox = yes
 separator = /
 mailbox Sent {{
  auto = create
  special_use = \\Sent
 }}
}}
"""


@contextmanager
def dovecot_running() -> Iterator[Dovecot]:
    """One server for as long as the block lasts."""
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    # The server's own users have to get at their files.
    home.chmod(0o755)
    provider = Provider()
    server = Dovecot(home, provider)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        provider.shutdown()
        provider.server_close()
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class Postfix:
    """Takes mail by SMTP and hands all of it on by LMTP to a port; what waits is handed on again when it starts."""

    home: Path
    onward: int
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Its configuration and its queue."""
        etc, spool, data = (self.home / name for name in ("etc", "spool", "data"))
        for directory in (etc, spool, data):
            directory.mkdir()
        owner, postdrop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        os.chown(data, owner, -1)
        (spool / "pid").mkdir()
        for name, group, mode in _SPOOL:
            (spool / name).mkdir()
            os.chown(spool / name, owner, postdrop if group else -1)
            (spool / name).chmod(mode)
        (etc / "main.cf").write_text(
            _MAIN_CF.format(home=self.home, onward=self.onward, daemons=Path(_postfix_daemons()))
        )
        (etc / "master.cf").write_text(_MASTER_CF.format(port=self.port))

    def start(self) -> None:
        etc = self.home / "etc"
        # What waits is due at once: the time of a deferred mail's file is that of its next attempt.
        for waiting in (self.home / "spool" / "deferred").rglob("*"):
            os.utime(waiting, (1, 1))
        # The daemon itself: the command around it checks for seconds what was made just now.
        self.process = subprocess.Popen(
            [f"{_postfix_daemons()}/master", "-c", str(etc), "-d"],
            env={**os.environ, "MAIL_CONFIG": str(etc)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_for(self.port, self.process, self.home / "log")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            # Its daemons listen at the same port, and may be gone a moment later than it.
            while not is_free(self.port):
                time.sleep(0.01)

    def send(self, *mails: bytes, recipient: str) -> None:
        """Mails are taken by Postfix."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            for mail in mails:
                client.sendmail("bo@larsen.example", [recipient], mail)

    @property
    def log(self) -> str:
        """What it says it did."""
        log = self.home / "log"
        # A daemon of its own writes it, when there is something to write.
        return log.read_text() if log.exists() else ""


#: The directories of Postfix's queue; those with a group are for programs that hand in mail.
_SPOOL = (
    *((name, "", 0o700) for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold")),
    *((name, "", 0o700) for name in ("incoming", "private", "saved", "trace")),
    ("maildrop", "postdrop", 0o730),
    ("public", "postdrop", 0o710),
)
_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
daemon_directory = {daemons}
maillog_file = {home}/log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.test
mydestination =
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
alias_maps =
default_transport = lmtp:[127.0.0.1]:{onward}
lmtp_tls_security_level = none
lmtp_connection_cache_on_demand = no
smtputf8_enable = no
"""
_MASTER_CF = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
lmtp unix - - n - 1 lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix_running(onward: int) -> Iterator[Postfix]:
    """One server for as long as the block lasts; it hands on to this port."""
    home = Path(tempfile.mkdtemp(prefix="postfix-"))
    home.chmod(0o755)
    server = Postfix(home, onward)
    try:
        server.prepare()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _postfix_daemons() -> str:
    told = subprocess.run(
        [mail_server_program("postconf") or "postconf", "-d", "-h", "daemon_directory"],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until something answers at the port."""
    deadline = time.monotonic() + 90
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            told = log.read_text(errors="replace") if log.exists() else ""
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the mail server did not start: {told}") from None
            time.sleep(0.05)


class Proxy(socketserver.ThreadingTCPServer):
    """Stands before a server: cuts its connections after so many bytes of the server's, or lets nobody through."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Through)
        self.target = port
        self.cuts: list[int] = []
        self.is_closed = False
        self.cut = 0
        self.open: list[socket.socket] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def drop(self) -> None:
        """Cut what is open."""
        for connection in self.open:
            _end(connection)

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Through(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        if self.server.is_closed:
            return
        self.server.open.append(self.request)
        left = self.server.cuts.pop(0) if self.server.cuts else -1
        with socket.create_connection(("127.0.0.1", self.server.target)) as onward:
            threading.Thread(target=_pump, args=(self.request, onward), daemon=True).start()
            while data := _received(onward):
                if self.server.is_closed:
                    break
                piece = data if left < 0 else data[:left]
                self.request.sendall(piece)
                left = left - len(piece) if left >= 0 else left
                if left == 0:
                    self.server.cut += 1
                    break
            _end(onward)
        _end(self.request)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    while data := _received(source):
        try:
            sink.sendall(data)
        except OSError:
            return
    _end(sink)


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _mail_owner() -> int:
    """Whose files mails are: Dovecot refuses to work for root."""
    return os.getuid() or pwd.getpwnam("nobody").pw_uid


def _certify(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    path.chmod(0o644)
