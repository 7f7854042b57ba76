"""Forms with files (RFC 7578), as fakes of networks read them."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes

from tests.networks.server import Asked


@dataclass(frozen=True)
class Uploaded:
    """A file of a form."""

    filename: str
    content_type: str
    content: bytes


def read_form(asked: Asked) -> tuple[dict[str, str], dict[str, Uploaded]]:
    """The plain fields and the files; nothing where the request is no such form."""
    head = f"Content-Type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
    form = message_from_bytes(head + asked.body)
    plain: dict[str, str] = {}
    files: dict[str, Uploaded] = {}
    for part in form.walk() if form.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if filename := part.get_filename():
            files[name] = Uploaded(filename, part.get_content_type(), content)
        else:
            plain[name] = content.decode()
    return plain, files
